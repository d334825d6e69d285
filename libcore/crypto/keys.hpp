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

/// 1 to n-1, 32 bytes big-endian, in secret memory.
class SecretKey {
 public:
  static SecretKey generate();
  /// Throws Error `key.invalid` for zero, n or more, or another length.
  static SecretKey from(ByteView bytes32);
  ByteView view() const { return bytes_.view(); }
  PublicKey public_key() const;
  /// (d + tweak) of the even-y key, as BIP341 taproot_tweak_seckey does; throws `key.tweak`.
  SecretKey xonly_tweak_add(ByteView tweak32) const;
  SecretKey copy() const;

 private:
  SecretBytes bytes_;
};

/// Checks that the bytes are a point on the curve; throws Error `key.invalid` (exit 3).
PublicKey parse_public_key(ByteView compressed33);
XOnlyKey parse_xonly_key(ByteView x32);
bool is_valid_public_key(ByteView sec1);  ///< 33 or 65 bytes (also hybrid), as libsecp256k1 parses
bool is_valid_xonly(ByteView x32);
XOnlyKey xonly(const PublicKey& key);
bool has_even_y(const PublicKey& key);
/// 65-byte uncompressed form 04 ‖ x ‖ y.
ByteArray<65> uncompressed(const PublicKey& key);

struct TweakedKey {
  XOnlyKey key;
  bool odd;  ///< parity of the tweaked point's y
};
/// lift_x(key) + tweak·G; nullopt when the tweak is not a scalar or the sum is infinity.
std::optional<TweakedKey> xonly_tweak_add(const XOnlyKey& key, ByteView tweak32);
/// True when lift_x(internal) + tweak·G has the x coordinate and parity given (BIP341).
bool xonly_tweak_check(ByteView tweaked_x32, bool odd, ByteView internal_x32, ByteView tweak32);

/// BIP340 over any message length. `aux` is 32 random bytes.
SchnorrSignature schnorr_sign(const SecretKey& key, ByteView message, ByteView aux32);
bool schnorr_verify(ByteView xonly32, ByteView message, ByteView signature64);

/// ECDSA as the chain uses it. Signing: low s, RFC 6979, DER without the sighash byte.
Bytes ecdsa_sign_der(const SecretKey& key, ByteView hash32);
/// Verifies as Bitcoin Core's CPubKey::Verify: lax DER parse, s normalised, any SEC1 key encoding.
bool ecdsa_verify_lax(ByteView public_key, ByteView hash32, ByteView der_signature);
bool is_low_s_der(ByteView der_signature);  ///< CPubKey::CheckLowS on a lax-parsed signature

/// Ethereum's r ‖ s ‖ recovery id (0 or 1), low s.
struct RecoverableSignature {
  ByteArray<32> r, s;
  int recovery_id;
};
RecoverableSignature ecdsa_sign_recoverable(const SecretKey& key, ByteView hash32);

}  // namespace pegkit::crypto
