#include "optimistic/graph_program.hpp"

#include <doctest/doctest.h>

#include "support/graph_fixture.hpp"
#include "support/program_graph.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
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

  SUBCASE("one changed one-time key is another stake") {
    std::string key = json["operator_keys"]["keys"][0]["key"];
    key[0] = key[0] == '0' ? '1' : '0';
    json["operator_keys"]["keys"][0]["key"] = key;
    json["operator_keys"].erase("hash");
    try {
      GraphDocument::parse(json, world.base.params, program_claims(world.sequencer_set));
      FAIL("taken");
    } catch (const Error& e) {
      CHECK(e.field() == "stake_tx");
    }
  }
  SUBCASE("one-time keys of another graph are refused") {
    auto deposit = world.base.deposit.funding->outpoint;
    deposit.vout += 1;
    json["operator_keys"] =
        operator_key_set(world.seed, world.base.params, deposit, world.base.operator_key).to_json();
    try {
      GraphDocument::parse(json, world.base.params, program_claims(world.sequencer_set));
      FAIL("taken");
    } catch (const Error& e) {
      CHECK(e.code() == "graph.keys");
      CHECK(e.field() == "operator_keys");
    }
  }
  SUBCASE("another sequencer's keys are refused") {
    try {
      GraphDocument::parse(json, world.base.params, program_claims(ProgramGraph::make_sequencer(44)));
      FAIL("taken");
    } catch (const Error& e) {
      CHECK(e.code() == "graph.keys");
      CHECK(e.field() == "sequencer_keys");
    }
  }
}
