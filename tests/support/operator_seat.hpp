#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/peg_out/commands.hpp"
#include "support/optimistic_world.hpp"

namespace pegkit::test {

/// Simulates a kill: an exception that no command catches. The effects before it remain.
struct Killed {};

/// A node whose caller dies just before or just after a call of one method.
struct KillingRpc : net::Rpc {
  std::shared_ptr<net::Rpc> node;
  std::string method;
  bool after = false;
  Json call(const std::string& asked, Json params) override {
    if (asked != method) return node->call(asked, std::move(params));
    if (after) node->call(asked, std::move(params));
    throw Killed{};
  }
};

/// An operator and its data directory; every command is a process of its own.
struct Operator {
  OptimisticWorld& world;
  std::uint8_t seed = OptimisticWorld::operator_seed;
  std::shared_ptr<const optimistic::GraphDocument> document = world.graph_document;
  std::unique_ptr<TempDirectory> folder = std::make_unique<TempDirectory>();
  std::vector<Json> printed;  ///< by the last command

  std::unique_ptr<FakePorts> ports() {
    auto out = world.party(seed, folder->path());
    out->files["graph.json"] = document->to_json().dump();
    return out;
  }
  Json run(app::CommandFactory make, FakeOptions::Values more = {}) {
    auto at = ports();
    at->out = [this](const Json& one) { printed.push_back(one); };
    printed.clear();
    test::run(make, *at, OptimisticWorld::options(std::move(more)));
    return at->last();
  }
  std::string code(app::CommandFactory make, FakeOptions::Values more = {}) {
    return error_code([&] { run(make, std::move(more)); });
  }
  void killed(app::CommandFactory make, const std::string& method, bool after, FakeOptions::Values more) {
    auto at = ports();
    auto rpc = std::make_shared<KillingRpc>();
    rpc->node = world.chain;
    rpc->method = method;
    rpc->after = after;
    at->node_rpc = rpc;
    CHECK_THROWS_AS(test::run(make, *at, OptimisticWorld::options(std::move(more))), Killed);
  }
};

inline const FakeOptions::Values broadcast = {{"--broadcast", ""}};
inline FakeOptions::Values sending(FakeOptions::Values more) {
  more.push_back({"--broadcast", ""});
  return more;
}
inline const FakeOptions::Values pay = sending({{"--id", "0"}});

inline bitcoin::Txid txid_in(const Json& document) {
  return bitcoin::Txid::from_display(document.at("txid").get<std::string>());
}
inline bitcoin::Transaction mempool_tx(OptimisticWorld& world, const bitcoin::Txid& txid) {
  return bitcoin::Transaction::parse(
      from_hex(world.chain->call("getrawtransaction", {txid.display()}).get<std::string>()));
}

/// Withdrawal asked for, deposit locked, operator with coins, payout buried, root signed.
inline void make_payable(OptimisticWorld& world) {
  world.ask_withdrawal();
  world.lock();
  world.fund(OptimisticWorld::operator_seed, {9'500'000, 3'000'000});
}
inline void make_claimable(OptimisticWorld& world, Operator& op) {
  make_payable(world);
  op.run(app::peg_out::payout_command, pay);
  world.mine(3);
  world.commit(1, world.root_of(1));
}
inline std::uint32_t start(OptimisticWorld& world, Operator& op) {
  make_claimable(world, op);
  op.run(app::peg_out::kickoff_command, broadcast);
  world.mine(1);
  return world.height();
}

}  // namespace pegkit::test
