#include "app/peg_out/unstake.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>

#include "app/peg_out/commands.hpp"
#include "support/operator_seat.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// Mines until the stake can be taken back in `left` blocks.
void age_stake(OptimisticWorld& world, std::uint32_t left) {
  auto coin = world.chain->call("gettxout", {world.graph().stake().txid.display(), 0});
  auto have = coin.at("confirmations").get<std::uint32_t>();
  world.mine(static_cast<int>(optimistic::Graph::stake_blocks - have - left));
}
Sat stake_value(const OptimisticWorld& world) {
  return world.graph().stake_output().value;
}

}  // namespace

TEST_CASE("an unused stake goes home when its time has come, once, to where its operator says") {
  OptimisticWorld world;
  Operator op{world};
  // No signer has signed yet.
  auto bare = std::make_shared<optimistic::GraphDocument>(*world.graph_document);
  std::ranges::fill(bare->signatures, std::nullopt);
  op.document = bare;
  world.ask_withdrawal();
  world.lock();
  CHECK(op.code(app::peg_out::unstake_command, broadcast) == "stake.window");
  age_stake(world, 1);
  CHECK_THROWS_WITH_AS(op.run(app::peg_out::unstake_command, broadcast),
                       "the stake can be returned in 1 block", Error);
  CHECK(error_exit([&] { op.run(app::peg_out::unstake_command, broadcast); }) == Exit::not_ready);
  world.mine(1);
  Operator other{world, 51};
  CHECK(other.code(app::peg_out::unstake_command, broadcast) == "key.mismatch");

  // Anybody may send the printed transaction, so this stake backs no claim until the plan is given up.
  Json printed = op.run(app::peg_out::unstake_command);
  CHECK(printed.at("kind") == "unstake");
  CHECK(world.chain->call("getrawmempool").empty());
  CHECK(op.run(app::peg_out::unstake_command).at("txid") == printed.at("txid"));
  op.document = world.graph_document;
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "stake.returns");
  CHECK(op.code(app::peg_out::payout_command, pay) == "stake.returns");
  {
    auto ports = op.ports();
    test::run(app::peg_out::drop_command, *ports, {{"--txid", printed.at("txid").get<std::string>()}});
  }
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "payout.absent");

  // Killed before the network saw it: the same transaction again.
  op.killed(app::peg_out::unstake_command, "sendrawtransaction", false, broadcast);
  CHECK(world.chain->call("getrawmempool").empty());
  Json sent = op.run(app::peg_out::unstake_command, broadcast);
  auto first = mempool_tx(world, txid_in(sent));
  CHECK(sent.at("kind") == "unstake");
  CHECK(first.inputs[0].sequence == 4320);
  CHECK(first.outputs.size() == 1);
  CHECK(first.outputs[0].script_pubkey == optimistic::operator_script(world.graph().inputs().operator_key));
  CHECK(first.outputs[0].value + Sat(sent.at("fee_sat").get<std::int64_t>()) == stake_value(world));
  CHECK(op.run(app::peg_out::unstake_command, broadcast).at("already") == true);

  // More, and elsewhere.
  std::string address = *bitcoin::script_address(OptimisticWorld::script_of(91), bitcoin::Chain::regtest);
  Json raised = op.run(app::peg_out::unstake_command, sending({{"--to", address}, {"--fee-rate", "20"}}));
  auto second = mempool_tx(world, txid_in(raised));
  CHECK_FALSE(world.in_mempool(first.txid()));
  CHECK(second.outputs[0].script_pubkey == OptimisticWorld::script_of(91));
  CHECK(op.run(app::peg_out::unstake_command, sending({{"--fee-rate", "3"}})).at("already") == true);
  // From a lost disk too.
  op.folder = std::make_unique<TempDirectory>();
  CHECK(txid_in(op.run(app::peg_out::unstake_command, broadcast)) == second.txid());
  world.mine(1);
  Json home = op.run(app::peg_out::unstake_command, broadcast);
  CHECK(home.at("already") == true);
  CHECK(txid_in(home) == second.txid());
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "stake.spent");
}

TEST_CASE("a stake stays where it is once a kickoff was signed, by database, record or chain") {
  OptimisticWorld world;
  Operator op{world};
  make_claimable(world, op);
  auto kickoff = bridge::TransactionDocument::parse(op.run(app::peg_out::kickoff_command)).tx;
  CHECK(op.code(app::peg_out::unstake_command, broadcast) == "kickoff.signed");
  CHECK(error_exit([&] { op.run(app::peg_out::unstake_command, broadcast); }) == Exit::refused);
  auto old = std::move(op.folder);
  op.folder = std::make_unique<TempDirectory>();
  std::filesystem::copy(old->path() / "ots-record", op.folder->path() / "ots-record");
  CHECK(op.code(app::peg_out::unstake_command, broadcast) == "kickoff.signed");
  op.folder = std::make_unique<TempDirectory>();
  CHECK(op.code(app::peg_out::unstake_command, broadcast) == "stake.window");
  world.send(kickoff);
  CHECK(op.code(app::peg_out::unstake_command, broadcast) == "kickoff.made");
}
