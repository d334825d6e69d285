#include "bitcoin/policy.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/taproot.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::int64_t witness_scale = 4;
constexpr std::int64_t max_block_weight = 4'000'000;
constexpr std::size_t min_stripped_size = 65;
constexpr std::size_t max_script_sig_size = 1650;
constexpr std::size_t max_op_return_script = 83;
constexpr std::size_t max_bare_multisig_keys = 3;
constexpr std::size_t max_script_size = 10'000;
constexpr std::int64_t input_overhead = 32 + 4 + 1 + 4;
constexpr std::int64_t input_script_size = 107;  // a signature, a public key and their pushes
constexpr int max_p2sh_sigops = 15;
constexpr int max_legacy_sigops = 2'500;  // BIP54
constexpr std::int64_t max_sigop_cost = 16'000;
constexpr std::int64_t weight_per_sigop = 20;
constexpr std::size_t max_p2wsh_script = 3600;
constexpr std::size_t max_p2wsh_items = 100;
constexpr std::size_t max_stack_item = 80;  // p2wsh and tapscript
constexpr std::uint8_t annex_tag = 0x50;

bool is_unspendable(ByteView script) {
  return script.size() > max_script_size || (!script.empty() && script[0] == OP_RETURN);
}

bool is_standard_output(const TxOut& output) {
  ScriptKind kind = script_kind(output.script_pubkey);
  if (kind == ScriptKind::multisig)
    return parse_multisig(output.script_pubkey)->keys.size() <= max_bare_multisig_keys;
  return kind != ScriptKind::nonstandard;
}

std::string script_sig_reason(const Transaction& tx) {
  for (const TxIn& input : tx.inputs) {
    if (input.script_sig.size() > max_script_sig_size) return "scriptsig-size";
    if (!is_push_only(input.script_sig)) return "scriptsig-not-pushonly";
  }
  return "";
}

std::string output_reason(const Transaction& tx) {
  int op_returns = 0;
  for (const TxOut& output : tx.outputs) {
    if (!is_standard_output(output)) return "scriptpubkey";
    if (script_kind(output.script_pubkey) != ScriptKind::nulldata) continue;
    if (output.script_pubkey.size() > max_op_return_script) return "datacarrier";
    if (++op_returns > 1) return "multi-op-return";
  }
  return "";
}

bool has_zero_fee(const Transaction& tx, const std::vector<TxOut>& spent) {
  Sat fee;
  for (const TxOut& output : spent) fee += output.value;
  for (const TxOut& output : tx.outputs) fee -= output.value;
  return !spent.empty() && fee == Sat{0};
}

bool has_bad_dust(const Transaction& tx, const std::vector<TxOut>& spent) {
  auto is_dust = [](const TxOut& output) { return output.value < dust_threshold(output); };
  auto dust = std::ranges::count_if(tx.outputs, is_dust);
  return dust > 1 || (dust == 1 && !has_zero_fee(tx, spent));
}

/// The redeem script of a P2SH input: the last push of its scriptSig, which holds only pushes.
std::optional<Bytes> last_push(ByteView script_sig) {
  std::optional<Bytes> last;
  ScriptReader reader(script_sig);
  while (auto item = reader.next()) last = pushed_value(*item);
  return last;
}

bool has_standard_inputs(const Transaction& tx, const std::vector<TxOut>& spent) {
  int legacy_sigops = 0;
  for (std::size_t i = 0; i < spent.size(); ++i) {
    const Script& script = spent[i].script_pubkey;
    ScriptKind kind = script_kind(script);
    if (kind == ScriptKind::nonstandard || kind == ScriptKind::witness_unknown) return false;
    legacy_sigops += count_sigops(tx.inputs[i].script_sig, true);
    if (kind == ScriptKind::scripthash) {
      auto redeem = last_push(tx.inputs[i].script_sig);
      if (!redeem) return false;
      int sigops = count_sigops(*redeem, true);
      if (sigops > max_p2sh_sigops) return false;
      legacy_sigops += sigops;
    } else {
      legacy_sigops += count_sigops(script, true);
    }
    if (legacy_sigops > max_legacy_sigops) return false;
  }
  return true;
}

bool is_standard_p2wsh(const Witness& witness) {
  if (witness.back().size() > max_p2wsh_script || witness.size() - 1 > max_p2wsh_items) return false;
  return std::ranges::all_of(witness.begin(), witness.end() - 1,
                             [](const Bytes& item) { return item.size() <= max_stack_item; });
}

bool is_standard_taproot(const Witness& witness) {
  if (witness.size() == 1) return true;
  const Bytes& control = witness.back();
  if (control.empty() || control[0] == annex_tag) return false;
  if ((control[0] & 0xfe) != tapscript_version) return true;
  return std::ranges::all_of(witness.begin(), witness.end() - 2,
                             [](const Bytes& item) { return item.size() <= max_stack_item; });
}

bool is_standard_witness(const TxIn& input, const TxOut& spent) {
  if (input.witness.empty()) return true;
  Script script = spent.script_pubkey;
  ScriptKind kind = script_kind(script);
  if (kind == ScriptKind::anchor) return false;
  bool nested = kind == ScriptKind::scripthash;
  if (nested) script = last_push(input.script_sig).value_or(Script{});
  auto program = witness_program(script);
  if (!program) return false;
  if (program->version == 0 && program->program.size() == 32) return is_standard_p2wsh(input.witness);
  if (program->version == 1 && program->program.size() == 32 && !nested)
    return is_standard_taproot(input.witness);
  return true;
}

std::string input_reason(const Transaction& tx, const std::vector<TxOut>& spent) {
  if (spent.empty()) return "";
  if (!has_standard_inputs(tx, spent)) return "bad-txns-nonstandard-inputs";
  for (std::size_t i = 0; i < spent.size(); ++i) {
    if (!is_standard_witness(tx.inputs[i], spent[i])) return "bad-witness-nonstandard";
  }
  if (sigop_cost(tx, spent, standard_flags) > max_sigop_cost) return "bad-txns-too-many-sigops";
  return "";
}

/// True when a version 3 transaction exceeds BIP431's size. Its size comes from its weight or from its
/// signature operations, whichever is more.
bool is_too_big_for_v3(const Transaction& tx, const std::vector<TxOut>& spent) {
  std::int64_t weight = tx.weight();
  if (!spent.empty()) weight = std::max(weight, weight_per_sigop * sigop_cost(tx, spent, standard_flags));
  return tx.version == 3 && (weight + witness_scale - 1) / witness_scale > truc_max_vsize;
}

std::string output_value_reason(const Transaction& tx) {
  Sat total;
  for (const TxOut& output : tx.outputs) {
    if (output.value < Sat{0}) return "bad-txns-vout-negative";
    if (output.value > max_money) return "bad-txns-vout-toolarge";
    total += output.value;
    if (!total.in_range()) return "bad-txns-txouttotal-toolarge";
  }
  return "";
}

}  // namespace

Sat dust_threshold(const TxOut& output) {
  if (is_unspendable(output.script_pubkey)) return Sat{0};
  std::int64_t script_size =
      witness_program(output.script_pubkey) ? input_script_size / witness_scale : input_script_size;
  std::int64_t size = static_cast<std::int64_t>(serialize(output).size()) + input_overhead + script_size;
  return FeeRate::per_kvb(3000).fee(size);
}

std::string standard_reason(const Transaction& tx, const std::vector<TxOut>& spent) {
  if (!spent.empty() && spent.size() != tx.inputs.size()) {
    throw input_error("policy.spent", "the outputs spent do not match the transaction's inputs in number");
  }
  if (tx.version < 1 || tx.version > 3) return "version";
  if (tx.weight() > max_standard_weight) return "tx-size";
  if (auto reason = script_sig_reason(tx); !reason.empty()) return reason;
  if (auto reason = output_reason(tx); !reason.empty()) return reason;
  if (has_bad_dust(tx, spent)) return "dust";
  if (tx.serialize_stripped().size() < min_stripped_size) return "tx-size-small";
  if (auto reason = input_reason(tx, spent); !reason.empty()) return reason;
  if (is_too_big_for_v3(tx, spent)) return "TRUC-violation";
  return "";
}

std::string check_transaction(const Transaction& tx) {
  if (tx.inputs.empty()) return "bad-txns-vin-empty";
  if (tx.outputs.empty()) return "bad-txns-vout-empty";
  if (static_cast<std::int64_t>(tx.serialize_stripped().size()) * witness_scale > max_block_weight) {
    return "bad-txns-oversize";
  }
  if (auto reason = output_value_reason(tx); !reason.empty()) return reason;
  std::set<OutPoint> seen;
  for (const TxIn& input : tx.inputs) {
    if (!seen.insert(input.prevout).second) return "bad-txns-inputs-duplicate";
  }
  if (tx.is_coinbase()) {
    std::size_t size = tx.inputs[0].script_sig.size();
    return size < 2 || size > 100 ? "bad-cb-length" : "";
  }
  auto is_null = [](const TxIn& input) {
    return input.prevout.txid.is_null() && input.prevout.vout == 0xffffffff;
  };
  return std::ranges::any_of(tx.inputs, is_null) ? "bad-txns-prevout-null" : "";
}

}  // namespace pegkit::bitcoin
