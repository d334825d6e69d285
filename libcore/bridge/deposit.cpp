#include "bridge/deposit.hpp"

#include "bitcoin/address.hpp"
#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"
#include "bridge/derived.hpp"
#include "bridge/weight.hpp"

namespace pegkit::bridge {

using bitcoin::TapNode;

Deposit::Deposit(Custody custody, const evm::Address& recipient, const crypto::XOnlyKey& refund_key,
                 std::uint32_t refund_blocks)
    : custody_(std::move(custody)),
      recipient_(recipient),
      refund_key_(refund_key),
      refund_blocks_(refund_blocks) {}

Deposit Deposit::make(Custody custody, const evm::Address& recipient, const crypto::XOnlyKey& refund_key,
                      std::uint32_t refund_blocks) {
  if (refund_blocks == 0 || refund_blocks > 65'535)
    throw input_error("deposit.refund_blocks", "a timelock of 1 to 65535 blocks was expected")
        .field("refund_blocks");
  crypto::parse_xonly_key(refund_key);
  return {std::move(custody), recipient, refund_key, refund_blocks};
}

Deposit Deposit::parse(const Json& document, Derive derive, std::string path) {
  JsonObject object = open_document(document, "deposit", 1, path);
  JsonField custody = object.required("custody");
  JsonField recipient = object.required("recipient");
  JsonField refund_key = object.required("refund_key");
  Deposit out = make(Custody::parse(custody.json(), derive, custody.path()),
                     recipient.at([&] { return evm::parse_address(recipient.text(64)); }),
                     refund_key.at([&] { return crypto::parse_xonly_key(from_hex(refund_key.text(65))); }),
                     static_cast<std::uint32_t>(object.required("refund_blocks").integer(1, 65'535)));
  auto outpoint = object.optional("outpoint");
  auto amount = object.optional("amount_sat");
  if (outpoint.has_value() != amount.has_value())
    throw input_error("deposit.funding", "outpoint and amount_sat stand together or not at all").field(path);
  if (outpoint)
    out.funding =
        Funding{outpoint->at([&] { return bitcoin::OutPoint::parse(outpoint->text(80)); }), amount->sat()};
  DerivedFields check(object);
  check.equal("internal_key", [&] { return to_hex(out.custody_.internal_key()); });
  check.equal("merkle_root", [&] { return to_hex(out.merkle_root()); });
  check.equal("script_pubkey", [&] { return to_hex(out.script_pubkey()); });
  check.equal("refund_script", [&] { return to_hex(out.refund_script()); });
  check.equal("refund_control_block", [&] { return to_hex(out.refund_control_block()); });
  check.address("address", [&] { return out.script_pubkey(); });
  object.done();
  return out;
}

Json Deposit::to_json(std::optional<bitcoin::Chain> chain) const {
  Json out = new_document("deposit");
  out["custody"] = custody_.to_json_bare();
  // With its root the document can be read without making the whole tree again (Derive::stated).
  if (auto root = custody_.merkle_root()) out["custody"]["merkle_root"] = to_hex(*root);
  out["recipient"] = evm::format_address(recipient_);
  out["refund_key"] = to_hex(refund_key_);
  out["refund_blocks"] = refund_blocks_;
  if (chain) out["address"] = address(*chain);
  out["script_pubkey"] = to_hex(script_pubkey());
  out["internal_key"] = to_hex(custody_.internal_key());
  out["merkle_root"] = to_hex(merkle_root());
  out["refund_script"] = to_hex(refund_script());
  out["refund_control_block"] = to_hex(refund_control_block());
  if (funding) {
    out["outpoint"] = funding->outpoint.text();
    out["amount_sat"] = funding->amount.value();
  }
  return out;
}

bitcoin::Script Deposit::refund_script() const {
  return bitcoin::ScriptBuilder()
      .push(recipient_)
      .op(bitcoin::OP_DROP)
      .number(refund_blocks_)
      .op(bitcoin::OP_CHECKSEQUENCEVERIFY)
      .op(bitcoin::OP_DROP)
      .push(refund_key_)
      .op(bitcoin::OP_CHECKSIG)
      .take();
}

TapNode Deposit::refund_leaf_hash() const {
  return bitcoin::tapleaf_hash(refund_script());
}

Bytes Deposit::refund_control_block() const {
  std::vector<TapNode> path;
  if (auto root = custody_.merkle_root()) path.push_back(*root);
  return bitcoin::control_block(custody_.internal_key(), output().odd, path);
}

TapNode Deposit::merkle_root() const {
  auto root = custody_.merkle_root();
  TapNode refund = refund_leaf_hash();
  return root ? bitcoin::tapbranch_hash(*root, refund) : refund;
}

bitcoin::TaprootOutput Deposit::output() const {
  return bitcoin::taproot_output(custody_.internal_key(), merkle_root());
}

bitcoin::Script Deposit::script_pubkey() const {
  return bitcoin::p2tr_script(output().key);
}

std::string Deposit::address(bitcoin::Chain chain) const {
  return bitcoin::script_address(script_pubkey(), chain).value();
}

Spend Deposit::refund_spend() const {
  Spend out;
  out.aggregate = true;  // one signature, of the refund key alone
  out.key = refund_key_;
  out.internal_key = custody_.internal_key();
  out.merkle_root = merkle_root();
  out.leaf_script = refund_script();
  out.control_block = refund_control_block();
  out.sequence = refund_blocks_;
  return out;
}

bitcoin::Psbt plan_refund(const Deposit& deposit, const bitcoin::Script& to, FeeRate rate,
                          const Params& params) {
  if (!deposit.funding)
    throw not_ready("deposit.unfunded", "the deposit document names no outpoint: it is not funded yet");
  rate = params.checked_fee_rate(rate);
  Spend spend = deposit.refund_spend();
  bitcoin::Transaction tx;
  tx.inputs.push_back({deposit.funding->outpoint, {}, spend.sequence, {}});
  tx.outputs.push_back({deposit.funding->amount, to});
  Sat fee = rate.fee(vsize_of_weight(signed_weight(1, spend.witness_size(), tx.outputs)));
  params.check_fee(fee);
  tx.outputs[0].value -= fee;
  if (tx.outputs[0].value < bitcoin::dust_threshold(tx.outputs[0]) || tx.outputs[0].value <= Sat(0))
    throw input_error("fee.uncovered", "the deposit does not cover more than the fee of its refund");
  bitcoin::Psbt psbt = bitcoin::Psbt::from_transaction(std::move(tx));
  spend.fill(psbt.inputs[0], {deposit.funding->amount, deposit.script_pubkey()});
  return psbt;
}

}  // namespace pegkit::bridge
