#pragma once

#include <array>
#include <optional>

#include "bitcoin/interpreter.hpp"
#include "bitcoin/sighash.hpp"

namespace pegkit::bitcoin {

/// The rules under which a script runs.
enum class ScriptRules { legacy, witness_v0, tapscript };

/// Checks the form of an ECDSA signature and of its key under the flags (BIP66, BIP146, BIP143).
ScriptError check_ecdsa_encoding(ByteView signature, ByteView key, std::uint32_t flags, ScriptRules rules);

/// Checks signatures and lock times of one input for the scripts that it runs.
///
/// It keeps the hash of a script code before the sighash type is appended, so that many signatures over one
/// script hash the transaction once per kind of type. One object serves one thread.
class TransactionChecker {
 public:
  TransactionChecker(const SighashCache& cache, std::size_t input, Sat amount);

  /// True when `signature`, DER with its sighash byte, is valid. False also for an empty one or an
  /// unusable key.
  bool ecdsa(ByteView signature, ByteView key, ByteView script_code, ScriptRules rules);
  /// Verifies a Schnorr signature under a 32-byte key. A signature that has not 64 or 65 bytes
  /// gives SCHNORR_SIG_SIZE.
  ScriptError schnorr(ByteView signature, ByteView key32, TaprootContext& context) const;
  /// The conditions of BIP65 and BIP112 for a number that is not negative.
  bool lock_time_reached(std::int64_t lock_time) const;
  bool sequence_reached(std::int64_t sequence) const;

 private:
  struct Entry {
    Bytes script_code;
    ScriptRules rules;
    crypto::Sha256 midstate;
  };
  ByteArray<32> ecdsa_hash(ByteView script_code, std::uint8_t type, ScriptRules rules);

  const SighashCache& cache_;
  std::size_t input_;
  Sat amount_;
  std::array<std::optional<Entry>, 6> midstates_;  ///< ALL, NONE, SINGLE, each with ANYONECANPAY or without
};

}  // namespace pegkit::bitcoin
