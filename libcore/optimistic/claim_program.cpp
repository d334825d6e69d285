#include "optimistic/claim_program.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/error.hpp"
#include "optimistic/claim_steps.hpp"

namespace pegkit::optimistic {
namespace {

template <class T>
std::size_t find_named(const std::vector<T>& all, std::string_view name, const char* code, const char* what) {
  auto found = std::ranges::find(all, name, &T::name);
  if (found == all.end())
    throw input_error(code, fmt::format("there is no {} \"{}\" in the claim", what, name));
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace

ClaimProgram::ClaimProgram(const ClaimConstants& constants) : constants_(constants) {
  if (constants.headers > ClaimConstants::max_headers)
    throw input_error("claim.headers",
                      fmt::format("a claim shows at most {} headers", ClaimConstants::max_headers));
  ClaimDraft draft = draft_claim(constants);
  values_ = std::move(draft.values);
  steps_ = std::move(draft.steps);
}

std::size_t ClaimProgram::value(std::string_view name) const {
  return find_named(values_, name, "claim.value", "value");
}

std::size_t ClaimProgram::step(std::string_view name) const {
  return find_named(steps_, name, "claim.step", "step");
}

std::optional<std::size_t> first_false_step(const ClaimProgram& program, const ClaimTrace& trace) {
  const auto& values = program.values();
  if (trace.size() != values.size())
    throw input_error("claim.trace", fmt::format("a trace of this claim has {} values", values.size()));
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!trace[i].empty() && trace[i].size() != values[i].bytes)
      throw input_error("claim.trace", fmt::format("{} has {} bytes", values[i].name, values[i].bytes));
  for (std::size_t i = 0; i < program.steps().size(); ++i)
    if (claim_holds(program.steps()[i].relation, trace) == false) return i;
  return std::nullopt;
}

}  // namespace pegkit::optimistic
