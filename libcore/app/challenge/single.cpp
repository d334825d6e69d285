#include <fmt/core.h>

#include "app/challenge/commands.hpp"
#include "app/challenge/moves.hpp"
#include "app/command.hpp"
#include "bitcoin/address.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app {
namespace {

using optimistic::ChallengeMove;
using optimistic::ClaimTruth;

std::optional<bitcoin::Script> address_or_none(const std::string& text, bitcoin::Chain chain) {
  return text.empty() ? std::nullopt : std::optional(bitcoin::parse_address(text, chain));
}

void require_live(const services::GraphStatus& status) {
  if (!status.kickoff) throw not_ready("kickoff.absent", "there is no kickoff yet");
  if (!status.kickoff->height) throw not_ready("kickoff.unconfirmed", "the kickoff is in no block yet");
  if (status.end && status.end->height)
    throw refused("graph.ended", fmt::format("the bond was spent by {} in block {}",
                                             status.end->txid.display(), *status.end->height));
}

/// A claim that is true, or that nobody could check, is left alone unless the caller insists.
void require_untrue(const ChallengeFinding& finding, bool anyway) {
  if (anyway) return;
  if (finding.truth == ClaimTruth::yes)
    throw refused("claim.true", "the claim is true").hint("--anyway acts all the same, at your cost");
  if (finding.failure) throw Error(*finding.failure);
  if (finding.truth == ClaimTruth::unknown) throw not_ready("claim.unknown", finding.truth_reason);
}

/// The move of `finding` with the heights between which it is made.
void set_move(ChallengeFinding& finding, const bridge::Params::Challenge& rules, ChallengeMove move,
              std::size_t number) {
  std::uint32_t kickoff = *finding.status.kickoff->height;
  bool open = move == ChallengeMove::open;
  finding.verdict.move = move;
  finding.verdict.number = number;
  finding.verdict.since = open ? kickoff : kickoff + rules.assert_window;
  finding.verdict.deadline = kickoff + (open ? rules.challenge_window : rules.final_window) - 1;
}

ChallengeFinding find_one(Ports& ports, const services::LoadedGraph& loaded) {
  services::SpendView view(ports, loaded.params);
  services::follow_graph(view, loaded.graph());
  view.sync();
  return examine_graph(ports, view, loaded, 0);
}

}  // namespace

void OpenChallenge::options(Options& options) {
  graph_.declare(options);
  options.flag(anyway_, "--anyway", "also a claim that is true, or that cannot be checked");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit OpenChallenge::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  ChallengeFinding finding = find_one(ports, loaded);
  require_live(finding.status);
  Challenger challenger(ports, loaded.params, fee_rate_, std::nullopt);
  if (finding.status.challenge && finding.status.challenge->height) {
    services::Sent there;
    there.txid = finding.status.challenge->txid;
    there.already = true;
    there.confirmations = finding.status.depth(finding.status.challenge);
    ports.print(moved_document({challenge_kind, there, std::nullopt, "the claim is challenged"}));
    return Exit::ok;
  }
  require_untrue(finding, anyway_);
  set_move(finding, loaded.graph().rules(), ChallengeMove::open, 0);
  ports.print(moved_document(challenger.make(loaded, finding)));
  return Exit::ok;
}

void TimeOutAssert::options(Options& options) {
  graph_.declare(options);
  options.maybe_integer(part_, "--part", "N", "the part that is missing (default: the first)", 0, 1'000);
  options.text(to_, "--to", "ADDRESS", "where the reward goes (default: the output of --key-file's key)");
  options.flag(anyway_, "--anyway", "also of a claim that is true, or that cannot be checked");
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
    throw refused("timeout.asserted", part_ ? fmt::format("part {} is asserted or does not exist", part)
                                            : std::string("every part is asserted"));
  require_untrue(finding, anyway_);
  set_move(finding, rules, ChallengeMove::timeout, part);
  Challenger challenger(ports, loaded.params, fee_rate_, address_or_none(to_, ports.chain()));
  ports.print(moved_document(challenger.make(loaded, finding)));
  return Exit::ok;
}

}  // namespace pegkit::app
