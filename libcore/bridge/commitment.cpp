#include "bridge/commitment.hpp"

#include <fmt/core.h>

#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/spend.hpp"
#include "bridge/weight.hpp"

namespace pegkit::bridge {
namespace {

constexpr std::size_t max_signature = 67 * 21;  ///< bytes

Spend key_spend(const crypto::XOnlyKey& internal) {
  Spend out;
  out.internal_key = internal;
  out.key = bitcoin::taproot_output(internal, {}).key;
  out.tweaks.push_back(bitcoin::taptweak_hash(internal, {}));
  return out;
}

void fill_reveal(bitcoin::PsbtInput& input, const CommitmentRequest& request) {
  const EpochOutput& output = request.reveal->output;
  input.witness_utxo = request.thread.output;
  input.tap_internal_key = sequencer_internal_key(request.sequencer);
  input.tap_merkle_root = bitcoin::tapleaf_hash(output.leaf);
  input.tap_leaf_scripts[output.control_block] = {output.leaf, bitcoin::tapscript_version};
}

}  // namespace

bitcoin::Script key_script(const crypto::XOnlyKey& internal) {
  return bitcoin::p2tr_script(bitcoin::taproot_output(internal, {}).key);
}

CommitmentPlan plan_commitment(const CommitmentRequest& request, const Params& params) {
  FeeRate rate = params.checked_fee_rate(request.fee_rate);
  Spend spend = key_spend(request.sequencer);
  bitcoin::Script own = key_script(request.sequencer);
  const RootReveal* reveal = request.reveal ? &*request.reveal : nullptr;
  std::vector<SequencerCoin> coins{request.thread};
  coins.insert(coins.end(), request.fee_coins.begin(), request.fee_coins.end());
  bitcoin::Transaction tx;
  Sat total;
  for (const SequencerCoin& coin : coins) {
    bool of_epoch = reveal && tx.inputs.empty();
    if (coin.output.script_pubkey != (of_epoch ? reveal->output.script_pubkey : own))
      throw input_error("coin.script", "coin " + coin.outpoint.text() + " is not of the sequencer's key");
    tx.inputs.push_back({coin.outpoint, {}, spend.sequence, {}});
    total += coin.output.value;
  }
  tx.outputs.push_back({request.thread.output.value, reveal ? reveal->next : own});
  tx.outputs.push_back({Sat(0), record_script(params.magic, request.record)});
  auto vsize = [&] {
    auto others = static_cast<std::int64_t>(coins.size()) - 1;
    std::int64_t first = reveal ? reveal->output.witness_size() : spend.witness_size();
    return vsize_of_weight(signed_weight(coins.size(), first + others * spend.witness_size(), tx.outputs));
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
  for (std::size_t i = 0; i < coins.size(); ++i) {
    if (reveal && i == 0)
      fill_reveal(plan.psbt.inputs[i], request);
    else
      spend.fill(plan.psbt.inputs[i], coins[i].output);
  }
  return plan;
}

bitcoin::Transaction finish_commitment(bitcoin::Psbt psbt, const RootReveal& reveal,
                                       const crypto::SchnorrSignature& schnorr) {
  psbt.inputs.at(0).final_witness = reveal.output.witness(reveal.signature, schnorr);
  psbt.finalize();
  return psbt.extract();
}

Commitment Commitment::parse(const Json& document) {
  JsonObject object = open_document(document, "commitment");
  Commitment out;
  out.record.epoch = object.required("epoch").u32();
  out.record.state_root = object.required("state_root").hex_array<32>();
  out.record.proof_hash = object.required("proof_hash").hex_array<32>();
  if (auto root = object.optional("withdrawals_root")) out.withdrawals_root = root->hex_array<32>();
  if (auto signature = object.optional("signature")) {
    RevealedRoot revealed =
        signature->at([&] { return parse_root_signature(from_hex(signature->text(2 * max_signature + 1))); });
    if (out.withdrawals_root != revealed.root)
      signature->fail("ots.signature", "the signature is not of this withdrawals root");
    out.signature = std::move(revealed.signature);
  }
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
  if (withdrawals_root) out["withdrawals_root"] = to_hex(*withdrawals_root);
  if (signature) out["signature"] = to_hex(write_root_signature(*signature));
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
  bitcoin::Txid txid = tx.txid();
  auto record = commitment_record(magic_, tx);
  if (!record) return extend(std::nullopt, txid);
  return extend(Commitment{*record, {}, {}, txid, height}, txid);
}

Verdict CommitmentThread::extend(const std::optional<Commitment>& commitment, const bitcoin::Txid& txid) {
  auto end = [&](std::string why) {
    ended_ = true;
    return Verdict::no(std::move(why));
  };
  if (!commitment)
    return end("the thread's output was spent by " + txid.display() +
               ", a transaction that commits to nothing");
  if (!commitments_.empty()) {
    std::uint64_t expected = std::uint64_t{commitments_.back().record.epoch} + 1;
    if (commitment->record.epoch != expected)
      return end(fmt::format("epoch {} follows where {} was expected", commitment->record.epoch, expected));
  }
  commitments_.push_back(*commitment);
  return {};
}

}  // namespace pegkit::bridge
