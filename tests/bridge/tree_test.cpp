#include <doctest/doctest.h>
#include <fstream>

#include "base/files.hpp"
#include "bitcoin/script.hpp"
#include "bridge/tree_document.hpp"
#include "support/bridge_fixture.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

Json tree_of(Json tree) {
  Json out = new_document("tree");
  out["tree"] = std::move(tree);
  return out;
}

/// BIP341's vectors write a leaf as {"id","script","leafVersion"}.
Json ours(const Json& node) {
  if (node.is_array()) return Json::array({ours(node[0]), ours(node[1])});
  return {{"script", node["script"]}, {"leaf_version", node["leafVersion"]}};
}

}  // namespace

TEST_CASE("BIP341's wallet vectors" * pegkit::test::needs_vectors) {
  auto path = pegkit::test::vectors_path("bips/bip341-wallet.json");
  Json vectors = parse_json(as_text(read_file(path)));
  int trees = 0;
  for (const Json& vector : vectors["scriptPubKey"]) {
    if (vector["given"]["scriptTree"].is_null()) continue;
    Json document = tree_of(ours(vector["given"]["scriptTree"]));
    document["internal_key"] = vector["given"]["internalPubkey"];
    Json out = TreeDocument::parse(document).to_json(bitcoin::Chain::main);
    CHECK(out["merkle_root"] == vector["intermediary"]["merkleRoot"]);
    CHECK(out["output_key"] == vector["intermediary"]["tweakedPubkey"]);
    CHECK(out["script_pubkey"] == vector["expected"]["scriptPubKey"]);
    CHECK(out["address"] == vector["expected"]["bip350Address"]);
    for (std::size_t i = 0; i < out["leaves"].size(); ++i)
      CHECK(out["leaves"][i]["control_block"] == vector["expected"]["scriptPathControlBlocks"][i]);
    CHECK(TreeDocument::parse(out).to_json(bitcoin::Chain::main) == out);
    ++trees;
  }
  CHECK(trees >= 6);
}

TEST_CASE("trees of any shape") {
  Json list = "51";
  for (int i = 0; i < 128; ++i) list = Json::array({to_hex(Bytes{static_cast<std::uint8_t>(i), 0x51}), list});
  Json out = TreeDocument::parse_text(tree_of(list).dump()).to_json();
  CHECK(out["internal_key"] == to_hex(bitcoin::nums_point()));
  CHECK(out["leaves"].size() == 129);
  CHECK(out["leaves"][128]["control_block"].get<std::string>().size() == 2 * (33 + 128 * 32));
  CHECK(error_code([&] {
          TreeDocument::parse_text(tree_of(Json::array({list, "00"})).dump());
        }) == "taptree.shape");
  auto code = [](const char* tree) {
    return error_code([&] { TreeDocument::parse(tree_of(parse_json(tree))); });
  };
  CHECK(code(R"("51")") == "");
  CHECK(code(R"([])") == "taptree.shape");
  CHECK(code(R"(["51"])") == "taptree.shape");
  CHECK(code(R"(["51","52","53"])") == "taptree.shape");
  CHECK(code(R"(["51",["52","51"]])") == "taptree.duplicate");
  CHECK(code(R"(["51",{"script":"51","leaf_version":194}])") == "");
  CHECK(code(R"({"script":"51","leaf_version":193})") == "taptree.version");
  CHECK(code(R"({"script":"51","leaf_version":80})") == "taptree.version");
  CHECK(code(R"({"script":"51","colour":1})") == "json.unknown");
  CHECK(code(R"(5)") == "json.type");
  CHECK(code(R"("5")") == "hex.invalid");
}
