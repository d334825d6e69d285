#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bridge/custody.hpp"
#include "bridge/custody_tree.hpp"
#include "bridge/derived.hpp"
#include "bridge/public_key.hpp"

namespace pegkit::bridge {
namespace {

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
  Policy name = read_policy(object.required("policy"));
  std::uint32_t threshold = object.required("threshold").u32();
  auto policy = make_policy(name, {read_key_list(object.required("keys")), threshold});
  policy->read_fields(object);
  std::optional<Recovery> recovery;
  if (auto field = object.optional("recovery")) recovery = Recovery::parse(*field);
  return with_path(path, [&] {
    Custody out(std::move(policy), std::move(recovery));
    out.check_derived(object, derive);
    object.done();
    return out;
  });
}

void Custody::check_derived(JsonObject& document, Derive derive) {
  auto stated = document.optional("merkle_root");
  if (derive == Derive::stated && leaf_count() > 1 && stated) tree_->stated_root = stated->hex_array<32>();
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
  out["policy"] = policy_->name();
  out["threshold"] = threshold();
  out["keys"] = key_list(keys());
  policy_->write_fields(out);
  if (recovery_) out["recovery"] = recovery_->to_json();
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
  std::string internal = policy_->internal_key_text();
  std::vector<std::string> leaves;
  std::size_t length = internal.size();
  for (std::uint64_t i = 0; i < leaf_count(); ++i) {
    // A big tree would be too long: its texts are not made.
    if (length > max_descriptor) return std::nullopt;
    length += leaves.emplace_back(policy_->leaf_text(i)).size();
  }
  std::string tree = leaves.empty() ? "" : tree_text(std::move(leaves));
  if (recovery_) tree = tree.empty() ? recovery_->text() : "{" + tree + "," + recovery_->text() + "}";
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
