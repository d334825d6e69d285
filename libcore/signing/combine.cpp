#include "signing/combine.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "signing/request.hpp"

namespace pegkit::signing {

PartialChecker::PartialChecker(const RoundRequest& request, const NonceSet* nonces)
    : request_(request), nonces_(nonces), session_(request.session()) {
  if (!request.key_set.aggregate) return;
  nonces_hash_ = nonces->hash();
  RoundMath math(request);
  for (std::size_t i = 0; i < request.messages.size(); ++i) sessions_.push_back(math.session(i, *nonces));
}

std::string PartialChecker::fault(const PartialDocument& partial) const {
  bool aggregate = request_.key_set.aggregate;
  if (!request_.key_set.find(partial.signer)) return "its signer is none of this session's";
  if (partial.session != session_) return "it is of another session: other keys, messages or tweaks";
  if (partial.nonces_hash.has_value() != aggregate)
    return aggregate ? "it holds signatures where partial signatures were expected"
                     : "it holds partial signatures where signatures were expected";
  if ((aggregate ? partial.partials.size() : partial.signatures.size()) != request_.messages.size())
    return "it has another number of signatures than there are messages";
  return aggregate ? partial_fault(partial) : signature_fault(partial);
}

std::string PartialChecker::partial_fault(const PartialDocument& partial) const {
  if (*partial.nonces_hash != nonces_hash_) return "it was made under other nonces";
  const NonceDocument& own = nonces_->of(request_.require_signer(partial.signer));
  for (std::size_t i = 0; i < sessions_.size(); ++i)
    if (!sessions_[i].verify(partial.partials[i], own.nonces[i], partial.signer))
      return fmt::format("the partial signature of {} does not verify", request_.message_name(i));
  return {};
}

std::string PartialChecker::signature_fault(const PartialDocument& partial) const {
  for (std::size_t i = 0; i < request_.messages.size(); ++i)
    if (!crypto::schnorr_verify(crypto::xonly(partial.signer), request_.messages[i].message,
                                partial.signatures[i]))
      return fmt::format("the signature of {} does not verify", request_.message_name(i));
  return {};
}

crypto::SchnorrSignature PartialChecker::add(std::size_t i,
                                             const std::vector<crypto::PartialSignature>& partials) const {
  return sessions_[i].combine(partials);
}

namespace {

/// The partial signatures by their signer's place in the key set. Throws for any that is not good.
std::vector<std::optional<PartialDocument>> checked_partials(const RoundRequest& request,
                                                             const PartialChecker& checker,
                                                             const std::vector<Json>& documents) {
  std::vector<std::optional<PartialDocument>> out(request.key_set.keys.size());
  for (const Json& document : documents) {
    PartialDocument partial = PartialDocument::parse(document);
    std::size_t place = request.require_signer(partial.signer);
    if (std::string fault = checker.fault(partial); !fault.empty())
      throw input_error("partial.invalid", fmt::format("the partial signature of {} is bad: {}",
                                                       request.key_set.name(place), fault));
    if (out[place])
      throw input_error("partial.duplicate", fmt::format("{} stands twice", request.key_set.name(place)));
    out[place] = std::move(partial);
  }
  return out;
}

void require_enough(const RoundRequest& request,
                    const std::vector<std::optional<PartialDocument>>& partials) {
  const KeySet& keys = request.key_set;
  auto present = static_cast<std::size_t>(
      std::ranges::count_if(partials, [](const auto& partial) { return partial.has_value(); }));
  if (present >= keys.needed) return;
  std::string names;
  for (std::size_t place = 0; place < partials.size(); ++place)
    if (!partials[place]) names += (names.empty() ? "" : ", ") + keys.name(place);
  throw not_ready("partial.missing",
                  fmt::format("{} of {} signatures are there; none yet of {}", present, keys.needed, names));
}

void require_valid(const crypto::XOnlyKey& key, ByteView message, const crypto::SchnorrSignature& signature) {
  if (!crypto::schnorr_verify(key, message, signature))
    throw Error(Exit::bug, "musig.combine", "partial signatures that verify gave a signature that does not");
}

}  // namespace

CombinedSignatures combine_partials(const RoundRequest& request, const std::vector<Json>& documents,
                                    const NonceSet* nonces) {
  PartialChecker checker(request, nonces);
  auto partials = checked_partials(request, checker, documents);
  require_enough(request, partials);
  CombinedSignatures out;
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const RoundMessage& message = request.messages[i];
    auto& made = out.of_message.emplace_back();
    if (request.key_set.aggregate) {
      std::vector<crypto::PartialSignature> parts;
      for (const auto& partial : partials) parts.push_back(partial->partials[i]);
      made.push_back({message.key, checker.add(i, parts)});
    } else {
      // A leaf that counts to M takes exactly M, so the first in its order are used.
      for (std::size_t place = 0; place < partials.size() && made.size() < request.key_set.needed; ++place)
        if (partials[place])
          made.push_back({crypto::xonly(request.key_set.keys[place]), partials[place]->signatures[i]});
    }
    for (const auto& one : made) require_valid(one.key, message.message, one.signature);
  }
  return out;
}

namespace {

Json signed_psbt(const RoundRequest& request, const CombinedSignatures& signatures) {
  bridge::PsbtDocument out = *request.psbt;
  for (std::size_t i = 0; i < request.messages.size(); ++i) {
    const RoundMessage& message = request.messages[i];
    bitcoin::PsbtInput& input = out.psbt.inputs[message.input];
    for (const auto& one : signatures.of_message[i]) {
      Bytes signature = to_bytes(one.signature);
      if (message.leaf_hash)
        input.tap_script_sigs[{one.key, *message.leaf_hash}] = std::move(signature);
      else
        input.tap_key_sig = std::move(signature);
    }
  }
  return out.to_json();
}

/// The graph with all signatures, each of them verified once more against the graph itself.
Json signed_graph(const RoundRequest& request, const CombinedSignatures& signatures) {
  optimistic::GraphDocument out = *request.graph;
  for (std::size_t i = 0; i < request.messages.size(); ++i)
    out.signatures[i] = signatures.of_message[i].front().signature;
  out.signed_graph();
  return out.to_json();
}

}  // namespace

Json combined_document(const RoundRequest& request, const CombinedSignatures& signatures) {
  if (request.psbt) return signed_psbt(request, signatures);
  if (request.graph) return signed_graph(request, signatures);
  const auto& first = signatures.of_message.front().front();
  if (request.mint) {
    bridge::Mint mint = *request.mint;
    mint.signature = bridge::quorum_signature(request.key_set.custody, request.key_set.path, first.signature);
    return mint.to_json();
  }
  SignatureDocument out{.key = first.key};
  for (std::size_t i = 0; i < request.messages.size(); ++i)
    out.signatures.push_back({request.messages[i].message, signatures.of_message[i].front().signature});
  return out.to_json();
}

}  // namespace pegkit::signing
