#include "bitcoin/sighash.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/serialize.hpp"
#include "bitcoin/instruction.hpp"

namespace pegkit::bitcoin {
namespace {

struct TypeBits {
  explicit TypeBits(std::uint32_t type)
      : anyone_can_pay((type & SIGHASH_ANYONECANPAY) != 0),
        none((type & 0x1f) == SIGHASH_NONE),
        single((type & 0x1f) == SIGHASH_SINGLE) {}
  bool all() const { return !none && !single; }
  bool anyone_can_pay, none, single;
};

void write_outpoint(Writer& to, const OutPoint& outpoint) {
  to.bytes(outpoint.txid).u32(outpoint.vout);
}

void write_output(Writer& to, const TxOut& output) {
  to.u64(static_cast<std::uint64_t>(output.value.value())).var_bytes(output.script_pubkey);
}

ByteArray<32> sha_of_output(const TxOut& output) {
  Writer w;
  write_output(w, output);
  return crypto::sha256(w.view());
}

/// Writes the script without its OP_CODESEPARATORs. When it ends in a truncated push, the length counts the
/// bytes of the cut data, but they are not written. This is consensus: Bitcoin Core hashes it so.
void write_legacy_script_code(Writer& to, ByteView script) {
  const std::uint8_t* at = script.data();
  const std::uint8_t* end = at + script.size();
  const std::uint8_t* kept = at;
  std::size_t separators = 0;
  std::uint8_t opcode;
  ByteView data;
  Bytes out;
  while (at != end && read_instruction(at, end, opcode, data)) {
    if (opcode != OP_CODESEPARATOR) continue;
    ++separators;
    out.insert(out.end(), kept, at - 1);
    kept = at;
  }
  out.insert(out.end(), kept, at);
  to.compact_size(script.size() - separators).bytes(out);
}

ByteArray<32> append_type(crypto::Sha256 midstate, std::uint32_t type) {
  ByteArray<4> bytes{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(type >> 8),
                     static_cast<std::uint8_t>(type >> 16), static_cast<std::uint8_t>(type >> 24)};
  return midstate.write(bytes).finish_double();
}

}  // namespace

ByteArray<32> taproot_annex_hash(ByteView annex) {
  return crypto::sha256(Writer().var_bytes(annex).view());
}

SighashCache::SighashCache(const Transaction& tx, std::vector<TxOut> spent)
    : tx_(tx), spent_(std::move(spent)) {
  if (!spent_.empty() && spent_.size() != tx_.inputs.size()) {
    throw input_error("sighash.prevouts", "the outputs spent must be as many as the transaction's inputs");
  }
  Writer prevouts, sequences, outputs, amounts, scripts;
  for (const TxIn& input : tx_.inputs) {
    write_outpoint(prevouts, input.prevout);
    sequences.u32(input.sequence);
  }
  for (const TxOut& output : tx_.outputs) write_output(outputs, output);
  for (const TxOut& output : spent_) {
    amounts.u64(static_cast<std::uint64_t>(output.value.value()));
    scripts.var_bytes(output.script_pubkey);
  }
  prevouts_sha_ = crypto::sha256(prevouts.view());
  sequences_sha_ = crypto::sha256(sequences.view());
  outputs_sha_ = crypto::sha256(outputs.view());
  amounts_sha_ = crypto::sha256(amounts.view());
  scripts_sha_ = crypto::sha256(scripts.view());
  prevouts_dsha_ = crypto::sha256(prevouts_sha_);
  sequences_dsha_ = crypto::sha256(sequences_sha_);
  outputs_dsha_ = crypto::sha256(outputs_sha_);
}

const TxIn& SighashCache::input_at(std::size_t input) const {
  if (input >= tx_.inputs.size()) throw input_error("sighash.input", "the transaction has no such input");
  return tx_.inputs[input];
}

bool SighashCache::legacy_is_one(std::size_t input, std::uint32_t type) const {
  return TypeBits(type).single && input >= tx_.outputs.size();
}

crypto::Sha256 SighashCache::legacy_midstate(ByteView script_code, std::size_t input,
                                             std::uint32_t type) const {
  TypeBits bits(type);
  const TxIn& signed_input = input_at(input);
  Writer w;
  w.u32(tx_.version);
  auto write_signed_input = [&] {
    write_outpoint(w, signed_input.prevout);
    write_legacy_script_code(w, script_code);
    w.u32(signed_input.sequence);
  };
  if (bits.anyone_can_pay) {
    w.compact_size(1);
    write_signed_input();
  } else {
    w.compact_size(tx_.inputs.size());
    for (std::size_t i = 0; i < tx_.inputs.size(); ++i) {
      if (i == input) {
        write_signed_input();
      } else {
        write_outpoint(w, tx_.inputs[i].prevout);
        w.compact_size(0).u32(bits.all() ? tx_.inputs[i].sequence : 0);
      }
    }
  }
  if (bits.none) {
    w.compact_size(0);
  } else if (bits.single && input < tx_.outputs.size()) {
    w.compact_size(input + 1);
    for (std::size_t i = 0; i < input; ++i) w.u64(~std::uint64_t{0}).compact_size(0);
    write_output(w, tx_.outputs[input]);
  } else {
    w.compact_size(tx_.outputs.size());
    for (const TxOut& output : tx_.outputs) write_output(w, output);
  }
  w.u32(tx_.lock_time);
  return crypto::Sha256().write(w.view());
}

ByteArray<32> SighashCache::legacy(ByteView script_code, std::size_t input, std::uint32_t type) const {
  input_at(input);
  if (legacy_is_one(input, type)) return {1};
  return append_type(legacy_midstate(script_code, input, type), type);
}

crypto::Sha256 SighashCache::segwit_v0_midstate(ByteView script_code, std::size_t input, std::uint32_t type,
                                                Sat amount) const {
  static constexpr ByteArray<32> zero{};
  TypeBits bits(type);
  const TxIn& signed_input = input_at(input);
  Writer w;
  w.u32(tx_.version);
  w.bytes(bits.anyone_can_pay ? zero : prevouts_dsha_);
  w.bytes(bits.anyone_can_pay || !bits.all() ? zero : sequences_dsha_);
  write_outpoint(w, signed_input.prevout);
  w.var_bytes(script_code).u64(static_cast<std::uint64_t>(amount.value())).u32(signed_input.sequence);
  if (bits.all()) {
    w.bytes(outputs_dsha_);
  } else if (bits.single && input < tx_.outputs.size()) {
    w.bytes(crypto::sha256(sha_of_output(tx_.outputs[input])));
  } else {
    w.bytes(zero);
  }
  w.u32(tx_.lock_time);
  return crypto::Sha256().write(w.view());
}

ByteArray<32> SighashCache::segwit_v0(ByteView script_code, std::size_t input, std::uint32_t type,
                                      Sat amount) const {
  return append_type(segwit_v0_midstate(script_code, input, type, amount), type);
}

std::optional<ByteArray<32>> SighashCache::taproot(std::size_t input, std::uint8_t type,
                                                   TaprootContext& context) const {
  static const crypto::Sha256 tap_sighash = crypto::tagged("TapSighash");
  const TxIn& signed_input = input_at(input);
  if (spent_.empty()) {
    throw input_error("sighash.prevouts",
                      "a taproot signature hash needs all outputs that the transaction spends");
  }
  if (type > 3 && (type < 0x81 || type > 0x83)) return std::nullopt;
  TypeBits bits(type);
  if (bits.single && input >= tx_.outputs.size()) return std::nullopt;

  Writer w;
  w.u8(0).u8(type).u32(tx_.version).u32(tx_.lock_time);
  if (!bits.anyone_can_pay) {
    w.bytes(prevouts_sha_).bytes(amounts_sha_).bytes(scripts_sha_).bytes(sequences_sha_);
  }
  if (bits.all()) w.bytes(outputs_sha_);
  w.u8(static_cast<std::uint8_t>((context.leaf_hash ? 2 : 0) | (context.annex_hash ? 1 : 0)));
  if (bits.anyone_can_pay) {
    write_outpoint(w, signed_input.prevout);
    write_output(w, spent_[input]);
    w.u32(signed_input.sequence);
  } else {
    w.u32(static_cast<std::uint32_t>(input));
  }
  if (context.annex_hash) w.bytes(*context.annex_hash);
  if (bits.single) {
    if (!context.single_output_hash) context.single_output_hash = sha_of_output(tx_.outputs[input]);
    w.bytes(*context.single_output_hash);
  }
  if (context.leaf_hash) w.bytes(*context.leaf_hash).u8(0).u32(context.codesep_position);
  return crypto::Sha256(tap_sighash).write(w.view()).finish();
}

std::optional<ByteArray<32>> SighashCache::taproot(std::size_t input, std::uint8_t type,
                                                   const ByteArray<32>* leaf_hash,
                                                   std::uint32_t codesep_position, const Bytes* annex) const {
  TaprootContext context;
  context.leaf_hash = leaf_hash;
  context.codesep_position = codesep_position;
  if (annex) context.annex_hash = taproot_annex_hash(*annex);
  return taproot(input, type, context);
}

}  // namespace pegkit::bitcoin
