#include "services/graph/claim_finding.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/block.hpp"
#include "bitcoin/script.hpp"
#include "bridge/record.hpp"
#include "bridge/spv.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/event_data.hpp"
#include "services/layer2/epochs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/ports.hpp"
#include "store/event_store.hpp"
#include "store/header_store.hpp"

namespace pegkit::services {
namespace {

using bitcoin::Txid;

/// True when the record is an operator's payout of withdrawal `id`.
bool is_payout_of(const RecordData& seen, const bridge::Magic& magic, std::uint32_t id) {
  Bytes payload = to_bytes(magic);
  append(payload, seen.record);
  if (payload.size() > bridge::max_record) return false;
  auto record = bridge::read_record(magic, bitcoin::op_return_script(payload));
  auto* payout = record ? std::get_if<bridge::OperatorPayoutRecord>(&*record) : nullptr;
  return payout && payout->id == id;
}

ClaimFinding finding(optimistic::ClaimTruth truth, std::string reason) {
  return {truth, std::move(reason), std::nullopt, std::nullopt, true};
}

/// The header of the payout's block and the k headers after it; fewer where the chain is shorter.
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
  for (const store::Event& event : store::EventStore(ports.database()).live(RecordData::kind)) {
    auto seen = RecordData::from(event);
    if (!is_payout_of(seen, params.magic, id)) continue;
    const Txid& txid = seen.txid;
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
  for (const store::Event& event : store::EventStore(ports.database()).live(store::EventKind::commitment)) {
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

ClaimFinding examine_claim(Ports& ports, const bridge::Params& params,
                           const optimistic::ClaimProgram& program, const optimistic::ClaimSaid& said) {
  using Truth = optimistic::ClaimTruth;
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
      optimistic::ClaimInputs{said.epoch, of.tree.root(), of.withdrawals[said.id], of.tree.proof(said.id),
                              payout->tx, proof.position, proof.merkle_path,       std::move(headers)};
  Verdict verdict = optimistic::check_claim(program, *out.inputs);
  out.reason = verdict.reason;
  if (!verdict) return out;
  out.truth = Truth::yes;
  out.trace = optimistic::true_trace(program, *out.inputs);
  return out;
}

}  // namespace pegkit::services
