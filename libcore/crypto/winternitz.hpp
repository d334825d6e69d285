#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/hash.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

/// Winternitz one-time signatures of byte strings, in the format of the BitVM project: digits of 4 bits,
/// HASH160 chains of 15 steps. A key that signs two values lets anyone sign others; store/ots_store.hpp keeps
/// a program from that, the functions here do not.
///
/// **Digits.** The message's bytes from the last to the first, of each the high half first; then the checksum
/// 15·n − Σ of those n digits in base 16, the most significant first, in as many digits as 15·n needs.
/// **Chains.** Digit i's secret is HASH160(secret ‖ i), i little-endian without trailing zero bytes; its
/// public hash is HASH160 applied 15 times more. A signature shows for each digit d the hash d steps from
/// the secret, which 15 − d further steps turn into the public hash.
namespace pegkit::crypto {

inline constexpr unsigned ots_top_digit = 15;
inline constexpr std::size_t max_ots_bytes = 64;

/// 2 up to 8 message bytes, then 3.
std::size_t ots_checksum_digits(std::size_t message_bytes);
/// Of message and checksum. All functions throw Error `ots.length` (exit 3) for messages that have not 1 to
/// 64 bytes.
std::size_t ots_digit_count(std::size_t message_bytes);
/// The message length whose signatures have so many digits; nullopt when there is none.
std::optional<std::size_t> ots_message_bytes(std::size_t digit_count);

/// All digits of a message with their checksum.
std::vector<std::uint8_t> ots_digits(ByteView message);
/// The message whose digits come first in `digits`; nullopt for a wrong checksum, a digit above 15 or a
/// number of digits that no message has.
std::optional<Bytes> ots_message(std::span<const std::uint8_t> digits);

/// 20 bytes in secret memory.
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

  /// The length of the messages that it verifies.
  std::size_t message_bytes() const;
  /// The hashes one after the other, and back; throws `ots.length` for a length that no key has.
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
/// Once per secret.
OtsSignature ots_sign(const OtsSecret& secret, ByteView message);
/// The message that the key's owner signed; nullopt when the signature is not valid.
std::optional<Bytes> ots_verify(const OtsPublicKey& key, const OtsSignature& signature);
/// A valid signature from its hashes alone, the digits found by counting steps to the public hashes; nullopt
/// when the hashes belong to none.
std::optional<OtsSignature> ots_find_digits(const OtsPublicKey& key, std::span<const Hash160> hashes);

}  // namespace pegkit::crypto
