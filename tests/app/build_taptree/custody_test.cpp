#include <doctest/doctest.h>

#include "app/build_taptree/commands.hpp"
#include "support/bridge_fixture.hpp"
#include "support/bridge_world.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;
namespace fixture = bridge::test;

std::vector<Json> build(app::CommandFactory make, const Json& input, Values values = {}) {
  FakePorts ports;
  ports.input = input.dump();
  Exit exit = run(make, ports, values);
  CHECK(exit == Exit::ok);
  return ports.printed;
}
std::string failure(app::CommandFactory make, const Json& input, Values values = {}) {
  return error_and_exit([&] { build(make, input, values); });
}

/// `count` keys, of whom `threshold` sign.
Json custody(const char* policy, std::uint32_t threshold, std::uint32_t count, bool recovery = false) {
  Json out{{"type", "pegkit/custody"}, {"version", 1}, {"policy", policy}, {"threshold", threshold}};
  auto hex_keys = [](const std::vector<crypto::PublicKey>& keys) {
    Json list = Json::array();
    for (const auto& key : keys) list.push_back(to_hex(key));
    return list;
  };
  out["keys"] = hex_keys(fixture::public_keys(1, count));
  if (recovery)
    out["recovery"] = {{"keys", hex_keys(fixture::public_keys(101, 3))}, {"threshold", 2}, {"blocks", 4320}};
  return out;
}

/// The output key that a leaf and its control block lead to (BIP341).
std::string output_key(const Json& leaf) {
  auto control = bitcoin::ControlBlock::parse(from_hex(leaf["control_block"].get<std::string>()));
  REQUIRE(control);
  auto node = bitcoin::tapleaf_hash(from_hex(leaf["script"].get<std::string>()), control->leaf_version);
  CHECK(to_hex(node) == leaf["leaf_hash"]);
  for (const auto& sibling : control->path) node = bitcoin::tapbranch_hash(node, sibling);
  auto output = bitcoin::taproot_output(control->internal, node);
  CHECK(output.odd == control->odd);
  return to_hex(output.key);
}

}  // namespace

TEST_CASE("tree: BIP341's published trees" * needs_vectors) {
  auto path = vectors_path("bips/bip341-wallet.json");
  std::function<Json(const Json&)> tree_of = [&](const Json& node) -> Json {
    if (node.is_array()) return {tree_of(node[0]), tree_of(node[1])};
    return {{"script", node["script"]}, {"leaf_version", node["leafVersion"]}};
  };
  std::size_t trees = 0;
  const Json vectors = parse_json(as_text(read_file(path)));
  for (const Json& one : vectors["scriptPubKey"]) {
    if (one["given"]["scriptTree"].is_null()) continue;
    Json input{{"type", "pegkit/tree"},
               {"version", 1},
               {"internal_key", one["given"]["internalPubkey"]},
               {"tree", tree_of(one["given"]["scriptTree"])}};
    Json built = build(app::build_taptree::tree_command, input, {{"--chain", "main"}}).at(0);
    CHECK(built["merkle_root"] == one["intermediary"]["merkleRoot"]);
    CHECK(built["output_key"] == one["intermediary"]["tweakedPubkey"]);
    CHECK(built["script_pubkey"] == one["expected"]["scriptPubKey"]);
    CHECK(built["address"] == one["expected"]["bip350Address"]);
    const Json& controls = one["expected"]["scriptPathControlBlocks"];
    REQUIRE(built["leaves"].size() == controls.size());
    for (std::size_t i = 0; i < controls.size(); ++i) {
      CHECK(built["leaves"][i]["control_block"] == controls[i]);
      CHECK(built["leaves"][i]["leaf_hash"] == one["intermediary"]["leafHashes"][i]);
    }
    // Reading a document checks its derived fields.
    CHECK(build(app::build_taptree::tree_command, built, {{"--chain", "main"}}).at(0) == built);
    built["merkle_root"] = std::string(64, '0');
    CHECK(failure(app::build_taptree::tree_command, built) == "document.derived 3");
    ++trees;
  }
  CHECK(trees == 6);
}

TEST_CASE("tree: shapes that are none") {
  auto with = [](const Json& tree) {
    return failure(app::build_taptree::tree_command,
                   {{"type", "pegkit/tree"}, {"version", 1}, {"tree", tree}});
  };
  CHECK(with("51") == "");
  CHECK(with(Json::array({"51", "52"})) == "");
  CHECK(with(Json::array({"51", "51"})) == "taptree.duplicate 3");
  CHECK(with(Json::array({"51"})).ends_with(" 3"));
  CHECK(with(Json::array({"51", "52", "53"})).ends_with(" 3"));
  CHECK(with({{"script", "51"}, {"leaf_version", 193}}) == "taptree.version 3");
  auto nested = [](int depth) {
    std::string open, close;
    for (int i = 0; i < depth; ++i) {
      open += "[";
      close += fmt::format(",\"02{:04x}\"]", i);
    }
    FakePorts ports;
    ports.input = R"({"type":"pegkit/tree","version":1,"tree":)" + open + "\"51\"" + close + "}";
    return error_code([&] { run(app::build_taptree::tree_command, ports); });
  };
  CHECK(nested(128) == "");
  CHECK(nested(129) == "taptree.shape");
  CHECK(nested(100'000) == "json.depth");
}

TEST_CASE("custody: what follows from the keys, and an address where a chain is given") {
  Json input = custody("subsets", 2, 3);
  Json plain = build(app::build_taptree::custody_command, input).at(0);
  CHECK_FALSE(plain.contains("address"));
  Json built = build(app::build_taptree::custody_command, input, {{"--chain", "main"}}).at(0);
  CHECK(built["address"].get<std::string>().starts_with("bc1p"));
  CHECK(built["leaf_count"] == 3);
  // By hand: the aggregate of all, and the leaves of pairs 01, 02, 12, of which the third stands alone.
  auto keys = fixture::public_keys(1, 3);
  auto aggregate = [](std::vector<crypto::PublicKey> some) {
    crypto::key_sort(some);
    return crypto::KeyAgg(some).xonly();
  };
  auto leaf = [&](std::size_t a, std::size_t b) {
    return bitcoin::tapleaf_hash(
        bitcoin::ScriptBuilder().push(aggregate({keys[a], keys[b]})).op(bitcoin::OP_CHECKSIG).take());
  };
  auto root = bitcoin::tapbranch_hash(bitcoin::tapbranch_hash(leaf(0, 1), leaf(0, 2)), leaf(1, 2));
  CHECK(built["internal_key"] == to_hex(aggregate(keys)));
  CHECK(built["merkle_root"] == to_hex(root));
  CHECK(built["output_key"] == to_hex(bitcoin::taproot_output(aggregate(keys), root).key));

  CHECK(build(app::build_taptree::custody_command, built, {{"--chain", "main"}}).at(0) == built);
  Json wrong = built;
  wrong["output_key"] = std::string(64, '1');
  CHECK(failure(app::build_taptree::custody_command, wrong) == "document.derived 3");
  CHECK(failure(app::build_taptree::custody_command, input, {{"--chain", "mainnet"}}) == "usage 2");
  input["threshold"] = 4;
  CHECK(failure(app::build_taptree::custody_command, input).ends_with(" 3"));
}

TEST_CASE("custody --leaves: every subset in order, the recovery leaf last, together the tree") {
  Json input = custody("subsets", 3, 5, true);
  auto leaves = build(app::build_taptree::custody_command, input, {{"--leaves", ""}});
  REQUIRE(leaves.size() == 11);
  std::vector<bitcoin::TapNode> nodes;
  std::vector<std::vector<int>> signers;
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(leaves[i]["type"] == "pegkit/leaf");
    CHECK(leaves[i]["index"] == i);
    CHECK_FALSE(leaves[i].contains("control_block"));
    nodes.push_back(bitcoin::tapleaf_hash(from_hex(leaves[i]["script"].get<std::string>())));
    CHECK(leaves[i]["leaf_hash"] == to_hex(nodes.back()));
    signers.push_back(leaves[i]["signers"]);
  }
  CHECK(signers[0] == std::vector{0, 1, 2});
  CHECK(signers[9] == std::vector{2, 3, 4});
  CHECK(std::ranges::is_sorted(signers));
  CHECK(std::ranges::adjacent_find(signers) == signers.end());
  CHECK(leaves[10]["recovery"] == true);
  CHECK_FALSE(leaves[10].contains("index"));
  while (nodes.size() > 1) {
    std::vector<bitcoin::TapNode> above;
    for (std::size_t i = 0; i < nodes.size(); i += 2)
      above.push_back(i + 1 < nodes.size() ? bitcoin::tapbranch_hash(nodes[i], nodes[i + 1]) : nodes[i]);
    nodes = above;
  }
  auto recovery = bitcoin::tapleaf_hash(from_hex(leaves[10]["script"].get<std::string>()));
  Json built = build(app::build_taptree::custody_command, input).at(0);
  CHECK(built["merkle_root"] == to_hex(bitcoin::tapbranch_hash(nodes[0], recovery)));

  CHECK(build(app::build_taptree::custody_command, custody("musig", 3, 3), {{"--leaves", ""}}).empty());
  CHECK(build(app::build_taptree::custody_command, custody("checksigadd", 2, 3), {{"--leaves", ""}}).size() ==
        1);
}

TEST_CASE("custody --leaves ends when it is told to") {
  FakePorts ports;
  ports.input = custody("subsets", 4, 9).dump();
  ports.out = [&](const Json&) { ports.stop = ports.printed.size() == 5; };
  CHECK(error_exit([&] {
          run(app::build_taptree::custody_command, ports, {{"--leaves", ""}});
        }) == Exit::interrupted);
  CHECK(ports.printed.size() == 5);
}

TEST_CASE("leaf: by index, by signers, the recovery's; each leads to the output") {
  for (bool recovery : {false, true}) {
    for (const char* policy : {"subsets", "checksigadd"}) {
      Json input = custody(policy, 2, 4, recovery);
      Json whole = build(app::build_taptree::custody_command, input).at(0);
      auto leaves = build(app::build_taptree::custody_command, input, {{"--leaves", ""}});
      for (const Json& line : leaves) {
        Values which = {{"--recovery", ""}};
        if (!line.contains("recovery")) which = {{"--index", line["index"].dump()}};
        Json leaf = build(app::build_taptree::leaf_command, input, which).at(0);
        CHECK(output_key(leaf) == whole["output_key"]);
        leaf.erase("control_block");
        CHECK(leaf == line);
      }
    }
  }
  Json input = custody("subsets", 2, 4);
  CHECK(build(app::build_taptree::leaf_command, input, {{"--signers", "1,3"}}) ==
        build(app::build_taptree::leaf_command, input, {{"--index", "4"}}));

  CHECK(failure(app::build_taptree::leaf_command, input) == "usage 2");
  CHECK(failure(app::build_taptree::leaf_command, input, {{"--index", "0"}, {"--signers", "0,1"}}) ==
        "usage 2");
  CHECK(failure(app::build_taptree::leaf_command, input, {{"--index", "6"}}) == "custody.index 3");
  CHECK(failure(app::build_taptree::leaf_command, input, {{"--recovery", ""}}) == "custody.recovery 3");
  for (const char* signers : {"0", "1,0", "1,1", "0,4", "0,1,2"})
    CHECK(failure(app::build_taptree::leaf_command, input, {{"--signers", signers}}) == "custody.signers 3");
  for (const char* signers : {"0,", ",0", "0 1", "-1,0", "a", "0,99999999999"})
    CHECK(failure(app::build_taptree::leaf_command, input, {{"--signers", signers}}) == "usage 2");
}

TEST_CASE("deposit: the custody's address for one recipient and one depositor") {
  Json input = custody("subsets", 2, 3);
  std::string recipient = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";
  auto refund_key = fixture::secret(90).public_key();
  Values values = {{"--recipient", recipient}, {"--refund-key", to_hex(refund_key)}};
  Values blocks = values;
  blocks.push_back({"--refund-blocks", "144"});
  blocks.push_back({"--chain", "regtest"});
  Json built = build(app::build_taptree::deposit_command, input, blocks).at(0);
  auto deposit = bridge::Deposit::make(bridge::Custody::parse(input), evm::parse_address(recipient),
                                       crypto::xonly(refund_key), 144);
  CHECK(built == deposit.to_json(bitcoin::Chain::regtest));

  auto from_params = [&](Values more) {
    FakePorts ports;
    ports.input = input.dump();
    ports.files["params.json"] = BridgeWorld::make_params().to_json().dump();
    more.insert(more.end(), values.begin(), values.end());
    more.push_back({"--params", "params.json"});
    run(app::build_taptree::deposit_command, ports, more);
    return ports.last();
  };
  CHECK(from_params({}) == built);
  CHECK(from_params({{"--chain", "regtest"}}) == built);
  CHECK(from_params({{"--refund-blocks", "7"}})["refund_blocks"] == 7);
  CHECK(error_code([&] { from_params({{"--chain", "main"}}); }) == "chain.mismatch");
  CHECK(failure(app::build_taptree::deposit_command, input, values) == "usage 2");

  // The refund leaf and the custody's own lead to the same output.
  Json refund{{"script", built["refund_script"]},
              {"control_block", built["refund_control_block"]},
              {"leaf_hash", to_hex(deposit.refund_leaf_hash())}};
  CHECK("5120" + output_key(refund) == built["script_pubkey"]);
}
