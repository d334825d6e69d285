#include "services/follow/watcher.hpp"

#include <doctest/doctest.h>

#include "bitcoin/script.hpp"
#include "bridge/record.hpp"
#include "services/follow/event_data.hpp"
#include "services/follow/header_sync.hpp"
#include "services/follow/watches.hpp"
#include "support/bridge_world.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// A node that changes what another one says.
struct LyingRpc : net::Rpc {
  std::shared_ptr<net::Rpc> truth;
  std::function<void(const std::string& method, const Json& params, Json& result)> change;
  std::function<void(const std::string& method)> before;
  Json call(const std::string& method, Json params) override {
    if (before) before(method);
    Json result = truth->call(method, params);
    if (change) change(method, params, result);
    return result;
  }
};

struct Seen {
  std::vector<Json> events;
  services::Watcher::Outcome outcome;
};
Seen sync(services::Ports& ports, const bridge::Params& params) {
  Seen out;
  services::Watcher watcher(ports, params, [&](const store::Event& event) {
    out.events.push_back(services::event_document(event));
  });
  out.outcome = watcher.sync();
  return out;
}

void watch(services::Ports& ports, const Json& document, std::uint32_t since = 105) {
  services::add_watch(ports.database(), services::watch_of(document, "", bitcoin::Chain::regtest), since);
}

}  // namespace

TEST_CASE("a payment to a watched script is a deposit, with its block") {
  BridgeWorld world;
  auto ports = world.ports();
  watch(*ports, world.make_deposit(5).to_json());
  auto txid = world.pay(world.make_deposit(5).script_pubkey(), 1'000'000);
  world.mine(1);

  Seen seen = sync(*ports, world.params);
  CHECK(seen.outcome.at_tip());
  CHECK(seen.outcome.scanned == 111);
  REQUIRE(kinds_of(seen.events) == std::vector<std::string>{"deposit@111"});
  const Json& event = seen.events[0];
  CHECK(event["seq"] == 1);
  CHECK(event["txid"] == txid.display());
  CHECK(event["block"] == world.block_at(111));
  CHECK(event["undoes"].is_null());
  CHECK(event["data"]["outpoint"] == txid.display() + ":0");
  CHECK(event["data"]["amount_sat"] == 1'000'000);
  CHECK(event["data"]["label"] == world.make_deposit(5).address(bitcoin::Chain::regtest));
  CHECK(sync(*ports, world.params).events.empty());
}

TEST_CASE("a reorganisation appends events that undo, in reverse, and scans the other branch") {
  BridgeWorld world;
  auto ports = world.ports();
  watch(*ports, world.custody.to_json());
  world.pay(world.custody.script_pubkey(), 1'000'000);
  world.mine(1);
  world.pay(world.custody.script_pubkey(), 2'000'000);
  world.mine(1);
  CHECK(sync(*ports, world.params).events.size() == 2);

  world.chain->call("invalidateblock", {world.block_at(111)});
  Seen behind = sync(*ports, world.params);
  CHECK(behind.outcome.node_behind);
  CHECK(behind.outcome.height == 112);
  CHECK(behind.events.empty());

  world.mine(3);  // takes both payments up again
  Seen seen = sync(*ports, world.params);
  CHECK(seen.outcome.at_tip());
  REQUIRE(kinds_of(seen.events) ==
          std::vector<std::string>{"undo@112", "undo@111", "deposit@111", "deposit@111"});
  CHECK(seen.events[0]["undoes"] == 2);
  CHECK(seen.events[1]["undoes"] == 1);
  CHECK(seen.events[1]["data"]["kind"] == "deposit");
  auto coins = store::WatchStore(ports->database()).unspent();
  REQUIRE(coins.size() == 2);
  CHECK(coins[0].height == 111);
}

TEST_CASE("a watch that is added later is searched for in the blocks behind") {
  BridgeWorld world;
  auto ports = world.ports();
  watch(*ports, world.custody.to_json());
  world.pay(world.make_deposit(6).script_pubkey(), 300'000);
  world.mine(3);
  CHECK(sync(*ports, world.params).events.empty());

  watch(*ports, world.make_deposit(6).to_json(), 112);
  CHECK(sync(*ports, world.params).events.empty());  // not since 112
  watch(*ports, world.make_deposit(7).to_json());
  store::WatchStore(ports->database()).rescan_from(world.make_deposit(6).script_pubkey(), 105);
  CHECK(kinds_of(sync(*ports, world.params).events) == std::vector<std::string>{"deposit@111"});
  CHECK(store::WatchStore(ports->database()).behind().empty());
}

TEST_CASE("a record by somebody who spends no watched coin is a record") {
  BridgeWorld world;
  auto ports = world.ports();
  watch(*ports, BridgeWorld::make_custody(40).to_json());
  bitcoin::TxOut record{Sat(0), bridge::record_script(world.params.magic, bridge::PayoutRecord{{3}})};
  world.pay({{Sat(50'000), BridgeWorld::script_of(50)}, record});
  world.mine(1);
  CHECK(kinds_of(sync(*ports, world.params).events) == std::vector<std::string>{"record@111"});
}

TEST_CASE("a run that is killed between any two calls goes on where it was") {
  BridgeWorld world;
  auto deposit = world.make_deposit(5);
  for (int i = 0; i < 4; ++i) {
    world.pay(deposit.script_pubkey(), 100'000 + i);
    world.mine(2);
  }
  TempDirectory directory;
  int runs = 0;
  for (int calls = 1;; calls += 7) {
    auto ports = world.ports(directory.path());
    watch(*ports, deposit.to_json());
    auto rpc = std::make_shared<LyingRpc>();
    rpc->truth = world.chain;
    int left = calls;
    rpc->before = [&](const std::string&) {
      if (--left < 0) throw unreachable("rpc.unreachable", "killed");
    };
    ports->node_rpc = rpc;
    ++runs;
    try {
      sync(*ports, world.params);
      break;
    } catch (const Error& e) {
      CHECK(e.code() == "rpc.unreachable");
    }
  }
  CHECK(runs > 2);
  auto ports = world.ports(directory.path());
  auto events = store::EventStore(ports->database()).since(0, 100);
  REQUIRE(events.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(events[i].seq == static_cast<std::int64_t>(i) + 1);
  CHECK(store::WatchStore(ports->database()).unspent().size() == 4);
}

TEST_CASE("a node that serves an invalid chain is not believed") {
  BridgeWorld world;
  auto ports = world.ports();
  auto rpc = std::make_shared<LyingRpc>();
  rpc->truth = world.chain;
  ports->node_rpc = rpc;
  watch(*ports, world.custody.to_json());
  world.pay(world.custody.script_pubkey(), 100'000);
  world.mine(1);
  auto code = [&] { return error_code([&] { sync(*ports, world.params); }); };

  SUBCASE("a header without work") {
    // The whole chain from 60 on is forged: links and hashes fit, the proof of work does not.
    std::vector<bitcoin::Header> forged;
    bitcoin::Header header = bitcoin::Header::parse(
        from_hex(world.chain->call("getblockheader", {world.block_at(60), false}).get<std::string>()));
    do {
      ++header.nonce;
    } while (bitcoin::meets_target(header, bitcoin::chain_params(bitcoin::Chain::regtest)));
    rpc->change = [hash = header.hash().display()](const std::string& method, const Json& params,
                                                   Json& result) {
      if (method == "getblockhash" && params[0] == 60) result = hash;
    };
    auto truth = rpc->truth;
    struct Forger : net::Rpc {
      std::shared_ptr<net::Rpc> below;
      bitcoin::Header header;
      Json call(const std::string& method, Json params) override {
        if (method == "getblockheader" && params[0] == header.hash().display())
          return to_hex(header.serialize());
        return below->call(method, params);
      }
    };
    auto forger = std::make_shared<Forger>();
    forger->below = truth;
    forger->header = header;
    rpc->truth = forger;
    CHECK(code() == "node.garbage");
  }
  SUBCASE("a block that lacks a transaction") {
    rpc->change = [&](const std::string& method, const Json& params, Json& result) {
      if (method != "getblock" || params[0] != world.block_at(111)) return;
      auto block = bitcoin::Block::parse(from_hex(result.get<std::string>()));
      block.transactions.pop_back();
      result = to_hex(block.serialize());
    };
    CHECK(code() == "node.garbage");
  }
  SUBCASE("a block whose transactions are doubled to the same merkle root") {
    world.pay(world.custody.script_pubkey(), 100'000);
    world.pay(world.custody.script_pubkey(), 100'000);
    world.mine(1);
    rpc->change = [&](const std::string& method, const Json& params, Json& result) {
      if (method != "getblock" || params[0] != world.block_at(112)) return;
      auto block = bitcoin::Block::parse(from_hex(result.get<std::string>()));
      REQUIRE(block.transactions.size() == 3);
      block.transactions.push_back(block.transactions[2]);
      result = to_hex(block.serialize());
    };
    CHECK(code() == "node.garbage");
  }
  SUBCASE("headers of the future") {
    ports->time = 1'600'000'000;
    CHECK(code() == "node.garbage");
  }
  CHECK(error_exit([&] { sync(*ports, world.params); }) == Exit::unreachable);
  for (const auto& event : store::EventStore(ports->database()).live()) CHECK(event.height == 111);
  CHECK(store::WatchStore(ports->database()).position().value_or(store::ScanPosition{}).height < 112);
  rpc->change = nullptr;
  rpc->truth = world.chain;
  ports->time = 1'700'000'000;
  CHECK(sync(*ports, world.params).events.size() >= 1);
}

TEST_CASE("a mainnet chain begins at an anchor, and is checked in full after it" * needs_vectors) {
  auto file = vectors_path("chain/mainnet-headers-832000-833096.bin");
  Bytes data = read_file(file);
  auto header_at = [&](std::uint32_t height) {
    return bitcoin::Header::parse(ByteView(data).subspan((height - 832'000) * 80, 80));
  };
  std::uint32_t tip = 833'096;
  std::map<std::string, std::uint32_t> heights;
  for (std::uint32_t height = 832'000; height <= tip; ++height)
    heights[header_at(height).hash().display()] = height;
  FakeRpc rpc;
  rpc.methods["getblockcount"] = [&](const Json&) { return Json(tip); };
  rpc.methods["getbestblockhash"] = [&](const Json&) { return Json(header_at(tip).hash().display()); };
  rpc.methods["getblockhash"] = [&](const Json& p) { return Json(header_at(p[0]).hash().display()); };
  rpc.methods["getblockheader"] = [&](const Json& p) {
    return Json(to_hex(header_at(heights.at(p[0])).serialize()));
  };
  TempDirectory directory;
  store::Database database(directory.path() / "pegkit.sqlite");
  net::BitcoinNode node(std::shared_ptr<net::Rpc>(&rpc, [](net::Rpc*) {}));
  services::HeaderSync sync(database, node, bitcoin::chain_params(bitcoin::Chain::main), 1'800'000'000);
  sync.begin(832'700, false);
  store::HeaderStore headers(database);
  CHECK(headers.best_tip()->height == 832'608);
  CHECK(headers.count() == 12);
  auto outcome = sync.run({}, [] { return false; });
  CHECK_FALSE(outcome.node_behind);
  CHECK(headers.best_tip()->hash == header_at(tip).hash());
  CHECK(headers.best_tip()->work > headers.best_at(832'608)->work);
}

TEST_CASE("where a chain begins") {
  using services::HeaderSync;
  CHECK(HeaderSync::anchor_height(500'000, bitcoin::chain_params(bitcoin::Chain::regtest)) == 0);
  const auto& main = bitcoin::chain_params(bitcoin::Chain::main);
  CHECK(HeaderSync::anchor_height(0, main) == 0);
  CHECK(HeaderSync::anchor_height(2016, main) == 0);
  CHECK(HeaderSync::anchor_height(2017, main) == 2016);
  CHECK(HeaderSync::anchor_height(840'000, main) == 838'656);
}
