#include "optimistic/graph_program.hpp"

#include <doctest/doctest.h>

#include "support/errors.hpp"
#include "support/graph_fixture.hpp"
#include "support/program_graph.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using pegkit::test::error_and_field;
using pegkit::test::ProgramGraph;

TEST_CASE("graph of the claim program: built, written and read again, within every limit") {
  ProgramGraph world;
  Graph graph = world.build();
  CHECK(graph.parts() > 1);
  CHECK(graph.steps() > 100);
  GraphDocument document(graph);
  Json json = document.to_json();
  GraphDocument again = GraphDocument::parse(json, world.base.params, program_claims(world.sequencer_set));
  CHECK(again.to_json() == json);
  CHECK(stake_script(world.base.params, world.base.deposit.funding->outpoint, world.base.operator_key,
                     world.operator_set) == graph.stake_output().script_pubkey);

  auto refused = [&](const OtsKeySet& sequencer) {
    return error_and_field([&] { GraphDocument::parse(json, world.base.params, program_claims(sequencer)); });
  };
  SUBCASE("one changed one-time key is another stake") {
    std::string key = json["operator_keys"]["keys"][0]["key"];
    key[0] = key[0] == '0' ? '1' : '0';
    json["operator_keys"]["keys"][0]["key"] = key;
    json["operator_keys"].erase("hash");
    CHECK(refused(world.sequencer_set) == "graph.stake stake_tx");
  }
  SUBCASE("one-time keys of another graph are refused") {
    auto deposit = world.base.deposit.funding->outpoint;
    deposit.vout += 1;
    json["operator_keys"] =
        operator_key_set(world.seed, world.base.params, deposit, world.base.operator_key).to_json();
    CHECK(refused(world.sequencer_set) == "graph.keys operator_keys");
  }
  SUBCASE("another sequencer's keys are refused") {
    CHECK(refused(ProgramGraph::make_sequencer(44)) == "graph.keys sequencer_keys");
  }
}
