#include <fmt/core.h>
#include <string>
#include <vector>

#include "app/musig_round/commands.hpp"
#include "app/musig_round/request_options.hpp"
#include "crypto/keys.hpp"
#include "services/input.hpp"
#include "signing/combine.hpp"
#include "signing/documents.hpp"
#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {
namespace {

Json verdict(bool valid, const std::string& reason) {
  Json out{{"valid", valid}};
  if (!valid) out["reason"] = reason;
  return out;
}

Exit print_verdict(Ports& ports, const std::string& fault) {
  ports.print(verdict(fault.empty(), fault));
  return fault.empty() ? Exit::ok : Exit::no;
}

/// `musig-round verify`: checks one signer's partial signatures, or a finished signature document.
class VerifyRound : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  Exit verify_partial(Ports& ports, const Json& document);
  Exit verify_signature(Ports& ports, const Json& document);
  RequestOptions request_;
  std::string document_;
  std::vector<std::string> nonces_;
};

}  // namespace

void VerifyRound::options(Options& options) {
  options.argument(document_, "DOCUMENT", "the partial or signature document", Need::required);
  request_.declare(options);
  options.files(nonces_, "--nonces", "with a partial document: the nonce documents of all signers");
}

Exit VerifyRound::run(Ports& ports) {
  Json document = parse_json(ports.read(document_));
  if (document_type(document) == "partial") return verify_partial(ports, document);
  if (document_type(document) == "signature") return verify_signature(ports, document);
  throw input_error("document.type", "a partial or signature document was expected").field("type");
}

Exit VerifyRound::verify_partial(Ports& ports, const Json& document) {
  if (document_ == "-" && request_.from_stdin())
    throw usage_error("the request and the partial cannot both be on stdin").hint("--request FILE");
  signing::PartialDocument partial = signing::PartialDocument::parse(document);
  signing::RoundRequest request = request_.read(ports);
  std::optional<signing::NonceSet> nonces;
  if (request.key_set.aggregate) {
    nonces.emplace(signing::gather_nonces(request, services::read_documents(ports, nonces_)));
    nonces->require_complete();
  }
  return print_verdict(ports, signing::PartialChecker(request, nonces ? &*nonces : nullptr).fault(partial));
}

Exit VerifyRound::verify_signature(Ports& ports, const Json& document) {
  signing::SignatureDocument signature = signing::SignatureDocument::parse(document);
  if (request_.key_set().given()) {
    signing::KeySet keys = request_.key_set().read(ports, std::nullopt);
    if (crypto::xonly(keys.aggregate_key()) != signature.key)
      return print_verdict(ports, "it is under another key than that of these signers");
  }
  for (std::size_t i = 0; i < signature.signatures.size(); ++i)
    if (!crypto::schnorr_verify(signature.key, signature.signatures[i].message,
                                signature.signatures[i].signature))
      return print_verdict(ports, fmt::format("the signature of message {} does not verify", i));
  return print_verdict(ports, "");
}

std::unique_ptr<Command> verify_command() {
  return std::make_unique<VerifyRound>();
}

}  // namespace pegkit::app::musig_round
