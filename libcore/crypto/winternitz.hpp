#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/hash.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

/// Winternitz one-time signatures of byte strings in the format of the BitVM project: digits of 4 bits,
/// HASH160 chains of 15 steps (doc/challenge.md, "One-time signatures"). A key that signs two values lets
/// anyone sign others. store/ots_store.hpp prevents that; the functions here do not.
///
/// **Digits.** A message of n/2 bytes has n digits: its bytes from the last to the first, each with its high
/// half first. The checksum 15·n − Σ(digits) follows in base 16, most significant digit first, in as many
/// digits as 15·n needs.
/// **Chains.** Digit i's secret is HASH160(secret ‖ i), where i is little-endian without trailing zero bytes.
/// Its public hash is HASH160 applied 15 more times. A signature shows for each digit d the hash d steps
/// after the digit's secret; 15 − d further steps lead from it to the public hash.
namespace pegkit::crypto {

inline constexpr unsigned ots_top_digit = 15;
inline constexpr std::size_t max_ots_bytes = 64;

/// Number of checksum digits: 2 for messages of up to 8 bytes, 3 above.
std::size_t ots_checksum_digits(std::size_t message_bytes);
/// Number of digits of message and checksum together. Every function here that takes a message or its length
/// throws Error `ots.length` (exit 3) unless it has 1 to 64 bytes.
std::size_t ots_digit_count(std::size_t message_bytes);
/// The message length in bytes whose signatures have `digit_count` digits; nullopt when there is none.
std::optional<std::size_t> ots_message_bytes(std::size_t digit_count);

/// The digits of a message, followed by those of its checksum.
std::vector<std::uint8_t> ots_digits(ByteView message);
/// The message whose digits and checksum are `digits`; nullopt for a wrong checksum, a digit above 15, or a
/// number of digits that no message has.
std::optional<Bytes> ots_message(std::span<const std::uint8_t> digits);

/// The secret of a one-time key: 20 bytes in secret memory. `from` throws Error `bytes.length` (exit 3).
class OtsSecret {
 public:
  static OtsSecret from(ByteView bytes20);
  /// The first 20 bytes of HKDF-SHA256 with the seed as secret, salt "pegkit/ots" and info
  /// (length of context, 4 bytes little-endian) ‖ context ‖ (index, 8 bytes little-endian).
  static OtsSecret derive(const SecretKey& seed, std::string_view context, std::uint64_t index);
  ByteView view() const { return bytes_.view(); }

 private:
  SecretBytes bytes_;
};

/// One public hash for each digit.
struct OtsPublicKey {
  std::vector<Hash160> hashes;

  /// The length in bytes of the messages that the key signs.
  std::size_t message_bytes() const;
  /// The hashes of 20 bytes one after the other, and back. `from` throws `ots.length` (exit 3) for a length
  /// that no key has.
  Bytes bytes() const;
  static OtsPublicKey from(ByteView data);

  friend bool operator==(const OtsPublicKey&, const OtsPublicKey&) = default;
};

struct OtsDigit {
  Hash160 hash;
  std::uint8_t digit;
  friend bool operator==(const OtsDigit&, const OtsDigit&) = default;
};

struct OtsSignature {
  std::vector<OtsDigit> digits;
  friend bool operator==(const OtsSignature&, const OtsSignature&) = default;
};

OtsPublicKey ots_public_key(const OtsSecret& secret, std::size_t message_bytes);
/// Signs a message. The caller must sign at most one message with a secret.
OtsSignature ots_sign(const OtsSecret& secret, ByteView message);
/// The signed message, read from the signature's digits; nullopt when the signature is not valid.
std::optional<Bytes> ots_verify(const OtsPublicKey& key, const OtsSignature& signature);
/// Makes a signature again from its hashes alone, by counting each hash's steps to its public hash; nullopt
/// when the hashes are no valid signature of this key.
std::optional<OtsSignature> ots_find_digits(const OtsPublicKey& key, std::span<const Hash160> hashes);

}  // namespace pegkit::crypto
