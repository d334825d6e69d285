// A challenger who is not alone: other challengers, other operators of the deposit, a sequencer who signs
// twice.

#include <doctest/doctest.h>

#include "app/challenge/commands.hpp"
#include "app/peg_out/commands.hpp"
#include "app/watch_chain/commands.hpp"
#include "support/liar.hpp"
#include "support/operator_seat.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// A challenger's data directory; every run is a process of its own.
struct Watcher {
  OptimisticWorld& world;
  TempDirectory folder = {};

  std::unique_ptr<FakePorts> ports() { return world.party(OptimisticWorld::challenger_seed, folder.path()); }
  Json once() {
    auto at = ports();
    run(app::challenge::run_command, *at, OptimisticWorld::options({{"--once", ""}}));
    return at->last();
  }
};

optimistic::ClaimTrace wrong_script(Liar& liar) {
  auto outputs = liar.honest_outputs();
  outputs[1].script_pubkey = OptimisticWorld::script_of(34);
  return liar.trace(liar.inputs(liar.pay(outputs)));
}
void mine_empty(OptimisticWorld& world) {
  std::string address = *bitcoin::script_address(OptimisticWorld::script_of(79), bitcoin::Chain::regtest);
  world.chain->call("generateblock", {address, Json::array()});
}

}  // namespace

TEST_CASE(
    "another challenger's transaction is left alone, until it pays too little for the time that is left") {
  OptimisticWorld world;
  Liar liar{world};
  Watcher watcher{world};
  world.ask_withdrawal();
  world.lock();
  world.commit(1, world.root_of(1));
  world.fund(OptimisticWorld::challenger_seed, {300'000});
  liar.start(wrong_script(liar));
  bitcoin::Transaction theirs = world.challenge();
  world.send(theirs);
  for (int block = 0; block < 2; ++block) {
    Json line = watcher.once();
    CHECK(line.at("move") == "open");
    CHECK(line.at("sent").at("already") == true);
    CHECK(line.at("sent").at("note") == "another challenger's waits in the mempool");
    CHECK(line.at("sent").at("txid") == theirs.txid().display());
    mine_empty(world);
  }
  Json line = watcher.once();
  CHECK(line.at("sent").at("replaces") == theirs.txid().display());
  CHECK_FALSE(world.in_mempool(theirs.txid()));
  CHECK(world.chain->call("getrawmempool").size() == 1);
}

TEST_CASE("a false claim to a deposit that another operator took is timed out without a challenge") {
  OptimisticWorld world;
  Liar liar{world};
  Watcher watcher{world};
  Operator rival{world, OptimisticWorld::rival_seed,
                 world.make_graph(secret_of(OptimisticWorld::rival_seed))};
  world.ask_withdrawal();
  world.lock();
  world.fund(OptimisticWorld::rival_seed, {9'500'000});
  rival.run(app::peg_out::payout_command, pay);
  world.mine(3);
  world.commit(1, world.root_of(1));
  auto trace = wrong_script(liar);
  rival.run(app::peg_out::kickoff_command, broadcast);
  liar.start(trace);
  std::uint32_t started = world.height();
  world.mine(5);
  rival.run(app::peg_out::take_command, broadcast);
  world.mine(3);
  Json line = watcher.once();
  CHECK(line.at("truth") == "no");
  CHECK(line.at("move") == "wait");
  CHECK(line.at("challenge").is_null());
  CHECK(line.at("reason").get<std::string>().starts_with("the deposit is out of the operator's reach"));
  world.mine(static_cast<int>(started + 11 - world.height()));
  line = watcher.once();
  REQUIRE(line.at("move") == "timeout");
  CHECK(line.at("part") == 0);
  CHECK(line.at("sent").at("kind") == "assert-timeout");
  world.mine(1);
  line = watcher.once();
  CHECK(line.at("end").at("kind") == "assert-timeout");
  CHECK(line.at("lock").at("txid") == world.graph().lock().tx.txid().display());
  CHECK(line.at("lock").at("height").is_number());
}

TEST_CASE("a root in assert part 0 that is not the committed one convicts the sequencer") {
  OptimisticWorld world;
  Liar liar{world};
  Watcher watcher{world};
  world.ask_withdrawal();
  world.lock();
  auto trace = liar.trace(liar.inputs(liar.pay(liar.honest_outputs())));
  Bytes& root = trace[liar.program().value("root")];
  root.back() ^= 1;
  {
    auto ports = watcher.ports();
    ports->input = world.sequencer_keys.to_json().dump();
    run(app::watch_chain::watch_command, *ports, {{"--params", "params.json"}});
  }
  watcher.once();  // follows the graph's outputs from here on
  world.commit(1, world.root_of(1));
  liar.start(trace);
  auto asserts = liar.assert_parts(trace, {0});
  auto ports = watcher.ports();
  run(app::watch_chain::run_command, *ports, {{"--params", "params.json"}});
  Json event;
  for (const Json& printed : ports->printed)
    if (printed.value("kind", "") == "equivocation") event = printed;
  REQUIRE_FALSE(event.is_null());
  CHECK(event["data"]["epoch"] == 1);
  CHECK(event["data"]["roots"] == Json{to_hex(world.root_of(1)), to_hex(root)});
  CHECK(event["data"]["signatures"].size() == 2);
  CHECK(event["txid"] == asserts[0].txid().display());
}
