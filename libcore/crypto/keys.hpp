#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"

namespace pegkit::crypto {

/// A valid point in 33-byte compressed form (SEC1).
struct PublicKey : FixedBytes<33, PublicKey> {};
/// A valid x coordinate, 32 bytes big-endian (BIP340).
struct XOnlyKey : FixedBytes<32, XOnlyKey> {};
/// R.x ‖ s (BIP340).
struct SchnorrSignature : FixedBytes<64, SchnorrSignature> {};

/// A secret key: a scalar from 1 to n-1 as 32 bytes big-endian, in secret memory.
class SecretKey {
 public:
  static SecretKey generate();
  /// Throws Error `key.invalid` (exit 3) for zero, for n or more, and for another length.
  static SecretKey from(ByteView bytes32);
  ByteView view() const { return bytes_.view(); }
  PublicKey public_key() const;
  /// The secret key d' + tweak, where d' is this key or its negative, whichever has a point with even y
  /// (BIP341, taproot_tweak_seckey). Throws `key.tweak` (exit 3) when the tweak is no scalar or the sum
  /// is zero.
  SecretKey xonly_tweak_add(ByteView tweak32) const;
  SecretKey copy() const;

 private:
  SecretBytes bytes_;
};

/// Checks that the bytes are a point on the curve, or its x coordinate; throws Error `key.invalid` (exit 3).
PublicKey parse_public_key(ByteView compressed33);
XOnlyKey parse_xonly_key(ByteView x32);
bool is_valid_public_key(ByteView sec1);  ///< 33 or 65 bytes, hybrid form included, as libsecp256k1 parses it
bool is_valid_xonly(ByteView x32);
XOnlyKey xonly(const PublicKey& key);
bool has_even_y(const PublicKey& key);
/// The 65-byte uncompressed form 04 ‖ x ‖ y.
ByteArray<65> uncompressed(const PublicKey& key);

struct TweakedKey {
  XOnlyKey key;
  bool odd;  ///< parity of the tweaked point's y
};
/// The point lift_x(key) + tweak·G (BIP341); nullopt when the tweak is not a scalar or the sum is infinity.
/// Throws Error `key.invalid` (exit 3) when `key` is no x coordinate.
std::optional<TweakedKey> xonly_tweak_add(const XOnlyKey& key, ByteView tweak32);
/// True when lift_x(internal) + tweak·G has the given x coordinate and parity (BIP341).
bool xonly_tweak_check(ByteView tweaked_x32, bool odd, ByteView internal_x32, ByteView tweak32);

/// Signs a message of any length (BIP340) and verifies the signature before it is returned. `aux32` is 32
/// random bytes.
SchnorrSignature schnorr_sign(const SecretKey& key, ByteView message, ByteView aux32);
bool schnorr_verify(ByteView xonly32, ByteView message, ByteView signature64);

/// Signs with ECDSA: nonce by RFC 6979, low s, DER without the sighash byte.
Bytes ecdsa_sign_der(const SecretKey& key, ByteView hash32);
/// Verifies as Bitcoin Core's CPubKey::Verify does: lax DER, high s allowed, any SEC1 encoding of the key.
bool ecdsa_verify_lax(ByteView public_key, ByteView hash32, ByteView der_signature);
bool is_low_s_der(ByteView der_signature);  ///< Bitcoin Core's CPubKey::CheckLowS: lax DER, low s

/// Ethereum's form of an ECDSA signature: r and s big-endian, low s, recovery id 0 or 1.
struct RecoverableSignature {
  ByteArray<32> r, s;
  int recovery_id;
};
RecoverableSignature ecdsa_sign_recoverable(const SecretKey& key, ByteView hash32);

}  // namespace pegkit::crypto
