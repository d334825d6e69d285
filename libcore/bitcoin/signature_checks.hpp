#pragma once

#include <array>
#include <optional>

#include "bitcoin/interpreter.hpp"
#include "bitcoin/sighash.hpp"

namespace pegkit::bitcoin {

/// Whose rules a script runs under.
enum class ScriptRules { legacy, witness_v0, tapscript };

/// The form of an ECDSA signature and of its key under the flags (BIP66, BIP146, BIP143): OK or the error.
ScriptError check_ecdsa_encoding(ByteView signature, ByteView key, std::uint32_t flags, ScriptRules rules);

/// What a script asks about the transaction that runs it: signatures and lock times of one input.
///
/// Remembers the hash of each script code before the type is appended, so that many signatures over one
/// script hash the transaction once per kind of type. For one thread.
class TransactionChecker {
 public:
  TransactionChecker(const SighashCache& cache, std::size_t input, Sat amount);

  /// `signature` is DER with its type byte; false for an empty one, an unusable key or a wrong signature.
  bool ecdsa(ByteView signature, ByteView key, ByteView script_code, ScriptRules rules);
  /// `signature` has 64 or 65 bytes, else the error says so; `key` 32 bytes.
  ScriptError schnorr(ByteView signature, ByteView key32, TaprootContext& context) const;
  /// BIP65 and BIP112, for a number that is not negative.
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
  std::array<std::optional<Entry>, 6> midstates_;  ///< by the kind of type: all, none, single, anyone or not
};

}  // namespace pegkit::bitcoin
