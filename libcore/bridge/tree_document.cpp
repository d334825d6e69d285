#include "bridge/tree_document.hpp"

#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"
#include "bridge/derived.hpp"

namespace pegkit::bridge {
namespace {

using bitcoin::TapLeaf;
using bitcoin::TapNode;

constexpr std::size_t max_depth = 128;
constexpr std::uint8_t annex_tag = 0x50;

std::uint8_t read_version(const JsonField& field) {
  auto version = static_cast<std::uint8_t>(field.integer(0, 255));
  // BIP341: the lowest bit is the parity's, and 0x50 would look like an annex.
  if (version % 2 == 1 || version == annex_tag)
    field.fail("taptree.version", "a leaf version is even and not 80 (0x50)");
  return version;
}

void read_node(const JsonField& field, std::size_t depth, std::vector<TapLeaf>& out) {
  if (depth > max_depth) field.fail("taptree.shape", "a tree is at most 128 deep");
  if (field.json().is_array()) {
    auto children = field.items();
    if (children.size() != 2) field.fail("taptree.shape", "a branch has two children");
    for (const JsonField& child : children) read_node(child, depth + 1, out);
    return;
  }
  TapLeaf leaf{static_cast<std::uint8_t>(depth), bitcoin::tapscript_version, {}};
  if (field.json().is_object()) {
    JsonObject object(field);
    leaf.script = object.required("script").hex();
    if (auto version = object.optional("leaf_version")) leaf.version = read_version(*version);
    object.done();
  } else {
    leaf.script = field.hex();
  }
  out.push_back(std::move(leaf));
}

void check_distinct(const std::vector<TapLeaf>& leaves) {
  std::vector<std::pair<TapNode, std::size_t>> sorted;
  for (std::size_t i = 0; i < leaves.size(); ++i)
    sorted.emplace_back(bitcoin::tapleaf_hash(leaves[i].script, leaves[i].version), i);
  std::ranges::sort(sorted);
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i - 1].first == sorted[i].first)
      throw input_error("taptree.duplicate",
                        fmt::format("leaves {} and {} are equal", sorted[i - 1].second, sorted[i].second))
          .field("tree");
}

/// Root and every leaf's path in one walk. The leaves under a node are neighbours in depth-first order.
struct Paths {
  TapNode root{};
  std::vector<std::vector<TapNode>> of_leaf;

  explicit Paths(const std::vector<TapLeaf>& leaves) : of_leaf(leaves.size()) {
    struct Subtree {
      TapNode hash;
      std::size_t depth, first;
    };
    std::vector<Subtree> open;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      open.push_back({bitcoin::tapleaf_hash(leaves[i].script, leaves[i].version), leaves[i].depth, i});
      while (open.size() > 1 && open[open.size() - 2].depth == open.back().depth) {
        Subtree right = open.back();
        open.pop_back();
        Subtree& left = open.back();
        for (std::size_t k = left.first; k < right.first; ++k) of_leaf[k].push_back(right.hash);
        for (std::size_t k = right.first; k <= i; ++k) of_leaf[k].push_back(left.hash);
        left = {bitcoin::tapbranch_hash(left.hash, right.hash), left.depth - 1, left.first};
      }
    }
    root = open[0].hash;
  }
};

Json leaf_list(const TreeDocument& document, const Paths& paths, bool odd) {
  Json out = Json::array();
  for (std::size_t i = 0; i < document.leaves.leaves.size(); ++i) {
    const TapLeaf& leaf = document.leaves.leaves[i];
    Json entry{{"script", to_hex(leaf.script)}};
    if (leaf.version != bitcoin::tapscript_version) entry["leaf_version"] = leaf.version;
    entry["leaf_hash"] = to_hex(bitcoin::tapleaf_hash(leaf.script, leaf.version));
    entry["control_block"] =
        to_hex(bitcoin::control_block(document.internal_key, odd, paths.of_leaf[i], leaf.version));
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

TreeDocument TreeDocument::parse(const Json& document) {
  JsonObject object = open_document(document, "tree");
  TreeDocument out;
  out.internal_key = bitcoin::nums_point();
  if (auto key = object.optional("internal_key"))
    out.internal_key = key->at([&] { return crypto::parse_xonly_key(from_hex(key->text(65))); });
  JsonField tree = object.required("tree");
  read_node(tree, 0, out.leaves.leaves);
  check_distinct(out.leaves.leaves);
  out.tree = tree.json();
  Json derived = out.to_json();
  DerivedFields check(object);
  for (const char* name : {"merkle_root", "output_key", "script_pubkey", "leaves"})
    check.equal(name, [&] { return derived[name]; });
  check.address("address", [&] { return from_hex(derived["script_pubkey"].get<std::string>()); });
  object.done();
  return out;
}

TreeDocument TreeDocument::parse_text(std::string_view text) {
  return parse(parse_json(text, {.max_depth = max_nesting}));
}

Json TreeDocument::to_json(std::optional<bitcoin::Chain> chain) const {
  Paths paths(leaves.leaves);
  bitcoin::TaprootOutput output = bitcoin::taproot_output(internal_key, paths.root);
  bitcoin::Script script = bitcoin::p2tr_script(output.key);
  Json out = new_document("tree");
  out["internal_key"] = to_hex(internal_key);
  out["tree"] = tree;
  out["merkle_root"] = to_hex(paths.root);
  out["output_key"] = to_hex(output.key);
  out["script_pubkey"] = to_hex(script);
  if (chain) out["address"] = bitcoin::script_address(script, *chain).value();
  out["leaves"] = leaf_list(*this, paths, output.odd);
  return out;
}

}  // namespace pegkit::bridge
