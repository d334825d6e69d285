#pragma once

#include <string>
#include <vector>

#include "signing/request.hpp"
#include "crypto/musig.hpp"
#include "crypto/secret.hpp"
#include "signing/documents.hpp"
#include "signing/request.hpp"

namespace pegkit::signing {

/// The nonces of all signers of one session, gathered one document at a time.
class NonceSet {
 public:
  explicit NonceSet(const RoundRequest& request);

  /// Throws Error `session.mismatch`, `signer.unknown`, `nonce.duplicate` (a second document of one signer,
  /// even an equal one), `nonce.count`, `musig.nonce` (exit 3), each naming the signer.
  void add(NonceDocument document);
  bool complete() const { return missing_ == 0; }
  /// Throws Error `nonce.missing` (exit 4) naming the signers that have sent none.
  void require_complete() const;

  /// The nonces of the signer at this place of the key set.
  const NonceDocument& of(std::size_t place) const { return *documents_[place]; }
  /// The aggregate nonce of message `i`.
  crypto::AggNonce aggregate(std::size_t i) const;
  /// Tagged hash `pegkit/nonces`: the session and everybody's nonces (doc/protocol.md, Rounds).
  ByteArray<32> hash() const;

 private:
  const RoundRequest& request_;
  ByteArray<32> session_;
  std::vector<std::optional<NonceDocument>> documents_;
  std::size_t missing_;
};

/// The set of these documents, in any order.
NonceSet gather_nonces(const RoundRequest& request, const std::vector<Json>& documents);

/// The MuSig2 computations of one request. It makes no choices and keeps no secrets.
class RoundMath {
 public:
  explicit RoundMath(const RoundRequest& request);

  /// One public nonce for each message, all from the 32 bytes of `randomness`.
  std::vector<crypto::PubNonce> make_nonces(const crypto::SecretKey& secret, ByteView randomness) const;
  /// Makes the same nonces again, and the partial signatures under them. The caller must use the randomness
  /// for one NonceSet only.
  std::vector<crypto::PartialSignature> sign(const crypto::SecretKey& secret, ByteView randomness,
                                             const NonceSet& nonces) const;
  /// The MuSig2 session of message `i`.
  crypto::MusigSession session(std::size_t i, const NonceSet& nonces) const;

 private:
  crypto::KeyAgg tweaked(std::size_t i) const;
  crypto::NoncePair nonce(std::size_t i, const crypto::SecretKey& secret, ByteView randomness) const;
  const RoundRequest& request_;
  ByteArray<32> session_;
  crypto::KeyAgg keys_;
};

/// This signer's own signature of every message (multi_a leaves).
std::vector<crypto::SchnorrSignature> sign_alone(const RoundRequest& request,
                                                 const crypto::SecretKey& secret);

}  // namespace pegkit::signing
