#include "app/challenge/finding.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "optimistic/claim_trace.hpp"
#include "optimistic/graph.hpp"
#include "optimistic/graph_program.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/claim_finding.hpp"

namespace pegkit::app::challenge {
namespace {

using optimistic::ClaimTruth;
using optimistic::Standing;

Standing standing(const std::optional<services::SpendSeen>& seen) {
  if (!seen) return Standing::absent();
  return seen->height ? Standing::at(*seen->height) : Standing::pending();
}

/// The witness with which the transaction spends an outpoint; empty when it does not spend it.
bitcoin::Witness witness_of(const std::optional<services::SpendSeen>& seen,
                            const bitcoin::OutPoint& outpoint) {
  if (!seen) return {};
  for (const bitcoin::TxIn& input : seen->tx.inputs)
    if (input.prevout == outpoint) return input.witness;
  return {};
}

bool pays_operator(services::GraphEnding ending) {
  return ending == services::GraphEnding::take_fast || ending == services::GraphEnding::take_final ||
         ending == services::GraphEnding::reclaim;
}

/// A claim that the chain confirms is true only when the sequencer signed its root: without that signature
/// the operator cannot assert part 0.
void hold_to_sequencer(Ports& ports, const services::LoadedGraph& loaded, services::ClaimFinding& finding) {
  const optimistic::ClaimInputs& inputs = *finding.inputs;
  std::vector<services::SignedRoot> roots = services::signed_roots(ports, loaded, inputs.epoch);
  bool same = std::ranges::any_of(
      roots, [&](const services::SignedRoot& root) { return root.revealed.root == inputs.root; });
  if (same) return;
  finding.truth = roots.empty() && loaded.sequencer_key(inputs.epoch) ? ClaimTruth::open : ClaimTruth::no;
  finding.reason =
      roots.empty()
          ? fmt::format("no sequencer signed a root of epoch {}", inputs.epoch)
          : fmt::format("the sequencer signed a root of epoch {} that is not the layer 2's", inputs.epoch);
}

/// Sets `truth`, `truth_reason` and `failure` of `out`.
void examine_truth(Ports& ports, const services::LoadedGraph& loaded, ChallengeFinding& out) {
  if (!out.said) {
    out.truth_reason = "the kickoff's witness is not of this graph";
    return;
  }
  try {
    services::ClaimFinding finding =
        services::examine_claim(ports, loaded.params, loaded.program(), *out.said);
    if (!finding.epoch_ended && !services::signed_roots(ports, loaded, out.said->epoch).empty())
      throw not_ready(
          "l2.behind",
          fmt::format("the layer 2 has not ended epoch {}, which the sequencer committed", out.said->epoch))
          .hint("ask another endpoint of the layer 2");
    if (finding.truth == ClaimTruth::yes) hold_to_sequencer(ports, loaded, finding);
    out.truth = finding.truth;
    out.truth_reason = finding.reason;
  } catch (const Error& e) {
    if (e.exit() != Exit::unreachable && e.exit() != Exit::not_ready) throw;
    out.truth_reason = e.message();
    out.failure = e;
  }
}

optimistic::ClaimSituation situation_of(const services::LoadedGraph& loaded,
                                        const ChallengeFinding& finding) {
  const services::GraphStatus& status = finding.status;
  std::uint32_t deep = loaded.params.payout_confirmations;
  optimistic::ClaimSituation out;
  out.tip = status.tip;
  out.kickoff = standing(status.kickoff);
  out.challenge = standing(status.challenge);
  out.end = standing(status.end);
  out.end_pays_operator = pays_operator(status.ending);
  out.deposit_gone = status.depth(status.refund) >= deep ||
                     (status.lost_deposit(loaded.graph()) && status.depth(status.taken) >= deep);
  for (const auto& part : status.asserts) out.asserts.push_back(standing(part));
  out.truth = finding.truth;
  out.truth_reason = finding.truth_reason;
  out.false_step = finding.revealed.false_step;
  return out;
}

Json seen_json(const std::optional<services::SpendSeen>& seen) {
  if (!seen) return nullptr;
  return {{"txid", seen->txid.display()}, {"height", seen->height ? Json(*seen->height) : Json(nullptr)}};
}

}  // namespace

optimistic::RevealedClaim reveal_claim(const services::LoadedGraph& loaded,
                                       const services::GraphStatus& status) {
  const optimistic::ProgramClaim& claim = *loaded.claim;
  std::vector<bitcoin::Witness> parts;
  for (std::size_t i = 0; i < status.asserts.size(); ++i)
    parts.push_back(witness_of(status.asserts[i], loaded.graph().part(i)));
  optimistic::ClaimReader reader{claim.program(), claim.layout(), claim.keys(), claim.sequencer(),
                                 loaded.graph().rules().sequencer.first_epoch};
  return optimistic::read_claim(reader, witness_of(status.kickoff, loaded.graph().stake()), parts);
}

ChallengeFinding examine_graph(Ports& ports, services::SpendView& view, const services::LoadedGraph& loaded,
                               std::uint32_t unknown_within) {
  ChallengeFinding out;
  out.status = services::graph_status(view, loaded.graph());
  out.revealed = reveal_claim(loaded, out.status);
  out.said = optimistic::claim_said(loaded.program(), out.revealed.trace);
  bool settled = out.status.depth(out.status.end) >= loaded.params.payout_confirmations;
  if (out.status.kickoff && !settled) examine_truth(ports, loaded, out);
  out.verdict = optimistic::judge_claim(loaded.graph().rules(), situation_of(loaded, out), unknown_within);
  return out;
}

Json challenge_document(const services::LoadedGraph& loaded, const ChallengeFinding& finding) {
  const optimistic::Graph& graph = loaded.graph();
  const services::GraphStatus& status = finding.status;
  const optimistic::ChallengeVerdict& verdict = finding.verdict;
  Json out = new_document("challenge");
  out["graph"] = graph.kickoff().tx.txid().display();
  out["deposit"] = graph.inputs().deposit.funding->outpoint.text();
  out["operator"] = to_hex(graph.inputs().operator_key);
  out["tip"] = status.tip;
  out["lock"] = seen_json(status.lock);
  out["kickoff"] = seen_json(status.kickoff);
  out["claim"] = nullptr;
  if (finding.said)
    out["claim"] = {
        {"epoch", finding.said->epoch}, {"id", finding.said->id}, {"payout", finding.said->payout.display()}};
  out["truth"] = status.kickoff ? Json(optimistic::claim_truth_name(finding.truth)) : Json(nullptr);
  out["truth_reason"] = finding.truth_reason;
  out["challenge"] = seen_json(status.challenge);
  Json& asserts = out["asserts"] = Json::array();
  for (const auto& part : status.asserts) asserts.push_back(seen_json(part));
  out["false_step"] = nullptr;
  if (finding.revealed.false_step)
    out["false_step"] = loaded.program().steps()[*finding.revealed.false_step].name;
  out["end"] = seen_json(status.end);
  if (status.end) out["end"]["kind"] = services::graph_ending_name(status.ending);
  out["move"] = optimistic::challenge_move_name(verdict.move);
  if (verdict.move == optimistic::ChallengeMove::timeout) out["part"] = verdict.number;
  out["reason"] = verdict.reason;
  out["well"] = verdict.well;
  out["alarm"] = verdict.alarm;
  out["deadline"] = verdict.deadline ? Json(*verdict.deadline) : Json(nullptr);
  return out;
}

}  // namespace pegkit::app::challenge
