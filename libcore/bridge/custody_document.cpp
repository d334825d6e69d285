#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bridge/custody.hpp"
#include "bridge/custody_tree.hpp"
#include "bridge/derived.hpp"

namespace pegkit::bridge {
namespace {

using crypto::PublicKey;

std::vector<PublicKey> read_keys(const JsonField& field) {
  std::vector<PublicKey> out;
  for (const JsonField& item : field.items(Custody::max_keys))
    out.push_back(item.at([&] { return crypto::parse_public_key(from_hex(item.text(67))); }));
  return out;
}

Policy read_policy(const JsonField& field) {
  std::string name = field.text(32);
  for (Policy policy : {Policy::musig, Policy::subsets, Policy::checksigadd})
    if (name == policy_name(policy)) return policy;
  field.fail("custody.policy", "one of musig, subsets and checksigadd was expected");
}

Recovery read_recovery(const JsonField& field) {
  JsonObject object(field);
  Recovery out;
  out.keys = read_keys(object.required("keys"));
  out.threshold = object.required("threshold").u32();
  out.blocks = object.required("blocks").u32();
  object.done();
  return out;
}

Json key_list(const std::vector<PublicKey>& keys) {
  Json out = Json::array();
  for (const PublicKey& key : keys) out.push_back(to_hex(key));
  return out;
}

std::string joined(const std::vector<PublicKey>& keys) {
  std::string out;
  for (const PublicKey& key : keys) out += (out.empty() ? "" : ",") + to_hex(key);
  return out;
}

std::string multi_a_text(const std::vector<PublicKey>& keys, std::uint32_t threshold) {
  std::string out = fmt::format("multi_a({}", threshold);
  for (const PublicKey& key : keys) out += "," + to_hex(crypto::xonly(key));
  return out + ")";
}

/// The descriptor's text of the balanced tree over `parts`.
std::string tree_text(std::vector<std::string> parts) {
  while (parts.size() > 1) {
    std::vector<std::string> above;
    for (std::size_t i = 0; i < parts.size(); i += 2)
      above.push_back(i + 1 < parts.size() ? "{" + parts[i] + "," + parts[i + 1] + "}" : parts[i]);
    parts = std::move(above);
  }
  return parts[0];
}

}  // namespace

Custody Custody::parse(const Json& document, Derive derive, std::string path) {
  JsonObject object = open_document(document, "custody", 1, path);
  Policy policy = read_policy(object.required("policy"));
  std::uint32_t threshold = object.required("threshold").u32();
  std::vector<PublicKey> keys = read_keys(object.required("keys"));
  bool key_path = false;
  if (auto field = object.optional("key_path")) {
    if (policy != Policy::checksigadd)
      field->fail("custody.key_path", "key_path is a choice of the policy checksigadd alone");
    key_path = field->boolean();
  }
  std::optional<Recovery> recovery;
  if (auto field = object.optional("recovery")) recovery = read_recovery(*field);
  return with_path(path, [&] {
    Custody out = make(policy, threshold, std::move(keys), key_path, std::move(recovery));
    out.check_derived(object, derive);
    object.done();
    return out;
  });
}

void Custody::check_derived(JsonObject& document, Derive derive) {
  auto stated = document.optional("merkle_root");
  if (derive == Derive::stated && policy_ == Policy::subsets && stated)
    tree_->stated_root = stated->hex_array<32>();
  DerivedFields check(document);
  check.absent_or("merkle_root", [&]() -> std::optional<Json> {
    auto root = merkle_root();
    if (!root) return std::nullopt;
    return to_hex(*root);
  });
  check.equal("internal_key", [&] { return to_hex(internal_key()); });
  check.equal("output_key", [&] { return to_hex(output().key); });
  check.equal("script_pubkey", [&] { return to_hex(script_pubkey()); });
  check.equal("leaf_count", [&] { return leaf_count(); });
  check.absent_or("descriptor", [&]() -> std::optional<Json> {
    auto text = descriptor();
    if (!text) return std::nullopt;
    return *text;
  });
  check.address("address", [&] { return script_pubkey(); });
}

Json Custody::to_json_bare() const {
  Json out = new_document("custody");
  out["policy"] = policy_name(policy_);
  out["threshold"] = threshold_;
  out["keys"] = key_list(keys_);
  if (policy_ == Policy::checksigadd && key_path_) out["key_path"] = true;
  if (recovery_)
    out["recovery"] = Json{{"keys", key_list(recovery_->keys)},
                           {"threshold", recovery_->threshold},
                           {"blocks", recovery_->blocks}};
  return out;
}

Json Custody::to_json(std::optional<bitcoin::Chain> chain) const {
  Json out = to_json_bare();
  if (chain) out["address"] = address(*chain);
  out["script_pubkey"] = to_hex(script_pubkey());
  out["internal_key"] = to_hex(internal_key());
  out["output_key"] = to_hex(output().key);
  if (auto root = merkle_root()) out["merkle_root"] = to_hex(*root);
  out["leaf_count"] = leaf_count();
  if (auto text = descriptor()) out["descriptor"] = *text;
  return out;
}

std::optional<std::string> Custody::descriptor() const {
  // Shorter than any descriptor of so many keys would be: nothing is built for big trees.
  std::uint64_t keys = policy_ == Policy::subsets ? leaf_count() * threshold_ : keys_.size();
  if (keys * 64 > max_descriptor) return std::nullopt;
  std::vector<std::string> leaves;
  if (policy_ == Policy::checksigadd) leaves.push_back(multi_a_text(keys_, threshold_));
  if (policy_ == Policy::subsets) {
    for (std::uint64_t i = 0; i < leaf_count(); ++i) {
      std::vector<PublicKey> subset;
      for (std::uint32_t signer : signers_of(i)) subset.push_back(keys_[signer]);
      leaves.push_back(fmt::format("pk(musig({}))", joined(subset)));
    }
  }
  std::string tree = leaves.empty() ? "" : tree_text(std::move(leaves));
  if (recovery_) {
    std::string leaf = fmt::format("and_v(v:{},older({}))",
                                   multi_a_text(recovery_->keys, recovery_->threshold), recovery_->blocks);
    tree = tree.empty() ? leaf : "{" + tree + "," + leaf + "}";
  }
  std::string internal = key_path_ ? fmt::format("musig({})", joined(keys_)) : to_hex(internal_key());
  std::string text = fmt::format("tr({}{}{})", internal, tree.empty() ? "" : ",", tree);
  text = bitcoin::with_descriptor_checksum(text);
  if (text.size() > max_descriptor) return std::nullopt;
  return text;
}

Json leaf_document(const CustodyLeaf& leaf, const Bytes* control_block) {
  Json out = new_document("leaf");
  out["index"] = leaf.index;
  out["signers"] = leaf.signers;
  out["script"] = to_hex(leaf.script);
  out["leaf_hash"] = to_hex(bitcoin::tapleaf_hash(leaf.script));
  if (control_block) out["control_block"] = to_hex(*control_block);
  return out;
}

Json recovery_leaf_document(const Recovery& recovery, const Bytes* control_block) {
  bitcoin::Script script = recovery.script();
  Json out = new_document("leaf");
  out["recovery"] = true;
  out["script"] = to_hex(script);
  out["leaf_hash"] = to_hex(bitcoin::tapleaf_hash(script));
  if (control_block) out["control_block"] = to_hex(*control_block);
  return out;
}

}  // namespace pegkit::bridge
