#include "app/musig_round/commands.hpp"

#include <fmt/core.h>

#include "app/musig_round/nonces.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "signing/combine.hpp"
#include "signing/documents.hpp"
#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::app {
namespace {

void require_aggregate(const signing::RoundRequest& request) {
  if (!request.key_set.aggregate)
    throw usage_error("the keys of this leaf sign one by one: there are no nonces")
        .hint("each signer runs `musig-round sign` without --nonces");
}

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

/// Over a multi_a leaf: this signer's own signatures.
signing::PartialDocument own_signatures(Ports& ports, SigningGuard& guard,
                                        const signing::RoundRequest& request,
                                        const crypto::SecretKey& secret) {
  guard.inspect(ports, request);
  guard.record(ports, request);
  return {.session = request.session(),
          .signer = secret.public_key(),
          .signatures = signing::sign_alone(request, secret)};
}

Json verdict(bool valid, const std::string& reason) {
  Json out{{"valid", valid}};
  if (!valid) out["reason"] = reason;
  return out;
}

Exit print_verdict(Ports& ports, const std::string& fault) {
  ports.print(verdict(fault.empty(), fault));
  return fault.empty() ? Exit::ok : Exit::no;
}

}  // namespace

Exit AggregateKeys::run(Ports& ports) {
  signing::KeySet keys = key_set_.read(ports, std::nullopt);
  crypto::PublicKey aggregate = keys.aggregate_key();
  Json out = new_document("keyagg");
  out["keys"] = Json::array();
  for (const crypto::PublicKey& key : keys.keys) out["keys"].push_back(to_hex(key));
  out["aggregate"] = to_hex(aggregate);
  out["xonly"] = to_hex(crypto::xonly(aggregate));
  if (key_set_.from_custody()) {
    out["signers"] = keys.index;
    out["path"] = keys.path.kind == bridge::SpendPath::Kind::key ? "key" : "leaf";
  }
  ports.print(out);
  return Exit::ok;
}

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
    if (line->find_first_not_of(" \t\r") == line->npos) continue;
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

void VerifyRound::options(Options& options) {
  options.argument(document_, "DOCUMENT", "a partial or signature document", Need::required);
  request_.declare(options);
  options.files(nonces_, "--nonces", "for a partial: the nonce documents of all signers");
}

Exit VerifyRound::run(Ports& ports) {
  Json document = parse_json(ports.read(document_));
  if (document_type(document) == "partial") return verify_partial(ports, document);
  if (document_type(document) == "signature") return verify_signature(ports, document);
  throw input_error("document.type", "a partial or signature document was expected").field("type");
}

Exit VerifyRound::verify_partial(Ports& ports, const Json& document) {
  if (document_ == "-" && request_.from_stdin())
    throw usage_error("both the request and the partial would be read from stdin").hint("--request FILE");
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

}  // namespace pegkit::app
