#include "app/challenge_watch.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <set>

#include "app/bridge_state.hpp"

namespace pegkit::app {
namespace {

using bridge::ClaimTruth;
using bridge::Standing;

Standing standing(const std::optional<SpendSeen>& seen) {
  if (!seen) return Standing::absent();
  return seen->height ? Standing::at(*seen->height) : Standing::pending();
}

/// The witness by which a transaction spends an outpoint; empty when it does not.
bitcoin::Witness witness_of(const std::optional<SpendSeen>& seen, const bitcoin::OutPoint& outpoint) {
  if (!seen) return {};
  for (const bitcoin::TxIn& input : seen->tx.inputs)
    if (input.prevout == outpoint) return input.witness;
  return {};
}

bool pays_operator(GraphEnding ending) {
  return ending == GraphEnding::take_fast || ending == GraphEnding::take_final ||
         ending == GraphEnding::reclaim;
}

/// A claim that the chain bears out is true only with a root that the sequencer signed: without it nobody can
/// assert it.
void hold_to_sequencer(Ports& ports, const LoadedGraph& loaded, ClaimFinding& finding) {
  const bridge::ClaimInputs& inputs = *finding.inputs;
  std::vector<SignedRoot> roots = signed_roots(ports, loaded, inputs.epoch);
  bool same =
      std::ranges::any_of(roots, [&](const SignedRoot& root) { return root.revealed.root == inputs.root; });
  if (same) return;
  finding.truth = roots.empty() && loaded.sequencer_key(inputs.epoch) ? ClaimTruth::open : ClaimTruth::no;
  finding.reason =
      roots.empty()
          ? fmt::format("no sequencer signed a root of epoch {}", inputs.epoch)
          : fmt::format("the sequencer signed a root of epoch {} that is not the layer 2's", inputs.epoch);
}

/// Sets truth, reason and failure.
void examine_truth(Ports& ports, const LoadedGraph& loaded, ChallengeFinding& out) {
  if (!out.said) {
    out.truth_reason = "the kickoff's witness is not of this graph";
    return;
  }
  try {
    ClaimFinding finding = examine_claim(ports, loaded.params, loaded.program(), *out.said);
    if (!finding.epoch_ended && !signed_roots(ports, loaded, out.said->epoch).empty())
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

bridge::ClaimSituation situation_of(const LoadedGraph& loaded, const ChallengeFinding& finding) {
  const GraphStatus& status = finding.status;
  std::uint32_t deep = loaded.params.payout_confirmations;
  bridge::ClaimSituation out;
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

Json seen_json(const std::optional<SpendSeen>& seen) {
  if (!seen) return nullptr;
  return {{"txid", seen->txid.display()}, {"height", seen->height ? Json(*seen->height) : Json(nullptr)}};
}

}  // namespace

void WatchedGraphs::declare(Options& options, Need keys) {
  options.files(graphs_, "--graph", "a graph to watch, with its signatures; may be repeated");
  options.file(directory_, "--graphs", "watch every .json file of this directory");
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's one-time keys", keys);
  options.file(params_, "--params", "the bridge's parameters (default: those used before)");
  options.integer(unknown_within_, "--challenge-unknown-within", "BLOCKS",
                  "challenge a claim that cannot be checked when so few blocks are left (default: 0, never)",
                  0, 65'535);
}

std::vector<std::string> WatchedGraphs::files() const {
  std::vector<std::string> out = graphs_;
  if (!directory_.empty()) {
    std::error_code failed;
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, failed))
      if (entry.path().extension() == ".json") found.push_back(entry.path().string());
    if (failed) throw usage_error("the directory " + directory_ + " cannot be read");
    std::ranges::sort(found);
    out.insert(out.end(), found.begin(), found.end());
  }
  if (out.empty()) throw usage_error("no graph is given").hint("--graph FILE or --graphs DIRECTORY");
  return out;
}

bridge::Params WatchedGraphs::params(Ports& ports) const {
  return load_params(ports, params_);
}

WatchedGraphs::Loaded WatchedGraphs::load(Ports& ports) const {
  std::vector<std::string> names = files();
  if (sequencer_keys_.empty()) throw usage_error("--sequencer-keys is needed for graphs");
  bridge::Params params = this->params(ports);
  params.require_challenge();
  Loaded out;
  std::set<bitcoin::Txid> seen;
  for (const std::string& name : names) {
    try {
      LoadedGraph loaded = load_graph(ports, params, name, sequencer_keys_);
      loaded.document.signed_graph();
      if (seen.insert(loaded.graph().kickoff().tx.txid()).second) out.graphs.push_back(std::move(loaded));
    } catch (const Error& e) {
      if (e.exit() == Exit::bug) throw;
      ports.say(fmt::format("{} is not watched: {}", name, e.message()));
      if (!out.failure) out.failure = e;
    }
  }
  if (out.graphs.empty() && out.failure) throw Error(*out.failure);
  return out;
}

bridge::RevealedClaim reveal_claim(const LoadedGraph& loaded, const GraphStatus& status) {
  const bridge::ProgramClaim& claim = *loaded.claim;
  std::vector<bitcoin::Witness> parts;
  for (std::size_t i = 0; i < status.asserts.size(); ++i)
    parts.push_back(witness_of(status.asserts[i], loaded.graph().part(i)));
  bridge::ClaimReader reader{claim.program(), claim.layout(), claim.keys(), claim.sequencer(),
                             loaded.graph().rules().sequencer.first_epoch};
  return bridge::read_claim(reader, witness_of(status.kickoff, loaded.graph().stake()), parts);
}

ChallengeFinding examine_graph(Ports& ports, SpendView& view, const LoadedGraph& loaded,
                               std::uint32_t unknown_within) {
  ChallengeFinding out;
  out.status = graph_status(view, loaded.graph());
  out.revealed = reveal_claim(loaded, out.status);
  out.said = bridge::claim_said(loaded.program(), out.revealed.trace);
  bool settled = out.status.depth(out.status.end) >= loaded.params.payout_confirmations;
  if (out.status.kickoff && !settled) examine_truth(ports, loaded, out);
  out.verdict = bridge::judge_claim(loaded.graph().rules(), situation_of(loaded, out), unknown_within);
  return out;
}

Json challenge_document(const LoadedGraph& loaded, const ChallengeFinding& finding) {
  const bridge::Graph& graph = loaded.graph();
  const GraphStatus& status = finding.status;
  const bridge::ChallengeVerdict& verdict = finding.verdict;
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
  out["truth"] = status.kickoff ? Json(bridge::claim_truth_name(finding.truth)) : Json(nullptr);
  out["truth_reason"] = finding.truth_reason;
  out["challenge"] = seen_json(status.challenge);
  Json& asserts = out["asserts"] = Json::array();
  for (const auto& part : status.asserts) asserts.push_back(seen_json(part));
  out["false_step"] = nullptr;
  if (finding.revealed.false_step)
    out["false_step"] = loaded.program().steps()[*finding.revealed.false_step].name;
  out["end"] = seen_json(status.end);
  if (status.end) out["end"]["kind"] = graph_ending_name(status.ending);
  out["move"] = bridge::challenge_move_name(verdict.move);
  if (verdict.move == bridge::ChallengeMove::timeout) out["part"] = verdict.number;
  out["reason"] = verdict.reason;
  out["well"] = verdict.well;
  out["alarm"] = verdict.alarm;
  out["deadline"] = verdict.deadline ? Json(*verdict.deadline) : Json(nullptr);
  return out;
}

}  // namespace pegkit::app
