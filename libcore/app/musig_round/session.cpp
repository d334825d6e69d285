#include "app/musig_round/commands.hpp"
#include "app/musig_round/guard.hpp"
#include "app/musig_round/own_part.hpp"
#include "app/musig_round/request_options.hpp"
#include "base/text.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"
#include "services/key.hpp"
#include "signing/documents.hpp"
#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {
namespace {

/// `musig-round session`: both rounds in one process, which keeps the secret nonces in memory only. stdin:
/// the request on one line, then the others' nonce documents as they arrive; stdout: this signer's nonces,
/// then its partial signatures.
class RunSession : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
  SigningGuard guard_;
};

}  // namespace

void RunSession::options(Options& options) {
  request_.declare_context(options);
  guard_.declare(options);
  options.key();
  options.datadir();
}

Exit RunSession::run(Ports& ports) {
  auto line = ports.read_line();
  if (!line) throw input_error("json.empty", "there is no request on stdin");
  signing::RoundRequest request = request_.parse(ports, *line);
  crypto::SecretKey secret = services::load_key(ports);
  std::size_t place = request.require_signer(secret.public_key());
  if (!request.key_set.aggregate) {
    ports.print_line(own_signatures(ports, guard_, request, secret).to_json());
    return Exit::ok;
  }
  guard_.inspect(ports, request);
  signing::RoundMath math(request);
  crypto::SecretBytes randomness = new_randomness();
  signing::NonceSet nonces(request);
  nonces.add(new_nonces(request, math, secret, randomness.view()));
  const signing::NonceDocument own = nonces.of(place);
  ports.print_line(own.to_json());
  while (!nonces.complete() && (line = ports.read_line())) {
    if (is_blank(*line)) continue;
    signing::NonceDocument document = signing::NonceDocument::parse(parse_json(*line));
    if (document != own) nonces.add(std::move(document));
  }
  nonces.require_complete();
  guard_.record(ports, request);
  auto partials = math.sign(secret, randomness.view(), nonces);
  crypto::wipe(randomness.span());
  ports.print_line(partial_document(request, own.signer, nonces, std::move(partials)).to_json());
  return Exit::ok;
}

std::unique_ptr<Command> session_command() {
  return std::make_unique<RunSession>();
}

}  // namespace pegkit::app::musig_round
