#include "app/musig_round/own_part.hpp"

#include "crypto/keys.hpp"
#include "crypto/musig.hpp"
#include "crypto/secret.hpp"

namespace pegkit::app::musig_round {

signing::NonceDocument new_nonces(const signing::RoundRequest& request, const signing::RoundMath& math,
                                  const crypto::SecretKey& secret, ByteView randomness) {
  return {request.session(), crypto::random_array<16>(), secret.public_key(),
          math.make_nonces(secret, randomness)};
}

crypto::SecretBytes new_randomness() {
  crypto::SecretBytes out(32);
  crypto::random_bytes(out.span());
  return out;
}

signing::PartialDocument partial_document(const signing::RoundRequest& request,
                                          const crypto::PublicKey& signer, const signing::NonceSet& nonces,
                                          std::vector<crypto::PartialSignature> partials) {
  return {.session = request.session(),
          .signer = signer,
          .nonces_hash = nonces.hash(),
          .partials = std::move(partials)};
}

signing::PartialDocument own_signatures(Ports& ports, SigningGuard& guard,
                                        const signing::RoundRequest& request,
                                        const crypto::SecretKey& secret) {
  guard.inspect(ports, request);
  guard.record(ports, request);
  return {.session = request.session(),
          .signer = secret.public_key(),
          .signatures = signing::sign_alone(request, secret)};
}

}  // namespace pegkit::app::musig_round
