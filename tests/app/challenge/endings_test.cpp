// Which transactions of a graph a node takes, when, and beside which others.

#include <doctest/doctest.h>

#include "regtest/rpc.hpp"
#include "support/bitcoind.hpp"
#include "support/graph_world.hpp"
#include "support/needs.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

constexpr std::size_t parts = 2, steps = 3;

struct Ending {
  std::string name;
  std::function<bitcoin::Transaction(GraphWorld&, std::size_t graph)> make;
};

/// The reward script of each sender. Each has its own, since disproves that pay the same script would be
/// identical.
bitcoin::Script sender(std::size_t number = 0) {
  return optimistic::operator_script(
      crypto::xonly(graph_secret(static_cast<std::uint8_t>(80 + number)).public_key()));
}

std::vector<Ending> endings() {
  std::vector<Ending> out{
      {"take-fast", [](GraphWorld& w, std::size_t i) { return w.graphs[i].take_fast(); }},
      {"take-final", [](GraphWorld& w, std::size_t i) { return w.graphs[i].take_final(); }},
      {"reclaim", [](GraphWorld& w, std::size_t i) { return w.graphs[i].reclaim(); }}};
  for (std::size_t part = 0; part < parts; ++part)
    out.push_back({fmt::format("assert-timeout[{}]", part), [part](GraphWorld& w, std::size_t i) {
                     return w.graphs[i].assert_timeout(part, sender(), FeeRate::per_vb(2));
                   }});
  for (std::size_t step = 0; step < steps; ++step)
    out.push_back({fmt::format("disprove[{}]", step), [step](GraphWorld& w, std::size_t i) {
                     return w.fixtures[i].disprove(w.graphs[i], step, sender(step));
                   }});
  return out;
}

/// After all windows, the node takes each ending alone, and no other ending after it.
void every_pair(net::Rpc& rpc) {
  std::vector<Ending> all = endings();
  GraphWorld world(rpc, all.size(), parts, steps, 0);
  world.start();
  world.mine(static_cast<int>(world.fixtures[0].params.challenge->reclaim_window));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const Ending& one : all) CHECK_MESSAGE(world.refusal(one.make(world, i)) == "", one.name);
    world.send(all[i].make(world, i));
  }
  world.mine(1);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const Ending& other : all) {
      INFO("after ", all[i].name, ": ", other.name);
      std::string expected = other.name == all[i].name ? "txn-already-known" : "missing-inputs";
      CHECK(world.refusal(other.make(world, i)) == expected);
    }
}

/// The whole course of a graph that is challenged, each transaction at its first moment and none before.
void course(net::Rpc& rpc) {
  GraphWorld world(rpc, 2, parts, steps, 8);
  const auto& rules = *world.fixtures[0].params.challenge;
  CHECK(world.refusal(world.graphs[0].lock()) == "");
  CHECK(world.refusal(world.graphs[0].take_final()) == "missing-inputs");
  world.start();
  auto wait_until = [&, passed = 0u](std::uint32_t blocks) mutable {
    world.mine(static_cast<int>(blocks - passed));
    passed = blocks;
  };
  constexpr const char* too_early = "non-BIP68-final";
  auto timeout = [&](std::size_t part) {
    return world.graphs[0].assert_timeout(part, sender(), FeeRate::per_vb(2));
  };
  // A transaction of the next block is one deeper than the tip.
  wait_until(rules.challenge_window - 2);
  CHECK(world.refusal(world.graphs[1].take_fast()) == too_early);
  bitcoin::Transaction challenge = world.challenge(0);
  CHECK(world.refusal(challenge) == "");
  world.send(challenge);
  wait_until(rules.challenge_window - 1);
  CHECK(world.refusal(world.graphs[0].take_fast()) == "missing-inputs");
  CHECK(world.refusal(world.graphs[1].take_fast()) == "");
  world.send(world.graphs[1].take_fast());
  bitcoin::Transaction part = world.assert_part(0, 0, 2);
  CHECK(world.refusal(part) == "");
  world.send(part);
  wait_until(rules.assert_window - 2);
  CHECK(world.refusal(timeout(1)) == too_early);
  CHECK(world.refusal(timeout(0)) == "missing-inputs");
  wait_until(rules.assert_window - 1);
  CHECK(world.refusal(timeout(1)) == "");
  CHECK(world.refusal(world.assert_part(0, 1)) == "");
  wait_until(rules.final_window - 2);
  CHECK(world.refusal(world.graphs[0].take_final()) == too_early);
  wait_until(rules.final_window - 1);
  CHECK(world.refusal(world.graphs[0].take_final()) == "");
  wait_until(rules.reclaim_window - 2);
  CHECK(world.refusal(world.graphs[0].reclaim()) == too_early);
  wait_until(rules.reclaim_window - 1);
  CHECK(world.refusal(world.graphs[0].reclaim()) == "");
}

}  // namespace

TEST_CASE("graph: exactly one ending can happen, all pairs") {
  regtest::RegtestRpc rpc;
  every_pair(rpc);
}

TEST_CASE("graph: nothing is taken before its time") {
  regtest::RegtestRpc rpc;
  course(rpc);
}

TEST_CASE("bitcoind: graph: exactly one ending can happen, all pairs" * needs_bitcoind) {
  Bitcoind node;
  every_pair(node.rpc());
}

TEST_CASE("bitcoind: graph: nothing is taken before its time" * needs_bitcoind) {
  Bitcoind node;
  course(node.rpc());
}
