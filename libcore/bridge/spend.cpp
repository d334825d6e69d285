#include "bridge/spend.hpp"

#include "base/serialize.hpp"
#include "bridge/custody.hpp"

namespace pegkit::bridge {

SpendPath SpendPath::parse(const JsonField& field) {
  JsonObject object(field);
  JsonField name = object.required("path");
  std::string text = name.text(16);
  SpendPath out;
  if (text == "leaf" || text == "recovery") {
    out.kind = text == "leaf" ? Kind::leaf : Kind::recovery;
    for (const JsonField& item : object.required("signers").items(Custody::max_keys))
      out.signers.push_back(item.u32());
  } else if (text != "key") {
    name.fail("spend.path", "one of key, leaf and recovery was expected");
  }
  object.done();
  return out;
}

Json SpendPath::to_json() const {
  const char* names[] = {"key", "leaf", "recovery"};
  Json out{{"path", names[static_cast<int>(kind)]}};
  if (kind != Kind::key) out["signers"] = signers;
  return out;
}

std::optional<bitcoin::TapNode> Spend::leaf_hash() const {
  if (!script_path()) return std::nullopt;
  return bitcoin::tapleaf_hash(leaf_script);
}

std::int64_t Spend::witness_size() const {
  constexpr std::size_t signature = 1 + 64;
  if (!script_path()) return 1 + signature;
  std::size_t signed_by = aggregate ? 1 : keys.size();
  std::size_t size = compact_size_length(leaf_keys + 2);
  size += signed_by * signature + (leaf_keys - signed_by);
  size += compact_size_length(leaf_script.size()) + leaf_script.size();
  size += compact_size_length(control_block.size()) + control_block.size();
  return static_cast<std::int64_t>(size);
}

void Spend::fill(bitcoin::PsbtInput& input, bitcoin::TxOut spent) const {
  input.witness_utxo = std::move(spent);
  input.tap_internal_key = internal_key;
  input.tap_merkle_root = merkle_root;
  if (script_path()) input.tap_leaf_scripts[control_block] = {leaf_script, bitcoin::tapscript_version};
}

}  // namespace pegkit::bridge
