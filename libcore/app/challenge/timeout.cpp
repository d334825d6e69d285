#include <fmt/core.h>
#include <optional>
#include <string>

#include "app/challenge/commands.hpp"
#include "app/challenge/finding.hpp"
#include "app/challenge/moves.hpp"
#include "app/challenge/one_move.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/chain.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app::challenge {
namespace {

using optimistic::ChallengeMove;

std::optional<bitcoin::Script> address_or_none(const std::string& text, bitcoin::Chain chain) {
  return text.empty() ? std::nullopt : std::optional(bitcoin::parse_address(text, chain));
}

/// `challenge timeout`: takes the bond of an operator who did not assert a part in time.
class TimeOutAssert : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
  std::string to_;
  std::optional<std::int64_t> part_;
  bool anyway_ = false;
};

}  // namespace

void TimeOutAssert::options(Options& options) {
  graph_.declare(options);
  options.maybe_integer(part_, "--part", "N", "number of the missing part (default: the first one)", 0,
                        1'000);
  options.text(to_, "--to", "ADDRESS", "where the reward goes (default: the key's P2TR address)");
  options.flag(anyway_, "--anyway", "act even on a claim that is true or cannot be checked");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit TimeOutAssert::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  ChallengeFinding finding = find_one(ports, loaded);
  const services::GraphStatus& status = finding.status;
  require_live(status);
  const auto& rules = loaded.graph().rules();
  if (std::uint32_t left = status.blocks_left(rules.assert_window))
    throw not_ready("timeout.window", fmt::format("the operator has {} blocks left to assert", left));
  std::size_t part = 0;
  auto silent = [&](std::size_t i) { return !status.asserts[i] || !status.asserts[i]->height; };
  if (part_)
    part = static_cast<std::size_t>(*part_);
  else
    while (part < status.asserts.size() && !silent(part)) ++part;
  if (part >= status.asserts.size() || !silent(part))
    throw refused("timeout.asserted", part_
                                          ? fmt::format("part {} is already asserted or does not exist", part)
                                          : std::string("every part is asserted"));
  require_untrue(finding, anyway_);
  set_move(finding, rules, ChallengeMove::timeout, part);
  Challenger challenger(ports, loaded.params, fee_rate_, address_or_none(to_, ports.chain()));
  ports.print(moved_document(challenger.make(loaded, finding)));
  return Exit::ok;
}

std::unique_ptr<Command> timeout_command() {
  return std::make_unique<TimeOutAssert>();
}

}  // namespace pegkit::app::challenge
