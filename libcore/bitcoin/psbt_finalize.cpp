#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/psbt.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::bitcoin {
namespace {

struct Final {
  Script script_sig;
  Witness witness;
};

/// Field types that a finalizer drops from an input together with the signatures: signatures of uncompressed
/// keys, derivations, preimages, MuSig2 (BIP174, BIP371, BIP373).
constexpr std::array<std::uint8_t, 10> dropped_types = {0x02, 0x06, 0x0a, 0x0b, 0x0c,
                                                        0x0d, 0x16, 0x1a, 0x1b, 0x1c};

// --- Scripts before taproot ----------------------------------------------------------------------------

std::optional<std::vector<Bytes>> satisfy_multisig(const Multisig& multisig, const PsbtInput& input) {
  std::vector<Bytes> stack = {{}};
  for (ByteView key : multisig.keys) {
    if (key.size() != crypto::PublicKey::size) continue;
    auto found = input.partial_sigs.find(crypto::PublicKey::from(key));
    bool wanted = stack.size() <= static_cast<std::size_t>(multisig.required);
    if (found != input.partial_sigs.end() && wanted) stack.push_back(found->second);
  }
  if (stack.size() != 1 + static_cast<std::size_t>(multisig.required)) return std::nullopt;
  return stack;
}

/// The stack, bottom first, that satisfies a script before taproot with the input's ECDSA signatures; nullopt
/// when some are missing.
std::optional<std::vector<Bytes>> satisfy_script(ByteView script, const PsbtInput& input) {
  switch (script_kind(script)) {
    case ScriptKind::pubkey:
      for (const auto& [key, signature] : input.partial_sigs) {
        if (equal(script.subspan(1, script.size() - 2), key)) return std::vector<Bytes>{signature};
      }
      return std::nullopt;
    case ScriptKind::pubkeyhash:
      for (const auto& [key, signature] : input.partial_sigs) {
        if (equal(script.subspan(3, 20), crypto::hash160(key))) return std::vector{signature, to_bytes(key)};
      }
      return std::nullopt;
    case ScriptKind::multisig:
      return satisfy_multisig(*parse_multisig(script), input);
    default:
      return std::nullopt;
  }
}

std::optional<Witness> satisfy_witness_v0(ByteView program_script, const PsbtInput& input) {
  ByteView program = witness_program(program_script)->program;
  if (program.size() == 20) {
    for (const auto& [key, signature] : input.partial_sigs) {
      if (equal(program, crypto::hash160(key))) return Witness{signature, to_bytes(key)};
    }
    return std::nullopt;
  }
  if (!input.witness_script || !equal(crypto::sha256(*input.witness_script), program)) return std::nullopt;
  auto stack = satisfy_script(*input.witness_script, input);
  if (stack) stack->push_back(*input.witness_script);
  return stack;
}

bool is_witness_v0(ByteView script) {
  ScriptKind kind = script_kind(script);
  return kind == ScriptKind::witness_v0_keyhash || kind == ScriptKind::witness_v0_scripthash;
}

Script push_all(const std::vector<Bytes>& stack) {
  ScriptBuilder out;
  for (const Bytes& item : stack) out.push(item);
  return out.take();
}

std::optional<Final> satisfy_p2sh(ByteView script_pubkey, const PsbtInput& input) {
  if (!input.redeem_script || !equal(p2sh_script(*input.redeem_script), script_pubkey)) return std::nullopt;
  const Script& redeem = *input.redeem_script;
  if (is_witness_v0(redeem)) {
    auto witness = satisfy_witness_v0(redeem, input);
    if (!witness) return std::nullopt;
    return Final{push_all({redeem}), std::move(*witness)};
  }
  auto stack = satisfy_script(redeem, input);
  if (!stack) return std::nullopt;
  stack->push_back(redeem);
  return Final{push_all(*stack), {}};
}

// --- Tapscript -----------------------------------------------------------------------------------------

/// Satisfies a tapscript that is a row of conditions which must all hold: `<data> DROP`, `<n> CSV|CLTV`
/// followed by DROP, VERIFY or the end, `<key> CHECKSIG[VERIFY]`, and multi_a with NUMEQUAL[VERIFY]. Its
/// witness has one item per key.
class TapscriptRow {
 public:
  /// Throws Error `script.truncated` (exit 3).
  TapscriptRow(ByteView script, const PsbtInput& input, const TapNode& leaf_hash)
      : input_(input), leaf_hash_(leaf_hash) {
    ScriptReader reader(script);
    while (auto item = reader.next()) items_.push_back(*item);
  }

  /// The witness items, bottom first; nullopt when the script has another shape or signatures are missing.
  std::optional<Witness> satisfy() {
    while (at_ < items_.size()) {
      if (!read_data_drop() && !read_timelock() && !read_single_key() && !read_multi_a()) return std::nullopt;
    }
    std::ranges::reverse(signatures_);
    return std::move(signatures_);
  }

 private:
  bool is(std::size_t i, std::uint8_t opcode) const {
    return i < items_.size() && items_[i].opcode == opcode;
  }
  bool is_push(std::size_t i) const { return i < items_.size() && items_[i].opcode <= OP_16; }
  bool is_key(std::size_t i) const { return is(i, crypto::XOnlyKey::size); }
  bool last(std::size_t i) const { return i + 1 == items_.size(); }

  bool read_data_drop() {
    if (!is_push(at_) || !is(at_ + 1, OP_DROP)) return false;
    at_ += 2;
    return true;
  }

  bool read_timelock() {
    if (!is_push(at_) || !(is(at_ + 1, OP_CHECKSEQUENCEVERIFY) || is(at_ + 1, OP_CHECKLOCKTIMEVERIFY)))
      return false;
    if (last(at_ + 1)) {
      at_ += 2;
      return true;
    }
    if (!is(at_ + 2, OP_DROP) && !is(at_ + 2, OP_VERIFY)) return false;
    at_ += 3;
    return true;
  }

  const Bytes* signature(std::size_t key_item) const {
    auto found = input_.tap_script_sigs.find({crypto::XOnlyKey::from(items_[key_item].data), leaf_hash_});
    return found == input_.tap_script_sigs.end() ? nullptr : &found->second;
  }

  bool read_single_key() {
    if (!is_key(at_)) return false;
    if (!is(at_ + 1, OP_CHECKSIGVERIFY) && !(is(at_ + 1, OP_CHECKSIG) && last(at_ + 1))) return false;
    const Bytes* found = signature(at_);
    if (!found) return false;
    signatures_.push_back(*found);
    at_ += 2;
    return true;
  }

  bool read_multi_a() {
    std::size_t end = at_;
    while (is_key(end) && is(end + 1, end == at_ ? OP_CHECKSIG : OP_CHECKSIGADD)) end += 2;
    bool closed = is(end + 1, OP_NUMEQUALVERIFY) || (is(end + 1, OP_NUMEQUAL) && last(end + 1));
    if (end == at_ || !is_push(end) || !closed) return false;
    std::size_t keys = (end - at_) / 2;
    std::size_t required = 1;
    // Finds the threshold from its push, which may be any form of the number.
    while (required <= keys && !pushes(end, required)) ++required;
    for (; at_ < end; at_ += 2) {
      const Bytes* found = required > 0 ? signature(at_) : nullptr;
      signatures_.push_back(found ? *found : Bytes{});
      if (found) --required;
    }
    at_ = end + 2;
    return required == 0;
  }

  bool pushes(std::size_t i, std::size_t number) const {
    Script script = ScriptBuilder().number(static_cast<std::int64_t>(number)).take();
    ScriptItem wanted = *ScriptReader(script).next();
    return items_[i].opcode == wanted.opcode && equal(items_[i].data, wanted.data);
  }

  const PsbtInput& input_;
  const TapNode leaf_hash_;
  std::vector<ScriptItem> items_;
  std::size_t at_ = 0;
  Witness signatures_;
};

std::optional<Witness> satisfy_leaf(const PsbtInput& input, const PsbtInput::LeafScript& leaf) {
  if (leaf.version != tapscript_version) return std::nullopt;
  try {
    return TapscriptRow(leaf.script, input, tapleaf_hash(leaf.script, leaf.version)).satisfy();
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::size_t total_size(const Witness& witness) {
  std::size_t size = 0;
  for (const Bytes& item : witness) size += item.size() + 1;
  return size;
}

/// The key-path witness when the input has its signature, else the smallest witness among the signed leaves.
std::optional<Witness> satisfy_taproot(const PsbtInput& input) {
  if (input.tap_key_sig) return Witness{*input.tap_key_sig};
  std::optional<Witness> best;
  for (const auto& [control, leaf] : input.tap_leaf_scripts) {
    auto witness = satisfy_leaf(input, leaf);
    if (!witness) continue;
    witness->push_back(leaf.script);
    witness->push_back(control);
    if (!best || total_size(*witness) < total_size(*best)) best = std::move(witness);
  }
  return best;
}

// --- Inputs --------------------------------------------------------------------------------------------

std::optional<Final> satisfy(ByteView script_pubkey, const PsbtInput& input) {
  if (is_witness_v0(script_pubkey)) {
    auto witness = satisfy_witness_v0(script_pubkey, input);
    return witness ? std::optional(Final{{}, std::move(*witness)}) : std::nullopt;
  }
  switch (script_kind(script_pubkey)) {
    case ScriptKind::witness_v1_taproot: {
      auto witness = satisfy_taproot(input);
      return witness ? std::optional(Final{{}, std::move(*witness)}) : std::nullopt;
    }
    case ScriptKind::anchor:
      return Final{};
    case ScriptKind::scripthash:
      return satisfy_p2sh(script_pubkey, input);
    default: {
      auto stack = satisfy_script(script_pubkey, input);
      return stack ? std::optional(Final{push_all(*stack), {}}) : std::nullopt;
    }
  }
}

/// BIP174: a finalizer refuses signatures of another sighash type than the input names.
void check_sighash_types(const PsbtInput& input, const std::string& name) {
  if (!input.sighash_type) return;
  auto check = [&](std::uint32_t type) {
    if (type != *input.sighash_type) {
      throw input_error(
          "psbt.sighash",
          name + " of the PSBT has a signature whose sighash type is not the one that the input states");
    }
  };
  auto schnorr_type = [](const Bytes& signature) { return signature.size() == 65 ? signature[64] : 0u; };
  for (const auto& [key, signature] : input.partial_sigs) check(signature.empty() ? 0 : signature.back());
  if (input.tap_key_sig) check(schnorr_type(*input.tap_key_sig));
  for (const auto& [signer, signature] : input.tap_script_sigs) check(schnorr_type(signature));
}

void set_final(PsbtInput& input, Final result) {
  PsbtInput done;
  done.non_witness_utxo = std::move(input.non_witness_utxo);
  done.witness_utxo = std::move(input.witness_utxo);
  done.other = std::move(input.other);
  std::erase_if(done.other, [](const auto& field) {
    return !field.first.empty() && std::ranges::find(dropped_types, field.first[0]) != dropped_types.end();
  });
  if (!result.script_sig.empty() || result.witness.empty())
    done.final_script_sig = std::move(result.script_sig);
  if (!result.witness.empty()) done.final_witness = std::move(result.witness);
  input = std::move(done);
}

}  // namespace

void Psbt::finalize() {
  std::vector<TxOut> outputs_spent = spent();
  SighashCache cache(tx, outputs_spent);
  std::vector<Final> finals;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::string name = "input " + std::to_string(i);
    const PsbtInput& input = inputs[i];
    check_sighash_types(input, name);
    std::optional<Final> result;
    if (input.final_script_sig || input.final_witness) {
      result = Final{input.final_script_sig.value_or(Script{}), input.final_witness.value_or(Witness{})};
    } else {
      result = satisfy(outputs_spent[i].script_pubkey, input);
    }
    if (!result) throw not_ready("psbt.incomplete", name + " of the PSBT lacks signatures or scripts");
    ScriptError error = verify_script(result->script_sig, outputs_spent[i].script_pubkey, result->witness,
                                      standard_flags, cache, i, outputs_spent[i].value);
    if (error != ScriptError::OK) {
      throw input_error("psbt.invalid_signature",
                        name + " of the PSBT does not verify: " + script_error_text(error));
    }
    finals.push_back(std::move(*result));
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) set_final(inputs[i], std::move(finals[i]));
}

}  // namespace pegkit::bitcoin
