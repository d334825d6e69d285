#pragma once

#include <vector>

#include "app/command.hpp"
#include "app/musig_round/guard.hpp"
#include "crypto/keys.hpp"
#include "crypto/musig.hpp"
#include "crypto/secret.hpp"
#include "signing/documents.hpp"
#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {

signing::NonceDocument new_nonces(const signing::RoundRequest& request, const signing::RoundMath& math,
                                  const crypto::SecretKey& secret, ByteView randomness);

crypto::SecretBytes new_randomness();

signing::PartialDocument partial_document(const signing::RoundRequest& request,
                                          const crypto::PublicKey& signer, const signing::NonceSet& nonces,
                                          std::vector<crypto::PartialSignature> partials);

/// This signer's own signatures for a multi_a leaf. The guard checks and records the request first.
signing::PartialDocument own_signatures(Ports& ports, SigningGuard& guard,
                                        const signing::RoundRequest& request,
                                        const crypto::SecretKey& secret);

}  // namespace pegkit::app::musig_round
