#include "signing/combine.hpp"

#include <string>
#include <vector>

#include "app/musig_round/commands.hpp"
#include "app/musig_round/request_options.hpp"
#include "services/input.hpp"
#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {
namespace {

/// `musig-round combine`: checks all partial signatures, names the signer of a bad one, and adds them up.
class CombineRound : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
  std::vector<std::string> nonces_, partials_;
};

}  // namespace

void CombineRound::options(Options& options) {
  request_.declare(options);
  options.files(nonces_, "--nonces", "the nonce documents of all signers, as JSON Lines");
  options.files(partials_, "--partials", "the partial documents of all signers, as JSON Lines");
}

Exit CombineRound::run(Ports& ports) {
  signing::RoundRequest request = request_.read(ports);
  std::optional<signing::NonceSet> nonces;
  if (request.key_set.aggregate) {
    nonces.emplace(signing::gather_nonces(request, services::read_documents(ports, nonces_)));
    nonces->require_complete();
  }
  signing::CombinedSignatures signatures = signing::combine_partials(
      request, services::read_documents(ports, partials_), nonces ? &*nonces : nullptr);
  ports.print(signing::combined_document(request, signatures));
  return Exit::ok;
}

std::unique_ptr<Command> combine_command() {
  return std::make_unique<CombineRound>();
}

}  // namespace pegkit::app::musig_round
