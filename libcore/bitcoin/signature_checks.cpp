#include "bitcoin/signature_checks.hpp"

#include "base/error.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::uint32_t lock_time_threshold = 500'000'000;  // below: heights, from here: seconds (BIP65)
constexpr std::uint32_t sequence_disabled = 1u << 31;       // BIP68
constexpr std::uint32_t sequence_is_time = 1u << 22;
constexpr std::uint32_t sequence_mask = 0xffff;

/// True when the `length` bytes at `at` are a positive and minimal DER integer.
bool is_strict_integer(ByteView signature, std::size_t at, std::size_t length) {
  if (length == 0 || (signature[at] & 0x80)) return false;
  return !(length > 1 && signature[at] == 0 && !(signature[at + 1] & 0x80));
}

/// True for 30 <length> 02 <length of r> r 02 <length of s> s <type> without superfluous bytes (BIP66).
bool is_strict_der(ByteView sig) {
  if (sig.size() < 9 || sig.size() > 73 || sig[0] != 0x30 || sig[1] != sig.size() - 3) return false;
  std::size_t r_length = sig[3];
  if (5 + r_length >= sig.size()) return false;
  std::size_t s_length = sig[5 + r_length];
  if (r_length + s_length + 7 != sig.size() || sig[2] != 0x02 || sig[4 + r_length] != 0x02) return false;
  return is_strict_integer(sig, 4, r_length) && is_strict_integer(sig, 6 + r_length, s_length);
}

bool is_compressed(ByteView key) {
  return key.size() == 33 && (key[0] == 2 || key[0] == 3);
}
bool is_uncompressed(ByteView key) {
  return key.size() == 65 && key[0] == 4;
}

ScriptError check_signature_encoding(ByteView signature, std::uint32_t flags) {
  if (signature.empty()) return ScriptError::OK;
  bool strict = (flags & (VERIFY_DERSIG | VERIFY_LOW_S | VERIFY_STRICTENC)) != 0;
  if (strict && !is_strict_der(signature)) return ScriptError::SIG_DER;
  if ((flags & VERIFY_LOW_S) && !crypto::is_low_s_der(signature.first(signature.size() - 1))) {
    return ScriptError::SIG_HIGH_S;
  }
  std::uint32_t type = signature.back() & ~SIGHASH_ANYONECANPAY;
  if ((flags & VERIFY_STRICTENC) && (type < SIGHASH_ALL || type > SIGHASH_SINGLE)) {
    return ScriptError::SIG_HASHTYPE;
  }
  return ScriptError::OK;
}

}  // namespace

ScriptError check_ecdsa_encoding(ByteView signature, ByteView key, std::uint32_t flags, ScriptRules rules) {
  if (ScriptError error = check_signature_encoding(signature, flags); error != ScriptError::OK) return error;
  if ((flags & VERIFY_STRICTENC) && !is_compressed(key) && !is_uncompressed(key))
    return ScriptError::PUBKEYTYPE;
  if ((flags & VERIFY_WITNESS_PUBKEYTYPE) && rules == ScriptRules::witness_v0 && !is_compressed(key)) {
    return ScriptError::WITNESS_PUBKEYTYPE;
  }
  return ScriptError::OK;
}

TransactionChecker::TransactionChecker(const SighashCache& cache, std::size_t input, Sat amount)
    : cache_(cache), input_(input), amount_(amount) {
  if (input >= cache.tx().inputs.size()) {
    throw input_error("sighash.input", "the transaction has no such input");
  }
}

bool TransactionChecker::ecdsa(ByteView signature, ByteView key, ByteView script_code, ScriptRules rules) {
  if (signature.empty() || key.empty()) return false;
  ByteArray<32> hash = ecdsa_hash(script_code, signature.back(), rules);
  return crypto::ecdsa_verify_lax(key, hash, signature.first(signature.size() - 1));
}

ByteArray<32> TransactionChecker::ecdsa_hash(ByteView script_code, std::uint8_t type, ScriptRules rules) {
  if (rules == ScriptRules::legacy && cache_.legacy_is_one(input_, type)) return {1};
  std::uint32_t base = type & 0x1f;
  std::size_t kind = (type & SIGHASH_ANYONECANPAY ? 3 : 0) + (base == SIGHASH_SINGLE ? 2
                                                              : base == SIGHASH_NONE ? 1
                                                                                     : 0);
  std::optional<Entry>& entry = midstates_[kind];
  if (!entry || entry->rules != rules || !equal(entry->script_code, script_code)) {
    entry =
        Entry{to_bytes(script_code), rules,
              rules == ScriptRules::legacy ? cache_.legacy_midstate(script_code, input_, type)
                                           : cache_.segwit_v0_midstate(script_code, input_, type, amount_)};
  }
  return crypto::Sha256(entry->midstate).write(ByteArray<4>{type, 0, 0, 0}).finish_double();
}

ScriptError TransactionChecker::schnorr(ByteView signature, ByteView key32, TaprootContext& context) const {
  if (signature.size() != 64 && signature.size() != 65) return ScriptError::SCHNORR_SIG_SIZE;
  std::uint8_t type = SIGHASH_DEFAULT;
  if (signature.size() == 65) {
    type = signature[64];
    if (type == SIGHASH_DEFAULT) return ScriptError::SCHNORR_SIG_HASHTYPE;
  }
  std::optional<ByteArray<32>> hash = cache_.taproot(input_, type, context);
  if (!hash) return ScriptError::SCHNORR_SIG_HASHTYPE;
  return crypto::schnorr_verify(key32, *hash, signature.first(64)) ? ScriptError::OK
                                                                   : ScriptError::SCHNORR_SIG;
}

bool TransactionChecker::lock_time_reached(std::int64_t lock_time) const {
  const Transaction& tx = cache_.tx();
  if ((tx.lock_time < lock_time_threshold) != (lock_time < lock_time_threshold)) return false;
  // A final sequence number would disable the transaction's lock time.
  return lock_time <= tx.lock_time && tx.inputs[input_].sequence != 0xffffffff;
}

bool TransactionChecker::sequence_reached(std::int64_t sequence) const {
  const Transaction& tx = cache_.tx();
  std::uint32_t own = tx.inputs[input_].sequence;
  if (tx.version < 2 || (own & sequence_disabled)) return false;
  std::uint32_t have = own & (sequence_is_time | sequence_mask);
  std::uint32_t want = static_cast<std::uint32_t>(sequence) & (sequence_is_time | sequence_mask);
  if ((have & sequence_is_time) != (want & sequence_is_time)) return false;
  return want <= have;
}

}  // namespace pegkit::bitcoin
