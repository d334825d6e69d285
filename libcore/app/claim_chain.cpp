#include "app/claim_chain.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "app/bridge_state.hpp"
#include "app/commit_state_epoch.hpp"
#include "app/commitment_thread.hpp"
#include "app/input.hpp"
#include "app/keys.hpp"
#include "app/withdrawals.hpp"
#include "bitcoin/script.hpp"
#include "bridge/record.hpp"
#include "bridge/spv.hpp"
#include "store/event_store.hpp"
#include "store/header_store.hpp"

namespace pegkit::app {
namespace {

using bitcoin::OutPoint;
using bitcoin::Txid;

bool spends(const bitcoin::Transaction& tx, const OutPoint& outpoint) {
  return std::ranges::any_of(tx.inputs, [&](const auto& input) { return input.prevout == outpoint; });
}

GraphEnding ending_of(const bridge::Graph& graph, const SpendSeen& end) {
  if (end.txid == graph.take_fast().tx.txid()) return GraphEnding::take_fast;
  if (end.txid == graph.take_final().tx.txid()) return GraphEnding::take_final;
  if (end.txid == graph.reclaim().tx.txid()) return GraphEnding::reclaim;
  for (std::size_t i = 0; i < graph.parts(); ++i)
    if (spends(end.tx, graph.part(i))) return GraphEnding::assert_timeout;
  return GraphEnding::disprove;
}

/// The record of a `record` event that is an operator's payout of `id`.
bool is_payout_of(const store::Event& event, const bridge::Magic& magic, std::uint32_t id) {
  Bytes payload = to_bytes(magic);
  append(payload, from_hex(event.data.at("record").get<std::string>()));
  if (payload.size() > bridge::max_record) return false;
  auto record = bridge::read_record(magic, bitcoin::op_return_script(payload));
  auto* payout = record ? std::get_if<bridge::OperatorPayoutRecord>(&*record) : nullptr;
  return payout && payout->id == id;
}

ClaimFinding finding(bridge::ClaimTruth truth, std::string reason) {
  return {truth, std::move(reason), std::nullopt, std::nullopt, true};
}

/// The header of the payout's block and the k after it; fewer where the chain ends before.
std::vector<bitcoin::Header> headers_on_top(Ports& ports, std::uint32_t height, std::uint32_t k) {
  store::HeaderStore store(ports.database());
  std::vector<bitcoin::Header> out;
  for (std::uint32_t i = 0; i <= k; ++i) {
    auto header = store.best_at(height + i);
    if (!header) break;
    out.push_back(header->header);
  }
  return out;
}

}  // namespace

// --- Loading

const crypto::OtsPublicKey* LoadedGraph::sequencer_key(std::uint32_t epoch) const {
  std::uint32_t first = graph().rules().sequencer.first_epoch;
  if (epoch < first || epoch - first >= claim->sequencer().size()) return nullptr;
  return &claim->sequencer()[epoch - first];
}

void OneGraphOptions::declare(Options& options) {
  options.file(graph_, "--graph", "the graph document, with its signatures", Need::required);
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's one-time keys", Need::required);
  options.file(params_, "--params", "the bridge's parameters (default: those used before)");
}

LoadedGraph load_graph(Ports& ports, const bridge::Params& params, const std::string& graph,
                       const std::string& sequencer_keys) {
  auto claim_of = bridge::program_claims(bridge::OtsKeySet::parse(read_json(ports, sequencer_keys)));
  auto document = bridge::GraphDocument::parse(read_json(ports, graph), params, claim_of);
  auto claim = std::dynamic_pointer_cast<const bridge::ProgramClaim>(document.graph.inputs().claim);
  return {params, std::move(document), std::move(claim)};
}

LoadedGraph OneGraphOptions::load(Ports& ports) const {
  bridge::Params params = load_params(ports, params_);
  params.require_challenge();
  return load_graph(ports, params, graph_, sequencer_keys_);
}

LoadedGraph OneGraphOptions::load_rival(Ports& ports, const LoadedGraph& own, const std::string& file) const {
  LoadedGraph out = load_graph(ports, own.params, file, sequencer_keys_);
  if (out.graph().inputs().deposit.funding != own.graph().inputs().deposit.funding)
    throw input_error("graph.deposit", "the rival's graph is for another deposit");
  return out;
}

crypto::SecretKey load_operator_key(Ports& ports, const bridge::Graph& graph) {
  crypto::SecretKey key = load_key(ports);
  if (crypto::xonly(key.public_key()) != graph.inputs().operator_key)
    throw input_error("key.mismatch", "this key is not the graph's operator's");
  return key;
}

std::string place_text(const std::optional<SpendSeen>& seen) {
  if (!seen) return "absent";
  return seen->height ? fmt::format("confirmed at {}", *seen->height) : "in the mempool";
}

const char* graph_ending_name(GraphEnding ending) {
  switch (ending) {
    case GraphEnding::none:
      return "none";
    case GraphEnding::take_fast:
      return "take-fast";
    case GraphEnding::take_final:
      return "take-final";
    case GraphEnding::reclaim:
      return "reclaim";
    case GraphEnding::assert_timeout:
      return "assert-timeout";
    case GraphEnding::disprove:
      return "disprove";
  }
  return "";
}

// --- The graph on the chain

std::uint32_t GraphStatus::depth(const std::optional<SpendSeen>& seen) const {
  return seen && seen->height ? tip + 1 - *seen->height : 0;
}

std::uint32_t GraphStatus::blocks_left(std::uint32_t window) const {
  if (!depth(kickoff)) throw not_ready("kickoff.unconfirmed", "the kickoff is in no block yet");
  std::uint32_t next = tip + 1, open = *kickoff->height + window;
  return open > next ? open - next : 0;
}

bool GraphStatus::lost_deposit(const bridge::Graph& graph) const {
  return taken && taken->txid != graph.take_fast().tx.txid() && taken->txid != graph.take_final().tx.txid();
}

void follow_graph(SpendView& view, const bridge::Graph& graph) {
  std::vector<bitcoin::Script> scripts = {graph.deposit_output().script_pubkey,
                                          graph.stake_output().script_pubkey,
                                          graph.lock().tx.outputs[0].script_pubkey};
  for (std::uint32_t i = 0; i < 2 + graph.parts(); ++i)
    scripts.push_back(graph.kickoff().tx.outputs[i].script_pubkey);
  view.watch(scripts, "graph " + graph.kickoff().tx.txid().display(), graph.inputs().params.start_height);
}

GraphStatus graph_status(SpendView& view, const bridge::Graph& graph) {
  std::vector<OutPoint> outpoints = {graph.inputs().deposit.funding->outpoint, graph.stake(), graph.locked(),
                                     graph.challenge_connector(), graph.bond()};
  for (std::size_t i = 0; i < graph.parts(); ++i) outpoints.push_back(graph.part(i));
  std::vector<OutpointSeen> seen = view.look(outpoints);

  GraphStatus out;
  out.tip = view.tip();
  out.deposit_height = seen[0].height;
  out.stake_height = seen[1].height;
  auto& deposit_spend = seen[0].spend;
  if (deposit_spend) (deposit_spend->txid == graph.lock().tx.txid() ? out.lock : out.refund) = deposit_spend;
  auto& stake_spend = seen[1].spend;
  if (stake_spend)
    (stake_spend->txid == graph.kickoff().tx.txid() ? out.kickoff : out.stake_return) = stake_spend;
  out.taken = seen[2].spend;
  if (seen[3].spend && seen[3].spend->txid != graph.take_fast().tx.txid()) out.challenge = seen[3].spend;
  out.end = seen[4].spend;
  if (out.end) out.ending = ending_of(graph, *out.end);
  for (std::size_t i = 0; i < graph.parts(); ++i) {
    auto& spend = seen[5 + i].spend;
    out.asserts.push_back(spend && !spends(spend->tx, graph.bond()) ? std::move(spend) : std::nullopt);
  }
  return out;
}

// --- What is true

EpochWithdrawals withdrawals_of_epoch(const std::vector<bridge::Withdrawal>& final,
                                      const bridge::Params& params, std::uint32_t epoch) {
  EpochWithdrawals out;
  out.epoch = epoch;
  for (const bridge::Withdrawal& withdrawal : final) {
    if (withdrawal.l2_block > epoch_block(params, epoch)) break;
    out.withdrawals.push_back(withdrawal);
    out.tree.append(withdrawal.leaf());
  }
  return out;
}

std::vector<OperatorPayout> operator_payouts(Ports& ports, const bridge::Params& params, std::uint32_t id) {
  std::vector<OperatorPayout> out;
  for (const store::Event& event : store::EventStore(ports.database()).live("record")) {
    if (!is_payout_of(event, params.magic, id)) continue;
    Txid txid = Txid::from_display(event.data.at("txid").get<std::string>());
    auto tx = ports.node().transaction(txid, &event.block);
    if (!tx) throw unreachable("node.pruned", "the node does not have the transaction " + txid.display());
    if (bridge::operator_payout_record(params.magic, *tx))
      out.push_back({std::move(*tx), txid, id, event.height, event.block});
  }
  return out;
}

std::vector<SignedRoot> signed_roots(Ports& ports, const LoadedGraph& loaded, std::uint32_t epoch) {
  std::vector<SignedRoot> out;
  const crypto::OtsPublicKey* key = loaded.sequencer_key(epoch);
  if (!key) return out;
  for (const store::Event& event : store::EventStore(ports.database()).live("commitment")) {
    bridge::Commitment commitment = commitment_from(event);
    if (commitment.record.epoch != epoch) continue;
    auto tx = ports.node().transaction(commitment.txid, &event.block);
    if (!tx)
      throw unreachable("node.pruned", "the node does not have the transaction " + commitment.txid.display());
    auto revealed = bridge::revealed_root(loaded.graph().rules().sequencer.key, *tx);
    if (revealed && revealed->key == *key)
      out.push_back({epoch, std::move(*revealed), commitment.txid, event.height});
  }
  return out;
}

ClaimFinding examine_claim(Ports& ports, const bridge::Params& params, const bridge::ClaimProgram& program,
                           const bridge::ClaimSaid& said) {
  using Truth = bridge::ClaimTruth;
  RequestedWithdrawals requested = read_withdrawals(ports.layer2(), params);
  if (epoch_block(params, said.epoch) > requested.final_block) {
    ClaimFinding out = finding(Truth::open, fmt::format("epoch {} has not ended on the layer 2", said.epoch));
    out.epoch_ended = false;
    return out;
  }
  EpochWithdrawals of = withdrawals_of_epoch(requested.final, params, said.epoch);
  if (said.id >= of.withdrawals.size())
    return finding(Truth::no, fmt::format("withdrawal {} was not asked for by the end of epoch {}", said.id,
                                          said.epoch));

  auto payouts = operator_payouts(ports, params, said.id);
  auto payout = std::ranges::find(payouts, said.payout, &OperatorPayout::txid);
  if (payout == payouts.end())
    return finding(Truth::open, fmt::format("no block has {} as a payout of withdrawal {}",
                                            said.payout.display(), said.id));
  std::uint32_t k = program.constants().headers;
  auto headers = headers_on_top(ports, payout->height, k);
  if (headers.size() != k + 1)
    return finding(Truth::open, fmt::format("the payout's block has {} of {} headers on top",
                                            headers.empty() ? 0 : headers.size() - 1, k));

  auto block = bitcoin::Block::parse(ports.node().raw_block(payout->block));
  std::vector<Txid> txids;
  for (const bitcoin::Transaction& tx : block.transactions) txids.push_back(tx.txid());
  auto proof = bridge::SpvProof::build(params.chain, payout->height, block.header, txids, payout->tx);

  ClaimFinding out;
  out.inputs =
      bridge::ClaimInputs{said.epoch, of.tree.root(), of.withdrawals[said.id], of.tree.proof(said.id),
                          payout->tx, proof.position, proof.merkle_path,       std::move(headers)};
  Verdict verdict = bridge::check_claim(program, *out.inputs);
  out.reason = verdict.reason;
  if (!verdict) return out;
  out.truth = Truth::yes;
  out.trace = bridge::true_trace(program, *out.inputs);
  return out;
}

}  // namespace pegkit::app
