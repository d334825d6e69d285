#include <charconv>
#include <string>

#include "app/claim_options.hpp"
#include "app/inspect/commands.hpp"
#include "base/amount.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/script_machine.hpp"
#include "bitcoin/script_stack.hpp"
#include "bitcoin/sighash.hpp"
#include "bitcoin/signature_checks.hpp"
#include "bitcoin/taproot.hpp"
#include "gadgets/nibble_script.hpp"
#include "optimistic/claim_gadget.hpp"
#include "optimistic/claim_leaves.hpp"
#include "optimistic/claim_program.hpp"
#include "optimistic/claim_relation.hpp"
#include "optimistic/claim_trace.hpp"
#include "services/input.hpp"

namespace pegkit::app::inspect {
namespace {

using optimistic::ClaimProgram;
using optimistic::ClaimStep;
using optimistic::ClaimTrace;

/// Finds a step by its name or its number.
std::size_t find_step(const ClaimProgram& program, const std::string& word) {
  std::size_t number = 0;
  auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (failed == std::errc{} && end == word.data() + word.size() && number < program.steps().size())
    return number;
  return program.step(word);
}

optimistic::ClaimGadget gadget_of(const ClaimProgram& program, std::size_t step) {
  std::vector<std::string> entry;
  for (std::size_t value : step_values(program, step))
    for (std::size_t i = 0; i < 2 * program.values()[value].bytes; ++i)
      entry.push_back(gadgets::nibble_name(program.values()[value].name, i));
  return claim_gadget(program, step, entry);
}

/// Runs a step's gadget on the trace's values by the rules of tapscript. Returns true when the step holds.
bool true_in_script(const ClaimProgram& program, std::size_t step, const ClaimTrace& trace) {
  std::vector<Bytes> elements;
  for (std::size_t value : step_values(program, step))
    for (std::uint8_t nibble : gadgets::to_nibbles(trace[value]))
      elements.push_back(bitcoin::script_number(nibble));
  bitcoin::Transaction tx;
  tx.inputs.resize(1);
  bitcoin::SighashCache cache(tx, {{Sat(0), bitcoin::p2tr_script(bitcoin::nums_point())}});
  bitcoin::TransactionChecker checker(cache, 0, Sat(0));
  bitcoin::ScriptMachine machine(bitcoin::ScriptRules::tapscript, bitcoin::standard_flags, checker);
  for (const Bytes& element : elements) machine.stack.push(bitcoin::StackElement::view(element));
  optimistic::ClaimGadget gadget = gadget_of(program, step);
  if (machine.run(gadget.script) != bitcoin::ScriptError::OK || machine.stack.size() != 1)
    throw Error(Exit::bug, "claim.gadget", "the step's script does not run to its end");
  return machine.stack.top(0).bytes().empty();
}

Json value_list(const ClaimProgram& program, const std::vector<std::size_t>& values,
                const ClaimTrace& trace) {
  Json out = Json::array();
  for (std::size_t value : values) {
    Json one{{"name", program.values()[value].name}, {"bytes", program.values()[value].bytes}};
    if (!trace.empty() && !trace[value].empty()) one["value"] = to_hex(trace[value]);
    out.push_back(std::move(one));
  }
  return out;
}

Json show(const ClaimProgram& program, std::size_t number, const ClaimTrace& trace) {
  const ClaimStep& step = program.steps()[number];
  optimistic::ClaimGadget gadget = gadget_of(program, number);
  Json out{{"number", number}, {"name", step.name}, {"holds_when", step.words}};
  out["reads"] = value_list(program, step.use.reads, trace);
  if (step.use.writes) out["writes"] = value_list(program, {*step.use.writes}, trace)[0];
  out["script_bytes"] = gadget.script.size();
  out["stack_elements"] = gadget.peak;
  if (trace.empty()) return out;
  if (auto expected = claim_result(step.relation, trace)) out["computed"] = to_hex(*expected);
  if (auto holds = claim_holds(step.relation, trace)) {
    out["true"] = *holds;
    out["true_in_script"] = true_in_script(program, number, trace);
  }
  return out;
}

Json show_all(const ClaimProgram& program, const ClaimTrace& trace) {
  Json steps = Json::array();
  for (std::size_t i = 0; i < program.steps().size(); ++i)
    steps.push_back(
        {{"number", i}, {"name", program.steps()[i].name}, {"holds_when", program.steps()[i].words}});
  Json out{{"steps", std::move(steps)}};
  if (trace.empty()) return out;
  if (auto step = first_false_step(program, trace)) out["first_false"] = program.steps()[*step].name;
  return out;
}

/// `inspect step`: shows one step of a claim, and whether it holds for given values, natively and in Script.
/// Without a name it lists all steps.
class InspectStep : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ClaimOptions claim_;
  std::string step_, trace_;
};

}  // namespace

void InspectStep::options(Options& options) {
  claim_.declare(options);
  options.file(trace_, "--trace", "the claim's values, as a claim-trace document");
  options.argument(step_, "STEP", "name or number of the step (default: list all)");
}

Exit InspectStep::run(Ports& ports) {
  ClaimProgram program = claim_.program(claim_.params(ports));
  ClaimTrace trace;
  if (!trace_.empty()) trace = parse_trace(program, services::read_json(ports, trace_));
  Json out = new_document("inspection");
  out["kind"] = "step";
  out.update(step_.empty() ? show_all(program, trace) : show(program, find_step(program, step_), trace));
  ports.print(out);
  bool is_false = out.contains("first_false") || (out.contains("true") && !out["true"].get<bool>());
  return is_false ? Exit::no : Exit::ok;
}

std::unique_ptr<Command> step_command() {
  return std::make_unique<InspectStep>();
}

}  // namespace pegkit::app::inspect
