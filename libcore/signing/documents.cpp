#include "signing/documents.hpp"

#include <fmt/core.h>

namespace pegkit::signing {
namespace {

template <class T>
std::vector<T> read_list(const JsonField& field) {
  std::vector<T> out;
  for (const JsonField& item : field.items(max_round_messages)) out.push_back(item.fixed<T>());
  if (out.empty()) field.fail("json.range", "the list is empty");
  return out;
}

template <class T>
Json write_list(const std::vector<T>& items) {
  Json out = Json::array();
  for (const T& item : items) out.push_back(to_hex(item));
  return out;
}

crypto::PublicKey read_key(const JsonField& field) {
  return field.at([&] { return crypto::parse_public_key(field.fixed<crypto::PublicKey>()); });
}

}  // namespace

NonceDocument NonceDocument::parse(const Json& document) {
  JsonObject object = open_document(document, "nonce");
  NonceDocument out;
  out.session = object.required("session").hex_array<32>();
  out.run = object.required("run").hex_array<16>();
  out.signer = read_key(object.required("signer"));
  out.nonces = read_list<crypto::PubNonce>(object.required("nonces"));
  object.done();
  return out;
}

Json NonceDocument::to_json() const {
  Json out = new_document("nonce");
  out["session"] = to_hex(session);
  out["run"] = to_hex(run);
  out["signer"] = to_hex(signer);
  out["nonces"] = write_list(nonces);
  return out;
}

PartialDocument PartialDocument::parse(const Json& document) {
  JsonObject object = open_document(document, "partial");
  PartialDocument out;
  out.session = object.required("session").hex_array<32>();
  out.signer = read_key(object.required("signer"));
  auto partials = object.optional("partials");
  auto signatures = object.optional("signatures");
  if (partials.has_value() == signatures.has_value())
    throw input_error("json.missing", "either 'partials' or 'signatures' was expected").field("partials");
  if (partials) {
    out.nonces_hash = object.required("nonces_hash").hex_array<32>();
    out.partials = read_list<crypto::PartialSignature>(*partials);
  } else {
    out.signatures = read_list<crypto::SchnorrSignature>(*signatures);
  }
  object.done();
  return out;
}

Json PartialDocument::to_json() const {
  Json out = new_document("partial");
  out["session"] = to_hex(session);
  out["signer"] = to_hex(signer);
  if (nonces_hash) {
    out["nonces_hash"] = to_hex(*nonces_hash);
    out["partials"] = write_list(partials);
  } else {
    out["signatures"] = write_list(signatures);
  }
  return out;
}

SignatureDocument SignatureDocument::parse(const Json& document) {
  JsonObject object = open_document(document, "signature");
  SignatureDocument out;
  JsonField key = object.required("key");
  out.key = key.at([&] { return crypto::parse_xonly_key(key.fixed<crypto::XOnlyKey>()); });
  JsonField list = object.required("signatures");
  for (const JsonField& item : list.items(max_round_messages)) {
    JsonObject entry(item);
    out.signatures.push_back({entry.required("message").hex_array<32>(),
                              entry.required("signature").fixed<crypto::SchnorrSignature>()});
    entry.done();
  }
  if (out.signatures.empty()) list.fail("json.range", "the list is empty");
  object.done();
  return out;
}

Json SignatureDocument::to_json() const {
  Json out = new_document("signature");
  out["key"] = to_hex(key);
  Json list = Json::array();
  for (const Entry& entry : signatures)
    list.push_back({{"message", to_hex(entry.message)}, {"signature", to_hex(entry.signature)}});
  out["signatures"] = std::move(list);
  return out;
}

}  // namespace pegkit::signing
