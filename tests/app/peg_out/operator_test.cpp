#include <doctest/doctest.h>
#include <set>

#include "app/challenge/commands.hpp"
#include "app/peg_out/commands.hpp"
#include "bitcoin/script.hpp"
#include "optimistic/claim_trace.hpp"
#include "store/claim_store.hpp"
#include "store/ots_store.hpp"
#include "support/operator_seat.hpp"

using namespace pegkit;
using namespace pegkit::test;

TEST_CASE("an honest operator whom nobody challenges gets deposit and bond") {
  OptimisticWorld world;
  Operator op{world};
  world.ask_withdrawal();
  CHECK(op.code(app::peg_out::payout_command, pay) == "lock.unconfirmed");
  world.lock();
  CHECK(op.code(app::peg_out::payout_command, pay) == "funds.short");
  world.fund(OptimisticWorld::operator_seed, {5'000'000, 4'500'000});
  CHECK(op.code(app::peg_out::payout_command, pay) == "funds.short");  // no single coin
  world.fund(OptimisticWorld::operator_seed, {9'500'000, 500'000});
  CHECK(op.code(app::peg_out::payout_command, sending({{"--id", "1"}})) == "withdrawal.unknown");
  Json paid = op.run(app::peg_out::payout_command, pay);
  CHECK(paid.at("kind") == "payout");
  bitcoin::Transaction payout = mempool_tx(world, txid_in(paid));
  CHECK(payout.inputs.size() == 1);
  CHECK(payout.outputs.size() == 3);
  CHECK(payout.outputs[1] == bitcoin::TxOut{Sat(9'000'000), world.payee});

  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "payout.absent");
  world.mine(1);
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "payout.unburied");
  world.mine(2);
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "root.unsigned");
  world.commit(1, world.root_of(1));
  Json kickoff = op.run(app::peg_out::kickoff_command, broadcast);
  CHECK(txid_in(kickoff) == world.graph().kickoff().tx.txid());
  CHECK(kickoff.at("claim").at("epoch") == 1);
  CHECK(kickoff.at("claim").at("payout") == paid.at("txid"));
  CHECK(op.code(app::peg_out::take_command, broadcast) == "kickoff.unconfirmed");
  world.mine(1);
  CHECK(op.run(app::peg_out::kickoff_command, broadcast).at("already") == true);
  CHECK(op.code(app::peg_out::take_command, broadcast) == "take.window");
  world.mine(5);
  CHECK(op.run(app::peg_out::take_command, broadcast).at("kind") == "take-fast");
  CHECK(op.run(app::peg_out::take_command, broadcast).at("already") == true);
  world.mine(1);
  CHECK(op.run(app::peg_out::take_command, broadcast).at("already") == true);
  CHECK(op.run(app::peg_out::payout_command, pay).at("already") == true);
  CHECK(op.run(app::challenge::assert_command, broadcast).at("reason") == "the bond is spent by take-fast");
}

TEST_CASE("an honest operator who is challenged asserts every part and gets all, even from a lost disk") {
  OptimisticWorld world;
  Operator op{world};
  std::uint32_t started = start(world, op);
  CHECK(op.run(app::challenge::assert_command, broadcast).at("already") == true);
  bitcoin::Transaction challenge = world.challenge();
  world.send(challenge);
  CHECK(op.code(app::challenge::assert_command, broadcast) == "challenge.unconfirmed");
  world.mine(1);

  op.folder = std::make_unique<TempDirectory>();
  CHECK(op.code(app::challenge::assert_command, broadcast) == "coins.split");
  CHECK(op.printed.at(0).at("kind") == "split");
  CHECK(op.code(app::challenge::assert_command, broadcast) == "coins.split");
  CHECK(op.printed.empty());
  world.mine(1);
  CHECK(op.code(app::peg_out::take_command, broadcast) == "take.window");

  op.run(app::challenge::assert_command, broadcast);
  std::size_t parts = world.graph().parts();
  CHECK(op.printed.size() == parts);
  std::set<bitcoin::Txid> sent;
  for (const Json& one : op.printed) sent.insert(txid_in(one));
  CHECK(sent.size() == parts);
  for (const bitcoin::Txid& txid : sent) CHECK(world.in_mempool(txid));
  CHECK(op.run(app::challenge::assert_command, broadcast).at("already") == true);

  // A higher rate replaces every part that waits, with the coin that it has.
  op.run(app::challenge::assert_command, sending({{"--fee-rate", "2"}}));
  CHECK(op.printed.size() == parts);
  for (const Json& one : op.printed) CHECK_FALSE(sent.contains(txid_in(one)));
  for (const bitcoin::Txid& txid : sent) CHECK_FALSE(world.in_mempool(txid));
  world.mine(1);
  CHECK(op.run(app::challenge::assert_command, broadcast).at("reason") == "every part is confirmed");

  CHECK(op.code(app::peg_out::take_command, broadcast) == "take.window");
  world.mine(static_cast<int>(started + 18 - 1 - world.height()));
  Json take = op.run(app::peg_out::take_command, broadcast);
  CHECK(take.at("kind") == "take-final");
  world.mine(1);
  CHECK(op.run(app::peg_out::take_command, broadcast).at("already") == true);
}

TEST_CASE("a withdrawal that another operator pays is not paid again") {
  OptimisticWorld world;
  world.ask_withdrawal();
  world.lock();
  Operator op{world};
  Operator rival{world, OptimisticWorld::rival_seed,
                 world.make_graph(secret_of(OptimisticWorld::rival_seed))};
  world.fund(OptimisticWorld::operator_seed, {9'500'000});
  world.fund(OptimisticWorld::rival_seed, {9'500'000});
  rival.run(app::peg_out::payout_command, pay);
  CHECK(op.code(app::peg_out::payout_command, pay) == "withdrawal.pending");
  world.mine(1);
  CHECK(op.code(app::peg_out::payout_command, pay) == "withdrawal.paid");
  world.mine(2);
  world.commit(1, world.root_of(1));
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "payout.absent");
}

TEST_CASE("the operator whose deposit another one took gets the bond back") {
  OptimisticWorld world;
  Operator op{world};
  Operator rival{world, OptimisticWorld::rival_seed,
                 world.make_graph(secret_of(OptimisticWorld::rival_seed))};
  make_claimable(world, op);
  // Two operators paid the same withdrawal; the second one should have checked.
  auto rival_key = crypto::xonly(secret_of(OptimisticWorld::rival_seed).public_key());
  world.pay(optimistic::payout_outputs(world.params.magic, bridge::operator_tag(rival_key),
                                       world.layer2->withdrawals[0]));
  world.mine(3);
  rival.run(app::peg_out::kickoff_command, broadcast);
  op.run(app::peg_out::kickoff_command, broadcast);
  world.mine(1);
  std::uint32_t started = world.height();
  world.mine(5);
  rival.run(app::peg_out::take_command, broadcast);
  CHECK(op.code(app::peg_out::take_command, broadcast) == "deposit.contested");
  world.mine(3);
  CHECK(op.code(app::peg_out::take_command, broadcast) == "take.window");
  world.mine(static_cast<int>(started + 24 - 1 - world.height()));
  CHECK(op.run(app::peg_out::take_command, broadcast).at("kind") == "reclaim");
  world.mine(1);
  CHECK(op.run(app::peg_out::take_command, broadcast).at("already") == true);
}

TEST_CASE("a root that is not the layer 2's is no ground for a claim") {
  OptimisticWorld world;
  Operator op{world};
  make_payable(world);
  op.run(app::peg_out::payout_command, pay);
  world.mine(3);
  world.commit(1, world.root_of(0));
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "root.unsigned");
  // The next epoch's will do.
  world.layer2->tip = 10 + world.params.layer2.finality;
  world.commit(2, world.root_of(2));
  CHECK(op.run(app::peg_out::kickoff_command, broadcast).at("claim").at("epoch") == 2);
}

TEST_CASE("runs that are killed and started again pay once and say one thing") {
  OptimisticWorld world;
  Operator op{world};
  make_payable(world);
  op.killed(app::peg_out::payout_command, "testmempoolaccept", false, pay);
  op.killed(app::peg_out::payout_command, "sendrawtransaction", false, pay);
  CHECK(world.chain->call("getrawmempool").empty());
  // A richer wallet would choose another coin now, were the first one forgotten.
  world.fund(OptimisticWorld::operator_seed, {9'100'000});
  op.killed(app::peg_out::payout_command, "sendrawtransaction", true, pay);
  Json mempool = world.chain->call("getrawmempool");
  REQUIRE(mempool.size() == 1);
  Json again = op.run(app::peg_out::payout_command, pay);
  CHECK(again.at("already") == true);
  CHECK(again.at("txid") == mempool[0]);
  auto first = mempool_tx(world, txid_in(again));
  CHECK(first.outputs[2].value > Sat(400'000));

  // A replacement spends the same coin.
  Json raised = op.run(app::peg_out::payout_command, sending({{"--id", "0"}, {"--fee-rate", "20"}}));
  CHECK(txid_in(raised) != first.txid());
  CHECK(mempool_tx(world, txid_in(raised)).inputs[0].prevout == first.inputs[0].prevout);
  CHECK(world.chain->call("getrawmempool").size() == 1);
  world.mine(3);
  world.commit(1, world.root_of(1));

  op.killed(app::peg_out::kickoff_command, "testmempoolaccept", false, broadcast);
  auto records = [&] {
    auto ports = op.ports();
    return store::OtsStore(ports->database(), ports->directory() / "ots-record").records();
  };
  auto said = records();
  CHECK(said.size() == world.claim().layout().kickoff().size());
  op.killed(app::peg_out::kickoff_command, "sendrawtransaction", true, broadcast);
  // Another epoch is signed meanwhile, and the claim stays what it was.
  world.layer2->tip = 10 + world.params.layer2.finality;
  world.commit(0, world.root_of(0));
  CHECK(op.run(app::peg_out::kickoff_command, broadcast).at("already") == true);
  CHECK(records() == said);
  world.send(world.challenge());
  world.mine(1);
  CHECK(op.code(app::challenge::assert_command, broadcast) == "coins.split");
  world.mine(1);
  op.killed(app::challenge::assert_command, "sendrawtransaction", true, broadcast);
  op.run(app::challenge::assert_command, broadcast);
  CHECK(op.printed.size() == world.graph().parts() - 1);
  auto all = records();
  std::set<std::string> labels;
  for (const auto& record : all) labels.insert(record.label);
  CHECK(all.size() == labels.size());
  CHECK(all.size() == world.claim().program().values().size());
}

TEST_CASE("a payout that a reorganisation moved is asserted where it stands now") {
  OptimisticWorld world;
  Operator op{world};
  make_payable(world);
  op.run(app::peg_out::payout_command, pay);
  world.mine(3);
  std::uint32_t paid = world.height() - 2;
  world.commit(1, world.root_of(1));
  op.run(app::peg_out::kickoff_command, broadcast);
  auto trace = [&] {
    auto ports = op.ports();
    return store::ClaimStore(ports->database()).find(world.graph().kickoff().tx.txid())->trace;
  };
  auto before = trace();
  world.chain->call("invalidateblock", {world.block_at(paid)});
  world.mine(5);
  CHECK(op.run(app::peg_out::kickoff_command, broadcast).at("already") == true);
  world.send(world.challenge());
  world.mine(1);
  CHECK(op.code(app::challenge::assert_command, broadcast) == "coins.split");
  auto after = trace();
  CHECK(after != before);
  world.mine(1);
  op.run(app::challenge::assert_command, broadcast);
  CHECK(op.printed.size() == world.graph().parts());
  CHECK(trace() == after);
}

TEST_CASE("what pays too little by itself gets a child that pays, and a better one later") {
  OptimisticWorld world;
  Operator op{world};
  make_claimable(world, op);
  Json sent = op.run(app::peg_out::kickoff_command, sending({{"--fee-rate", "10"}}));
  CHECK(world.in_mempool(txid_in(sent)));
  auto child = bitcoin::Txid::from_display(sent.at("child").get<std::string>());
  CHECK(world.in_mempool(child));
  Json same = op.run(app::peg_out::kickoff_command, sending({{"--fee-rate", "9"}}));
  CHECK(same.at("child") == sent.at("child"));
  CHECK(same.at("already") == true);
  Json more = op.run(app::peg_out::kickoff_command, sending({{"--fee-rate", "20"}}));
  CHECK(more.at("child_fee_sat") > sent.at("child_fee_sat"));
  CHECK_FALSE(world.in_mempool(child));
  world.mine(1);
  CHECK(world.chain->call("getrawmempool").empty());
  CHECK(op.run(app::peg_out::kickoff_command, sending({{"--fee-rate", "50"}})).at("already") == true);
}

TEST_CASE("without --broadcast a transaction is printed, and remembered where it binds") {
  OptimisticWorld world;
  Operator op{world};
  make_payable(world);
  Json printed = op.run(app::peg_out::payout_command, {{"--id", "0"}});
  CHECK(printed.at("type") == "pegkit/transaction");
  CHECK(world.chain->call("getrawmempool").empty());
  world.fund(OptimisticWorld::operator_seed, {9'100'000});
  CHECK(op.run(app::peg_out::payout_command, {{"--id", "0"}}).at("txid") == printed.at("txid"));
  CHECK(op.run(app::peg_out::payout_command, pay).at("txid") == printed.at("txid"));
  world.mine(3);
  world.commit(1, world.root_of(1));
  Json kickoff = op.run(app::peg_out::kickoff_command);
  auto tx = bridge::TransactionDocument::parse(kickoff).tx;
  CHECK(tx.txid() == world.graph().kickoff().tx.txid());
  world.send(tx);
  CHECK(op.run(app::peg_out::take_command, {{"--only", "take-final"}}).at("txid") ==
        world.graph().take_final().tx.txid().display());
  CHECK(op.code(app::peg_out::take_command, sending({{"--only", "take-final"}})) == "usage");
  Operator other{world, 51};
  CHECK(other.code(app::peg_out::take_command, broadcast) == "kickoff.unconfirmed");
  CHECK(other.code(app::peg_out::kickoff_command, broadcast) == "key.mismatch");
}
