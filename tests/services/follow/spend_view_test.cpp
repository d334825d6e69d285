#include "services/follow/spend_view.hpp"

#include <doctest/doctest.h>

#include "bitcoin/script.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// A coin at a watched script that nobody's key spends but a leaf of one opcode.
struct World : BridgeWorld {
  bitcoin::Script leaf = bitcoin::ScriptBuilder().op(bitcoin::OP_1).take();
  bitcoin::TaprootOutput output = bitcoin::taproot_output(bitcoin::nums_point(), bitcoin::tapleaf_hash(leaf));
  bitcoin::Script script = bitcoin::p2tr_script(output.key);

  bitcoin::Transaction spend_of(const bitcoin::Txid& coin) const {
    bitcoin::Transaction tx;
    tx.inputs.push_back({{coin, 0}, {}, 0xfffffffd, {}});
    tx.inputs[0].witness = {leaf, bitcoin::control_block(bitcoin::nums_point(), output.odd, {})};
    tx.outputs.push_back({Sat(9'000), script_of(5)});
    return tx;
  }
};

}  // namespace

TEST_CASE("a graph's output is seen from nowhere to its spend in a block, with the whole transaction") {
  World world;
  auto ports = world.ports();
  services::SpendView view(*ports, world.params);
  view.watch({world.script}, "stake", world.params.start_height);

  bitcoin::Transaction maker = world.make_payment({{Sat(10'000), world.script}});
  bitcoin::OutPoint coin{maker.txid(), 0};
  view.sync();
  CHECK_FALSE(view.look(coin).height);
  CHECK_FALSE(view.look(coin).spend);

  world.chain->call("sendrawtransaction", {to_hex(maker.serialize())});
  world.mine(1);
  view.sync();
  REQUIRE(view.look(coin).height);
  CHECK(view.depth(*view.look(coin).height) == 1);
  CHECK_FALSE(view.look(coin).spend);

  bitcoin::Transaction spend = world.spend_of(maker.txid());
  world.chain->call("sendrawtransaction", {to_hex(spend.serialize())});
  view.sync();
  REQUIRE(view.look(coin).spend);
  CHECK(view.look(coin).spend->txid == spend.txid());
  CHECK_FALSE(view.look(coin).spend->height);

  world.mine(2);
  view.sync();
  REQUIRE(view.look(coin).spend);
  CHECK(view.look(coin).spend->height == world.height() - 1);
  CHECK(view.look(coin).spend->tx.serialize() == spend.serialize());
}

TEST_CASE("a reorganisation takes a spend back, and it is found again in the mempool or a later block") {
  World world;
  auto ports = world.ports();
  services::SpendView view(*ports, world.params);
  view.watch({world.script}, "stake", world.params.start_height);
  bitcoin::OutPoint coin{world.pay(world.script, 10'000), 0};
  world.mine(1);
  bitcoin::Transaction spend = world.spend_of(coin.txid);
  world.chain->call("sendrawtransaction", {to_hex(spend.serialize())});
  world.mine(1);
  view.sync();
  REQUIRE(view.look(coin).spend->height);

  world.chain->call("invalidateblock", {world.block_at(world.height())});

  std::string address = *bitcoin::script_address(World::script_of(78), bitcoin::Chain::regtest);
  for (int i = 0; i < 2; ++i) world.chain->call("generateblock", {address, Json::array()});
  view.sync();
  REQUIRE(view.look(coin).height);
  REQUIRE(view.look(coin).spend);
  CHECK_FALSE(view.look(coin).spend->height);
}

TEST_CASE("a view that starts late finds what happened before") {
  World world;
  auto early = world.ports();
  services::SpendView first(*early, world.params);
  first.sync();
  bitcoin::OutPoint coin{world.pay(world.script, 10'000), 0};
  world.mine(1);
  bitcoin::Transaction spend = world.spend_of(coin.txid);
  world.chain->call("sendrawtransaction", {to_hex(spend.serialize())});
  world.mine(1);
  first.sync();
  first.watch({world.script}, "stake", world.params.start_height);
  first.sync();
  auto late = world.ports();
  services::SpendView second(*late, world.params);
  second.watch({world.script}, "stake", world.params.start_height);
  second.sync();
  for (services::SpendView* view : {&first, &second}) {
    REQUIRE(view->look(coin).spend);
    CHECK(view->look(coin).spend->tx.serialize() == spend.serialize());
  }
}
