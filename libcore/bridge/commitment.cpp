#include "bridge/commitment.hpp"

#include <fmt/core.h>

#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/spend.hpp"
#include "bridge/weight.hpp"

namespace pegkit::bridge {
namespace {

Spend key_spend(const crypto::XOnlyKey& internal) {
  Spend out;
  out.internal_key = internal;
  out.key = bitcoin::taproot_output(internal, {}).key;
  out.tweaks.push_back(bitcoin::taptweak_hash(internal, {}));
  return out;
}

}  // namespace

bitcoin::Script key_script(const crypto::XOnlyKey& internal) {
  return bitcoin::p2tr_script(bitcoin::taproot_output(internal, {}).key);
}

CommitmentPlan plan_commitment(const CommitmentRequest& request, const Params& params) {
  FeeRate rate = params.checked_fee_rate(request.fee_rate);
  Spend spend = key_spend(request.sequencer);
  bitcoin::Script own = key_script(request.sequencer);
  std::vector<SequencerCoin> coins{request.thread};
  coins.insert(coins.end(), request.fee_coins.begin(), request.fee_coins.end());
  bitcoin::Transaction tx;
  Sat total;
  for (const SequencerCoin& coin : coins) {
    if (coin.output.script_pubkey != own)
      throw input_error("coin.script", "coin " + coin.outpoint.text() + " is not of the sequencer's key");
    tx.inputs.push_back({coin.outpoint, {}, spend.sequence, {}});
    total += coin.output.value;
  }
  tx.outputs.push_back({request.thread.output.value, own});
  tx.outputs.push_back({Sat(0), record_script(params.magic, request.record)});
  auto vsize = [&] {
    auto inputs = static_cast<std::int64_t>(coins.size());
    return vsize_of_weight(signed_weight(coins.size(), inputs * spend.witness_size(), tx.outputs));
  };
  // Other coins pay the fee; what is left of them is change. Without them the thread pays.
  std::size_t payer = 0;
  if (!request.fee_coins.empty()) {
    tx.outputs.push_back({total - request.thread.output.value, own});
    payer = 2;
  }
  tx.outputs[payer].value -= rate.fee(vsize());
  bitcoin::TxOut& paid_from = tx.outputs[payer];
  if (paid_from.value < bitcoin::dust_threshold(paid_from)) {
    if (payer == 2) tx.outputs.pop_back();
    if (payer == 0 || total - request.thread.output.value < rate.fee(vsize()))
      throw not_ready("funds.short", "the sequencer's coins do not cover the fee of a commitment");
  }
  CommitmentPlan plan;
  plan.fee = total;
  for (const bitcoin::TxOut& output : tx.outputs) plan.fee -= output.value;
  params.check_fee(plan.fee);
  plan.vsize = vsize();
  plan.psbt = bitcoin::Psbt::from_transaction(std::move(tx));
  for (std::size_t i = 0; i < coins.size(); ++i) spend.fill(plan.psbt.inputs[i], coins[i].output);
  return plan;
}

Commitment Commitment::parse(const Json& document) {
  JsonObject object = open_document(document, "commitment");
  Commitment out;
  out.record.epoch = object.required("epoch").u32();
  out.record.state_root = object.required("state_root").hex_array<32>();
  out.record.proof_hash = object.required("proof_hash").hex_array<32>();
  JsonField txid = object.required("txid");
  out.txid = txid.at([&] { return bitcoin::Txid::from_display(txid.text(65)); });
  out.height = static_cast<std::uint32_t>(object.required("height").integer(0, INT32_MAX));
  JsonField thread = object.required("thread");
  if (thread.text(80) != out.thread().text())
    thread.fail("document.derived", "thread is not output 0 of the transaction");
  object.done();
  return out;
}

Json Commitment::to_json() const {
  Json out = new_document("commitment");
  out["epoch"] = record.epoch;
  out["state_root"] = to_hex(record.state_root);
  out["proof_hash"] = to_hex(record.proof_hash);
  out["txid"] = txid.display();
  out["height"] = height;
  out["thread"] = thread().text();
  return out;
}

bool CommitmentThread::concerns(const bitcoin::Transaction& tx) const {
  if (ended_) return false;
  if (commitments_.empty()) return tx.txid() == first_;
  bitcoin::OutPoint tip = commitments_.back().thread();
  return std::ranges::any_of(tx.inputs, [&](const bitcoin::TxIn& input) { return input.prevout == tip; });
}

Verdict CommitmentThread::extend(const bitcoin::Transaction& tx, std::uint32_t height) {
  if (!concerns(tx)) return Verdict::no("the transaction does not continue the thread");
  return extend(commitment_record(magic_, tx), tx.txid(), height);
}

Verdict CommitmentThread::extend(const std::optional<CommitmentRecord>& record, const bitcoin::Txid& txid,
                                 std::uint32_t height) {
  auto end = [&](std::string why) {
    ended_ = true;
    return Verdict::no(std::move(why));
  };
  if (!record)
    return end("the thread's output was spent by " + txid.display() +
               ", a transaction that commits to nothing");
  if (!commitments_.empty()) {
    std::uint64_t expected = std::uint64_t{commitments_.back().record.epoch} + 1;
    if (record->epoch != expected)
      return end(fmt::format("epoch {} follows where {} was expected", record->epoch, expected));
  }
  commitments_.push_back({*record, txid, height});
  return {};
}

}  // namespace pegkit::bridge
