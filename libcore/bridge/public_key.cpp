#include "bridge/public_key.hpp"

#include "bitcoin/address.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/derived.hpp"
#include "bridge/policies/policy.hpp"
#include "evm/address.hpp"

namespace pegkit::bridge {

Json public_key_document(const crypto::PublicKey& key, std::optional<bitcoin::Chain> chain) {
  crypto::XOnlyKey internal = crypto::xonly(key);
  Json out = new_document("public-key");
  out["public_key"] = to_hex(key);
  out["xonly"] = to_hex(internal);
  if (chain) {
    bitcoin::Script script = bitcoin::p2tr_script(bitcoin::taproot_output(internal, {}).key);
    out["address"] = bitcoin::script_address(script, *chain).value();
  }
  out["evm_address"] = evm::format_address(evm::address_of(key));
  return out;
}

crypto::PublicKey parse_public_key_document(const Json& document) {
  JsonObject object = open_document(document, "public-key");
  JsonField field = object.required("public_key");
  auto key = field.at([&] { return crypto::parse_public_key(field.fixed<crypto::PublicKey>()); });
  crypto::XOnlyKey internal = crypto::xonly(key);
  DerivedFields derived(object);
  derived.equal("xonly", [&] { return to_hex(internal); });
  derived.equal("evm_address", [&] { return evm::format_address(evm::address_of(key)); });
  derived.address("address", [&] { return bitcoin::p2tr_script(bitcoin::taproot_output(internal, {}).key); });
  object.done();
  return key;
}

crypto::XOnlyKey parse_refund_key(const std::string& hex) {
  Bytes key = from_hex(hex);
  if (key.size() == crypto::PublicKey::size) return crypto::xonly(crypto::parse_public_key(key));
  return crypto::parse_xonly_key(key);
}

std::vector<crypto::PublicKey> read_key_list(const JsonField& field) {
  std::vector<crypto::PublicKey> out;
  for (const JsonField& item : field.items(CustodyPolicy::max_keys))
    out.push_back(item.at([&] { return crypto::parse_public_key(from_hex(item.text(67))); }));
  return out;
}

Json key_list(const std::vector<crypto::PublicKey>& keys) {
  Json out = Json::array();
  for (const crypto::PublicKey& key : keys) out.push_back(to_hex(key));
  return out;
}

}  // namespace pegkit::bridge
