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

/// The randomness of sessions between `nonce` and `sign`: in the store, sealed under a key that follows from
/// the signer's secret key.
class KeptNonces {
 public:
  /// Says when the store voided its open nonces.
  KeptNonces(Ports& ports, const crypto::SecretKey& secret);

  /// Durable when it returns; `document` is what the signer then sends.
  void keep(const signing::NonceDocument& document, ByteView randomness);
  /// Throws what take() would throw of a run that is not there or is spent, changing nothing.
  void require_usable(const signing::NonceDocument& own, const ByteArray<32>& inputs);
  /// The randomness, which is deleted from the store before this returns, or what was signed with it.
  struct Taken {
    crypto::SecretBytes randomness;
    std::optional<std::vector<crypto::PartialSignature>> recorded;
  };
  Taken take(const signing::NonceDocument& own, const ByteArray<32>& inputs);
  void record(const signing::NonceDocument& own, const std::vector<crypto::PartialSignature>& partials);

 private:
  crypto::SecretBytes sealing_key(const signing::NonceDocument& document) const;
  const crypto::SecretKey& secret_;
  store::NonceStore store_;
};

}  // namespace pegkit::app::musig_round
