#include "bitcoin/taproot.hpp"

#include "bitcoin/address.hpp"
#include "bitcoin/format_helpers.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

void add_leaves(const Json& node, std::uint8_t depth, TapTree& tree) {
  if (node.is_array()) {
    for (const Json& child : node) add_leaves(child, depth + 1, tree);
  } else {
    tree.leaves.push_back(
        {depth, node.at("leafVersion").get<std::uint8_t>(), from_hex(node.at("script").get<std::string>())});
  }
}

TapTree tree_of(const std::vector<int>& depths) {
  TapTree tree;
  std::uint8_t number = 0;
  for (int depth : depths)
    tree.leaves.push_back({static_cast<std::uint8_t>(depth), tapscript_version, {0x51, number++}});
  return tree;
}

TapNode node_of(std::uint64_t number) {
  Bytes data;
  for (int i = 0; i < 8; ++i) data.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  return crypto::sha256(data);
}

/// The definition: pair bottom-up from the left, promote an odd node.
TapNode slow_balanced_root(std::vector<TapNode> nodes) {
  while (nodes.size() > 1) {
    std::vector<TapNode> parents;
    for (std::size_t i = 0; i + 1 < nodes.size(); i += 2)
      parents.push_back(tapbranch_hash(nodes[i], nodes[i + 1]));
    if (nodes.size() % 2 == 1) parents.push_back(nodes.back());
    nodes = parents;
  }
  return nodes[0];
}

TapNode fold(TapNode node, const std::vector<TapNode>& path) {
  for (const TapNode& sibling : path) node = tapbranch_hash(node, sibling);
  return node;
}

/// A balanced tree's leaves in depth-first order.
void add_balanced(TapTree& tree, std::uint64_t first, std::uint64_t count, std::uint8_t depth) {
  if (count == 1) {
    tree.leaves.push_back({depth, tapscript_version, {0x51, static_cast<std::uint8_t>(first)}});
    return;
  }
  std::uint64_t left = 1;
  while (left * 2 < count) left *= 2;
  add_balanced(tree, first, left, depth + 1);
  add_balanced(tree, first + left, count - left, depth + 1);
}

}  // namespace

TEST_CASE("BIP341's wallet cases: trees, tweaks, scripts, addresses, control blocks" * needs_vectors) {
  auto vectors = read_json_vectors("bips/bip341-wallet.json");
  for (const Json& item : vectors.at("scriptPubKey")) {
    const Json& given = item.at("given");
    const Json& expected = item.at("expected");
    const Json& between = item.at("intermediary");
    auto internal = crypto::XOnlyKey::from(from_hex(given.at("internalPubkey").get<std::string>()));
    TapTree tree;
    if (!given.at("scriptTree").is_null()) add_leaves(given.at("scriptTree"), 0, tree);
    Bytes root = tree.leaves.empty() ? Bytes{} : to_bytes(tree.root());
    if (!root.empty()) CHECK(to_hex(root) == between.at("merkleRoot").get<std::string>());
    CHECK(to_hex(taptweak_hash(internal, root)) == between.at("tweak").get<std::string>());
    TaprootOutput output = taproot_output(internal, root);
    CHECK(to_hex(output.key) == between.at("tweakedPubkey").get<std::string>());
    Script script = p2tr_script(output.key);
    CHECK(to_hex(script) == expected.at("scriptPubKey").get<std::string>());
    CHECK(script_address(script, Chain::main) == expected.at("bip350Address").get<std::string>());
    for (std::size_t i = 0; i < tree.leaves.size(); ++i) {
      const TapLeaf& leaf = tree.leaves[i];
      TapNode leaf_hash = tapleaf_hash(leaf.script, leaf.version);
      CHECK(to_hex(leaf_hash) == between.at("leafHashes").at(i).get<std::string>());
      Bytes control = control_block(internal, output.odd, tree.path(i), leaf.version);
      CHECK(to_hex(control) == expected.at("scriptPathControlBlocks").at(i).get<std::string>());
      auto parsed = ControlBlock::parse(control);
      REQUIRE(parsed);
      CHECK(parsed->leaf_version == leaf.version);
      CHECK(verify_taproot_commitment(*parsed, output.key, leaf_hash));
      CHECK_FALSE(verify_taproot_commitment(*parsed, output.key, filled(1)));
      parsed->odd = !parsed->odd;
      CHECK_FALSE(verify_taproot_commitment(*parsed, output.key, leaf_hash));
    }
  }
}

TEST_CASE("point H is SHA256 of the generator's uncompressed form") {
  Bytes generator = from_hex(
      "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798483ada7726a3c4655da4fbfc0e1108a8fd17"
      "b448a6855"
      "4199c47d08ffb10d4b8");
  CHECK(equal(nums_point(), crypto::sha256(generator)));
  CHECK(crypto::is_valid_xonly(nums_point()));
}

TEST_CASE("shapes of trees") {
  for (const auto& depths : std::vector<std::vector<int>>{{0},
                                                          {1, 1},
                                                          {2, 2, 1},
                                                          {1, 2, 2},
                                                          {2, 2, 2, 2},
                                                          {1, 2, 3, 3},
                                                          {3, 3, 2, 1},
                                                          {2, 3, 3, 1},
                                                          {2, 3, 3, 2, 2}}) {
    TapTree tree = tree_of(depths);
    for (std::size_t i = 0; i < depths.size(); ++i) {
      auto path = tree.path(i);
      CHECK(path.size() == static_cast<std::size_t>(depths[i]));
      CHECK(fold(tapleaf_hash(tree.leaves[i].script), path) == tree.root());
    }
  }
  for (const auto& depths : std::vector<std::vector<int>>{{},
                                                          {1},
                                                          {0, 0},
                                                          {1, 1, 1},
                                                          {2, 2},
                                                          {2, 1, 2},
                                                          {2, 1, 1},
                                                          {1, 2},
                                                          {1, 2, 2, 1},
                                                          {3, 2, 2, 3},
                                                          {129, 129},
                                                          {255}}) {
    CHECK(error_code([&] { tree_of(depths).root(); }) == "taptree.shape");
  }
  CHECK(error_code([] { tree_of({1, 1}).path(2); }) == "taptree.index");
}

TEST_CASE("a chain of 128 levels is the deepest tree") {
  std::vector<int> depths;
  for (int depth = 1; depth <= 128; ++depth) depths.push_back(depth);
  depths.push_back(128);
  TapTree tree = tree_of(depths);
  auto path = tree.path(128);
  CHECK(path.size() == 128);
  CHECK(fold(tapleaf_hash(tree.leaves[128].script), path) == tree.root());
  depths.back() = 129;
  depths.push_back(129);
  CHECK(error_code([&] { tree_of(depths).root(); }) == "taptree.shape");
}

TEST_CASE("streamed, whole and explicit balanced trees agree") {
  for (std::uint64_t count = 1; count <= 70; ++count) {
    INFO(count << " leaves");
    std::vector<TapNode> hashes;
    TapTreeStream stream;
    auto leaf = [](std::uint64_t i) { return tapleaf_hash(Script{0x51, static_cast<std::uint8_t>(i)}); };
    for (std::uint64_t i = 0; i < count; ++i) {
      hashes.push_back(leaf(i));
      stream.add(hashes.back());
    }
    TapNode root = slow_balanced_root(hashes);
    CHECK(stream.root() == root);
    CHECK(stream.count() == count);
    TapTree tree;
    add_balanced(tree, 0, count, 0);
    CHECK(tree.root() == root);
    for (std::uint64_t i = 0; i < count; ++i) {
      auto path = balanced_path(count, i, leaf);
      CHECK(path == tree.path(i));
      CHECK(fold(leaf(i), path) == root);
    }
    CHECK(balanced_root(hashes) == root);
  }
  std::vector<TapNode> none;
  CHECK(error_code([&] { balanced_root(none); }) == "taptree.empty");
  CHECK(error_code([] { TapTreeStream().root(); }) == "taptree.empty");
  CHECK(error_code([] { balanced_path(3, 3, node_of); }) == "taptree.index");
}

TEST_CASE("a big tree") {
  constexpr std::uint64_t count = 48'620;  // 9 of 18
  std::vector<TapNode> hashes;
  TapTreeStream stream;
  for (std::uint64_t i = 0; i < count; ++i) hashes.push_back(node_of(i));
  for (const TapNode& node : hashes) stream.add(node);
  for (std::uint64_t i : {std::uint64_t{0}, count / 2, count - 1}) {
    CHECK(fold(node_of(i), balanced_path(count, i, node_of)) == stream.root());
  }
  CHECK(balanced_root(hashes) == stream.root());
}

TEST_CASE("control blocks of a wrong length") {
  for (std::size_t size : {0u, 1u, 32u, 34u, 64u, 66u, 33u + 32u * 129u})
    CHECK_FALSE(ControlBlock::parse(Bytes(size)));
  CHECK(ControlBlock::parse(Bytes(33)));
  CHECK(ControlBlock::parse(Bytes(33 + 32 * 128))->path.size() == 128);
  CHECK(error_code([] { control_block(nums_point(), false, std::vector<TapNode>(129)); }) == "taptree.shape");
  CHECK(error_code([] { taptweak_hash(nums_point(), Bytes(31)); }) == "taptree.root");
  ControlBlock nonsense = *ControlBlock::parse(Bytes(65, 0xff));
  CHECK_FALSE(verify_taproot_commitment(nonsense, nums_point(), filled(1)));
}

TEST_CASE("long scripts hash with a long length") {
  for (std::size_t size : {0, 1, 0xfc, 0xfd, 0x10000}) {
    Bytes data = {tapscript_version};
    if (size < 0xfd) {
      data.push_back(static_cast<std::uint8_t>(size));
    } else if (size == 0xfd) {
      append(data, from_hex("fdfd00"));
    } else {
      append(data, from_hex("fe00000100"));
    }
    data.resize(data.size() + size, 0x61);
    CHECK(tapleaf_hash(Script(size, 0x61)) == crypto::tagged_hash("TapLeaf", data));
  }
}
