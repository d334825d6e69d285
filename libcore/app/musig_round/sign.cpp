#include <string>
#include <vector>

#include "app/musig_round/commands.hpp"
#include "app/musig_round/guard.hpp"
#include "app/musig_round/nonces.hpp"
#include "app/musig_round/own_part.hpp"
#include "app/musig_round/request_options.hpp"
#include "crypto/keys.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "signing/documents.hpp"
#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {
namespace {

/// `musig-round sign`: round two, prints this signer's partial signatures. Deletes the randomness durably
/// before it signs. A repeat with the same nonces of all signers prints the recorded answer; with other
/// nonces it throws `nonce.used` (exit 7). A multi_a leaf needs no round one: the answer is this signer's own
/// signatures.
class SignRound : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
  SigningGuard guard_;
  std::vector<std::string> nonces_;
};

}  // namespace

void SignRound::options(Options& options) {
  request_.declare(options);
  options.files(nonces_, "--nonces", "the nonce documents of all signers, as JSON Lines");
  guard_.declare(options);
  options.key();
  options.datadir();
}

Exit SignRound::run(Ports& ports) {
  signing::RoundRequest request = request_.read(ports);
  crypto::SecretKey secret = services::load_key(ports);
  std::size_t place = request.require_signer(secret.public_key());
  if (!request.key_set.aggregate) {
    ports.print_line(own_signatures(ports, guard_, request, secret).to_json());
    return Exit::ok;
  }
  signing::NonceSet nonces = signing::gather_nonces(request, services::read_documents(ports, nonces_));
  nonces.require_complete();
  const signing::NonceDocument& own = nonces.of(place);
  guard_.inspect(ports, request);
  KeptNonces kept(ports, secret);
  kept.require_usable(own, nonces.hash());
  guard_.record(ports, request);
  KeptNonces::Taken taken = kept.take(own, nonces.hash());
  if (!taken.recorded) {
    taken.recorded = signing::RoundMath(request).sign(secret, taken.randomness.view(), nonces);
    kept.record(own, *taken.recorded);
  }
  ports.print_line(partial_document(request, own.signer, nonces, std::move(*taken.recorded)).to_json());
  return Exit::ok;
}

std::unique_ptr<Command> sign_command() {
  return std::make_unique<SignRound>();
}

}  // namespace pegkit::app::musig_round
