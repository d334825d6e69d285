#include "optimistic/graph_document.hpp"

#include <doctest/doctest.h>

#include "support/errors.hpp"
#include "support/graph_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using pegkit::test::error_and_field;
using pegkit::test::GraphFixture;

namespace {

struct Documents {
  GraphFixture fixture;
  GraphDocument unsigned_graph{fixture.build()};
  Json json() const { return unsigned_graph.to_json(); }
  GraphDocument read(const Json& document) const {
    return GraphDocument::parse(document, fixture.params, fixture.maker());
  }
  std::string fault(const Json& document) const {
    return error_and_field([&] { read(document); });
  }
};

}  // namespace

TEST_CASE("a graph's document is read as it was written, with and without signatures") {
  Documents with;
  CHECK(with.read(with.json()).to_json() == with.json());

  GraphDocument complete = with.unsigned_graph;
  CHECK_THROWS_AS(complete.signed_graph(), Error);
  complete.challenge = with.fixture.sign_challenge(complete.graph);
  auto tasks = complete.graph.tasks();
  for (std::size_t i = 0; i < tasks.size(); ++i) complete.signatures[i] = with.fixture.sign(tasks[i]);
  Json document = complete.to_json();
  GraphDocument again = with.read(document);
  CHECK(again.to_json() == document);
  CHECK(again.signed_graph().take_fast().txid() == complete.graph.take_fast().tx.txid());

  document["signatures"].erase("reclaim:0");
  GraphDocument part = with.read(document);
  CHECK(error_and_field([&] { part.signed_graph(); }) == "graph.unsigned signatures.reclaim:0");
  document["signatures"]["take-final:1"] = document["signatures"]["take-final:0"];
  CHECK(with.fault(document) == "graph.signature signatures.take-final:1");
}

TEST_CASE("one changed timelock, amount, key or leaf is named") {
  Documents with;
  auto changed = [&](const char* pointer, const Json& value) {
    Json document = with.json();
    Json::json_pointer at(pointer);
    REQUIRE(document.contains(at));
    REQUIRE(document[at] != value);
    document[at] = value;
    return with.fault(document);
  };
  CHECK(changed("/transactions/take-fast/inputs/1/sequence", 9) ==
        "document.derived transactions.take-fast.inputs[1].sequence");
  CHECK(changed("/transactions/assert-timeout[1]/inputs/1/sequence", 1) ==
        "document.derived transactions.assert-timeout[1].inputs[1].sequence");
  CHECK(changed("/transactions/lock/outputs/0/amount_sat", 1) ==
        "document.derived transactions.lock.outputs[0].amount_sat");
  CHECK(changed("/transactions/reclaim/txid", "00") == "document.derived transactions.reclaim.txid");
  CHECK(changed("/transactions/challenge/outputs/0/script_pubkey", "51") ==
        "document.derived transactions.challenge.outputs[0].script_pubkey");
  CHECK(changed("/leaves/disprove/3", "00") == "document.derived leaves.disprove[3]");
  CHECK(changed("/leaves/assert_roots/0", "00") == "document.derived leaves.assert_roots[0]");
  CHECK(changed("/signers_key", "00") == "document.derived signers_key");
  CHECK(changed("/sequencer_keys", "00") == "document.derived sequencer_keys");
  CHECK(changed("/stake", "00") == "document.derived stake");
}

TEST_CASE("one changed input makes another graph, which the rest of the document shows") {
  Documents with;
  auto changed = [&](const char* pointer, const Json& value) {
    Json document = with.json();
    document[Json::json_pointer(pointer)] = value;
    return with.fault(document);
  };
  CHECK(changed("/params", std::string(64, '0')) == "params.mismatch params");
  CHECK(changed("/deposit/amount_sat", 10'000'001) == "graph.amount deposit.amount_sat");
  CHECK(changed("/deposit/outpoint", std::string(64, '1') + ":0") ==
        "document.derived transactions.lock.txid");
  CHECK(changed("/operator", to_hex(crypto::xonly(test::graph_secret(51).public_key()))) ==
        "graph.stake stake_tx");
  CHECK(changed("/operator_keys/seed", 2) == "graph.stake stake_tx");
  CHECK(changed("/stake_vout", 1) == "graph.stake stake_vout");
  CHECK(changed("/stake_tx", "00") == "tx.truncated stake_tx");
  CHECK(changed("/unknown", 1) == "json.unknown unknown");
  CHECK(changed("/signatures", Json{{"nothing:0", std::string(128, '0')}}) ==
        "json.unknown signatures.nothing:0");
}
