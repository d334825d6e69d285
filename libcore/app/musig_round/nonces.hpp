#pragma once

#include <optional>
#include <vector>

#include "app/command.hpp"
#include "crypto/keys.hpp"
#include "crypto/musig.hpp"
#include "crypto/secret.hpp"
#include "signing/documents.hpp"
#include "store/nonce_store.hpp"

namespace pegkit::app::musig_round {

/// Keeps the randomness of sessions between `nonce` and `sign`: in the store, encrypted under a key derived
/// from the signer's secret key.
class KeptNonces {
 public:
  /// Opens the store. Writes a sentence to stderr when the store voided its open nonces.
  KeptNonces(Ports& ports, const crypto::SecretKey& secret);

  /// Stores the randomness durably. The signer sends `document` afterwards.
  void keep(const signing::NonceDocument& document, ByteView randomness);
  /// Throws the same errors as take() for an unknown or used run, but changes nothing: `nonce.unknown` (exit
  /// 3), `nonce.used`, `nonce.void` (exit 7).
  void require_usable(const signing::NonceDocument& own, const ByteArray<32>& inputs);
  /// The randomness, deleted from the store before take() returns; or the partial signatures made with it
  /// before.
  struct Taken {
    crypto::SecretBytes randomness;
    std::optional<std::vector<crypto::PartialSignature>> recorded;
  };
  Taken take(const signing::NonceDocument& own, const ByteArray<32>& inputs);
  /// Records the partial signatures durably, so that a repeat prints them again.
  void record(const signing::NonceDocument& own, const std::vector<crypto::PartialSignature>& partials);

 private:
  crypto::SecretBytes sealing_key(const signing::NonceDocument& document) const;
  const crypto::SecretKey& secret_;
  store::NonceStore store_;
};

}  // namespace pegkit::app::musig_round
