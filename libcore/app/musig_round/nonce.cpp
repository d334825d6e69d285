#include "app/musig_round/commands.hpp"
#include "app/musig_round/nonces.hpp"
#include "app/musig_round/own_part.hpp"
#include "app/musig_round/request_options.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"
#include "services/key.hpp"
#include "signing/documents.hpp"
#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {
namespace {

void require_aggregate(const signing::RoundRequest& request) {
  if (!request.key_set.aggregate)
    throw usage_error("this leaf takes each signer's own signature and needs no nonces")
        .hint("each signer runs `musig-round sign` without --nonces");
}

/// `musig-round nonce`: round one, prints this signer's nonces. Stores the session's randomness, encrypted,
/// for `sign`.
class MakeNonces : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
};

}  // namespace

void MakeNonces::options(Options& options) {
  request_.declare(options);
  options.key();
  options.datadir();
}

Exit MakeNonces::run(Ports& ports) {
  signing::RoundRequest request = request_.read(ports);
  require_aggregate(request);
  crypto::SecretKey secret = services::load_key(ports);
  request.require_signer(secret.public_key());
  signing::RoundMath math(request);
  crypto::SecretBytes randomness = new_randomness();
  signing::NonceDocument document = new_nonces(request, math, secret, randomness.view());
  KeptNonces(ports, secret).keep(document, randomness.view());
  ports.print_line(document.to_json());
  return Exit::ok;
}

std::unique_ptr<Command> nonce_command() {
  return std::make_unique<MakeNonces>();
}

}  // namespace pegkit::app::musig_round
