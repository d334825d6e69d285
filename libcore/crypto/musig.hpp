#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "crypto/keys.hpp"

namespace pegkit::crypto {

/// BIP327 encodings.
struct PubNonce : FixedBytes<66, PubNonce> {};
struct AggNonce : FixedBytes<66, AggNonce> {};
struct PartialSignature : FixedBytes<32, PartialSignature> {};

/// BIP327 KeySort: by the 33 bytes.
void key_sort(std::vector<PublicKey>& keys);

/// BIP327 KeyAgg of the keys in the order given, with the tweaks applied so far (libsecp256k1's cache).
class KeyAgg {
 public:
  /// Throws Error `musig.keys` (no key) or `key.invalid` naming the index in message and field.
  explicit KeyAgg(const std::vector<PublicKey>& keys);
  KeyAgg(const KeyAgg&);
  KeyAgg& operator=(const KeyAgg&);
  ~KeyAgg();

  /// The aggregate after the tweaks so far.
  PublicKey aggregate() const;
  XOnlyKey xonly() const { return crypto::xonly(aggregate()); }
  /// BIP327 ApplyTweak; throws `musig.tweak`.
  void tweak_plain(ByteView tweak32);
  void tweak_xonly(ByteView tweak32);
  const std::vector<PublicKey>& keys() const { return keys_; }

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::vector<PublicKey> keys_;
  std::unique_ptr<Impl> impl_;
};

/// BIP327 secret nonce in secret memory; consumed by partial_sign.
class SecretNonce {
 public:
  SecretNonce(SecretNonce&&) noexcept;
  SecretNonce& operator=(SecretNonce&&) noexcept;
  ~SecretNonce();
  /// True once the nonce was moved away, as by signing.
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

/// BIP327 NonceGen. `session_random32` must never be used twice with other arguments and is overwritten with
/// zeros. The optional arguments only add defence in depth. The same arguments give the same nonce, which
/// is how `musig-round sign` makes it again from the kept randomness. Throws `musig.random` (exit 7) when
/// `session_random32` is all zeros.
NoncePair nonce_gen(std::span<std::uint8_t> session_random32, const SecretKey* secret,
                    const PublicKey& signer, ByteView message32_or_empty, const KeyAgg* keyagg,
                    ByteView extra32_or_empty);

/// Throws `musig.nonce` naming the index of a nonce that does not parse.
AggNonce nonce_agg(const std::vector<PubNonce>& nonces);

/// One message, one key set (with tweaks), one aggregate nonce.
class MusigSession {
 public:
  /// Throws `musig.nonce` when the aggregate nonce does not parse.
  MusigSession(const KeyAgg& keyagg, const AggNonce& aggnonce, ByteView message32);
  ~MusigSession();
  MusigSession(MusigSession&&) noexcept;

  /// Consumes the nonce (zeroed before the signature is made) and verifies what it made. Throws `musig.sign`
  /// when the key is not one of the signers or the nonce belongs to another key.
  PartialSignature sign(SecretNonce nonce, const SecretKey& secret) const;
  /// True when the partial signature is right for the signer's key and public nonce.
  bool verify(const PartialSignature&, const PubNonce&, const PublicKey& signer) const;
  /// Sums partial signatures (verified before by the caller). Throws `musig.partial` naming the index of one
  /// that is not a scalar.
  SchnorrSignature combine(const std::vector<PartialSignature>&) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  KeyAgg keyagg_;
};

}  // namespace pegkit::crypto
