#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "crypto/keys.hpp"

namespace pegkit::crypto {

/// BIP327 encodings: two compressed points (33 bytes each) for a nonce, a big-endian scalar for a signature.
struct PubNonce : FixedBytes<66, PubNonce> {};
struct AggNonce : FixedBytes<66, AggNonce> {};
struct PartialSignature : FixedBytes<32, PartialSignature> {};

/// BIP327 KeySort: sorts by the 33 bytes of each key.
void key_sort(std::vector<PublicKey>& keys);

/// BIP327 KeyAgg of the keys in the order given, and the tweaks applied to it so far (libsecp256k1's cache).
class KeyAgg {
 public:
  /// Throws Error `musig.keys` (exit 3) for no key, `key.invalid` (exit 3) naming the index of a key that is
  /// not on the curve.
  explicit KeyAgg(const std::vector<PublicKey>& keys);
  KeyAgg(const KeyAgg&);
  KeyAgg& operator=(const KeyAgg&);
  ~KeyAgg();

  /// The aggregate key with the tweaks applied so far.
  PublicKey aggregate() const;
  XOnlyKey xonly() const { return crypto::xonly(aggregate()); }
  /// BIP327 ApplyTweak, plain and x-only. Throws `musig.tweak` (exit 3) when the tweak is no scalar or the
  /// sum is infinity; the aggregate is then unchanged.
  void tweak_plain(ByteView tweak32);
  void tweak_xonly(ByteView tweak32);
  const std::vector<PublicKey>& keys() const { return keys_; }

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::vector<PublicKey> keys_;
  std::unique_ptr<Impl> impl_;
};

/// BIP327 secret nonce in secret memory. MusigSession::sign consumes it.
class SecretNonce {
 public:
  SecretNonce(SecretNonce&&) noexcept;
  SecretNonce& operator=(SecretNonce&&) noexcept;
  ~SecretNonce();
  /// True once the nonce was moved away, as signing does.
  bool spent() const { return !impl_; }
  struct Impl;
  Impl& impl() { return *impl_; }
  explicit SecretNonce(std::unique_ptr<Impl>);

 private:
  std::unique_ptr<Impl> impl_;
};

struct NoncePair {
  SecretNonce secret;
  PubNonce pub;
};

/// BIP327 NonceGen. The caller must never use one `session_random32` with different arguments; this function
/// overwrites it with zeros. The same arguments give the same nonce: so `musig-round sign` makes the nonce
/// again from the randomness that the store kept. The optional arguments (nullptr, empty) only add defence in
/// depth. Throws `musig.random` (exit 7) when `session_random32` is all zeros.
NoncePair nonce_gen(std::span<std::uint8_t> session_random32, const SecretKey* secret,
                    const PublicKey& signer, ByteView message32_or_empty, const KeyAgg* keyagg,
                    ByteView extra32_or_empty);

/// BIP327 NonceAgg. Throws `musig.nonce` (exit 3) for no nonce, or naming the index of one that does
/// not parse.
AggNonce nonce_agg(const std::vector<PubNonce>& nonces);

/// A BIP327 session: one 32-byte message, one key set with its tweaks, one aggregate nonce.
class MusigSession {
 public:
  /// Throws `musig.nonce` (exit 3) when the aggregate nonce does not parse.
  MusigSession(const KeyAgg& keyagg, const AggNonce& aggnonce, ByteView message32);
  ~MusigSession();
  MusigSession(MusigSession&&) noexcept;

  /// Makes the partial signature and verifies it. The nonce is zeroed before the signature is computed.
  /// Throws `musig.sign` (exit 3) when the key is not one of the signers or the nonce was made for
  /// another key.
  PartialSignature sign(SecretNonce nonce, const SecretKey& secret) const;
  /// True when the partial signature is valid for the signer's key and public nonce.
  bool verify(const PartialSignature&, const PubNonce&, const PublicKey& signer) const;
  /// Adds the partial signatures, which the caller has verified. Throws `musig.partial` (exit 3) for none, or
  /// naming the index of one that is not a scalar.
  SchnorrSignature combine(const std::vector<PartialSignature>&) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  KeyAgg keyagg_;
};

}  // namespace pegkit::crypto
