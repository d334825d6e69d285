#include "app/inspect/parts.hpp"

#include <variant>

#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/params.hpp"
#include "bridge/record.hpp"
#include "evm/address.hpp"

namespace pegkit::app::inspect {
namespace {

/// Adds the script's words. A script that ends inside a push has no words; its hex must do.
void add_asm(Json& out, ByteView script) {
  try {
    out["asm"] = bitcoin::script_asm(script);
  } catch (const Error&) {
    out["asm"] = nullptr;
  }
}

Json show_record(const bridge::Record& record) {
  if (const auto* commitment = std::get_if<bridge::CommitmentRecord>(&record))
    return {{"kind", "commitment"},
            {"epoch", commitment->epoch},
            {"state_root", to_hex(commitment->state_root)},
            {"proof_hash", to_hex(commitment->proof_hash)}};
  if (const auto* payout = std::get_if<bridge::OperatorPayoutRecord>(&record))
    return {{"kind", "operator_payout"},
            {"withdrawal", payout->id},
            {"operator_tag", to_hex(payout->operator_tag)}};
  if (const auto* lock = std::get_if<bridge::LockRecord>(&record))
    return {{"kind", "lock"}, {"recipient", evm::format_address(lock->recipient)}};
  return {{"kind", "payout"}, {"withdrawals", std::get<bridge::PayoutRecord>(record).ids}};
}

Json hex_list(const std::vector<Bytes>& items) {
  Json out = Json::array();
  for (const Bytes& item : items) out.push_back(to_hex(item));
  return out;
}

Json show_control_block(const bitcoin::ControlBlock& control) {
  Json path = Json::array();
  for (const auto& node : control.path) path.push_back(to_hex(node));
  return {{"leaf_version", control.leaf_version},
          {"odd", control.odd},
          {"internal_key", to_hex(control.internal)},
          {"path", path}};
}

Json show_input(const bitcoin::TxIn& input) {
  Json out{{"outpoint", input.prevout.text()}, {"sequence", input.sequence}};
  if (!input.script_sig.empty()) {
    out["script_sig"] = to_hex(input.script_sig);
    add_asm(out, input.script_sig);
  }
  if (!input.witness.empty()) {
    out["witness"] = hex_list(input.witness);
    if (Json reading = show_taproot_witness(input.witness); !reading.empty()) out["if_taproot"] = reading;
  }
  return out;
}

Json show_psbt_input(const bitcoin::TxIn& txin, const bitcoin::PsbtInput& input, const View& view) {
  Json out{{"outpoint", txin.prevout.text()}, {"sequence", txin.sequence}};
  if (auto spent = input.spent(txin)) out["spends"] = show_output(*spent, view);
  if (input.sighash_type) out["sighash_type"] = *input.sighash_type;
  if (input.tap_internal_key) out["internal_key"] = to_hex(*input.tap_internal_key);
  if (input.tap_merkle_root) out["merkle_root"] = to_hex(*input.tap_merkle_root);
  for (const auto& [control, leaf] : input.tap_leaf_scripts) {
    Json shown{{"script", to_hex(leaf.script)},
               {"leaf_hash", to_hex(bitcoin::tapleaf_hash(leaf.script, leaf.version))},
               {"control_block", to_hex(control)}};
    add_asm(shown, leaf.script);
    out["leaves"].push_back(shown);
  }
  if (input.redeem_script) out["redeem_script"] = to_hex(*input.redeem_script);
  if (input.witness_script) out["witness_script"] = to_hex(*input.witness_script);
  Json signatures = Json::array();
  if (input.tap_key_sig) signatures.push_back({{"path", "key"}, {"signature", to_hex(*input.tap_key_sig)}});
  for (const auto& [which, signature] : input.tap_script_sigs)
    signatures.push_back({{"path", "leaf"},
                          {"key", to_hex(which.first)},
                          {"leaf_hash", to_hex(which.second)},
                          {"signature", to_hex(signature)}});
  for (const auto& [key, signature] : input.partial_sigs)
    signatures.push_back({{"key", to_hex(key)}, {"signature", to_hex(signature)}});
  out["signatures"] = signatures;
  if (input.final_script_sig) out["final_script_sig"] = to_hex(*input.final_script_sig);
  if (input.final_witness) out["final_witness"] = hex_list(*input.final_witness);
  if (!input.other.empty()) out["unknown_fields"] = input.other.size();
  return out;
}

/// The fee; nullopt when a spent output is unknown or the amounts cannot be added.
std::optional<Sat> known_fee(const bitcoin::Psbt& psbt) {
  try {
    return psbt.fee();
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

View View::of(const std::string& chain, const std::string& magic) {
  View view;
  if (!chain.empty()) view.chain = bitcoin::parse_chain(chain);
  if (!magic.empty()) view.magic = bridge::Magic::from(from_hex(magic));
  return view;
}

Json show_script(ByteView script, const View& view) {
  Json out{{"script", to_hex(script)}};
  add_asm(out, script);
  out["script_kind"] = bitcoin::script_kind_name(bitcoin::script_kind(script));
  if (view.chain) {
    if (auto address = bitcoin::script_address(script, *view.chain)) out["address"] = *address;
  }
  if (view.magic) {
    if (auto record = bridge::read_record(*view.magic, script)) out["record"] = show_record(*record);
  }
  return out;
}

Json show_output(const bitcoin::TxOut& output, const View& view) {
  Json out{{"value_sat", output.value.value()}};
  out.update(show_script(output.script_pubkey, view));
  return out;
}

Json show_taproot_witness(const bitcoin::Witness& witness) {
  Json out = Json::object();
  std::size_t count = witness.size();
  bool annex = count >= 2 && !witness.back().empty() && witness.back()[0] == 0x50;
  if (annex) --count;
  if (count == 1 && (witness[0].size() == 64 || witness[0].size() == 65)) {
    out["path"] = "key";
    out["sighash_type"] = witness[0].size() == 65 ? witness[0][64] : 0;
  } else if (count >= 2) {
    auto control = bitcoin::ControlBlock::parse(witness[count - 1]);
    if (!control) return out;
    const Bytes& leaf = witness[count - 2];
    out["path"] = "leaf";
    out["leaf_script"] = to_hex(leaf);
    add_asm(out, leaf);
    out["leaf_hash"] = to_hex(bitcoin::tapleaf_hash(leaf, control->leaf_version));
    out["control_block"] = show_control_block(*control);
  } else {
    return out;
  }
  if (annex) out["annex"] = to_hex(witness.back());
  return out;
}

Json show_transaction(const bitcoin::Transaction& tx, const View& view) {
  Json out{{"txid", tx.txid().display()}, {"wtxid", tx.wtxid().display()}, {"tx_version", tx.version},
           {"lock_time", tx.lock_time},   {"size", tx.serialize().size()}, {"vsize", tx.vsize()},
           {"weight", tx.weight()},       {"coinbase", tx.is_coinbase()}};
  Json inputs = Json::array(), outputs = Json::array();
  for (const auto& input : tx.inputs) inputs.push_back(show_input(input));
  for (const auto& output : tx.outputs) outputs.push_back(show_output(output, view));
  out["inputs"] = inputs;
  out["outputs"] = outputs;
  return out;
}

Json show_psbt(const bitcoin::Psbt& psbt, const View& view) {
  Json out{
      {"txid", psbt.tx.txid().display()}, {"tx_version", psbt.tx.version}, {"lock_time", psbt.tx.lock_time}};
  Json inputs = Json::array(), outputs = Json::array();
  for (std::size_t i = 0; i < psbt.inputs.size(); ++i)
    inputs.push_back(show_psbt_input(psbt.tx.inputs[i], psbt.inputs[i], view));
  for (const auto& output : psbt.tx.outputs) outputs.push_back(show_output(output, view));
  if (auto fee = known_fee(psbt)) out["fee_sat"] = fee->value();
  out["inputs"] = inputs;
  out["outputs"] = outputs;
  if (!psbt.other.empty()) out["unknown_fields"] = psbt.other.size();
  return out;
}

}  // namespace pegkit::app::inspect
