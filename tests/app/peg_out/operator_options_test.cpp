// Options of an operator's commands that the plain course does not need.

#include <doctest/doctest.h>

#include "app/challenge/commands.hpp"
#include "app/peg_in/commands.hpp"
#include "app/peg_out/commands.hpp"
#include "base/files.hpp"
#include "support/liar.hpp"
#include "support/operator_seat.hpp"

using namespace pegkit;
using namespace pegkit::test;

TEST_CASE("prove --mint finds the lock by the deposit's graph") {
  OptimisticWorld world;
  std::string funded_in = world.block_at(world.height() - 1);
  TempDirectory folder;
  auto ports = world.party(OptimisticWorld::operator_seed, folder.path());
  ports->files["deposit.json"] = world.deposit.to_json(bitcoin::Chain::regtest).dump();
  FakeOptions::Values values = {{"--params", "params.json"},
                                {"--deposit", "deposit.json"},
                                {"--mint", ""},
                                {"--block", funded_in},
                                {"--graph", "graph.json"}};
  auto code = [&] { return error_code([&] { run(app::peg_in::prove_command, *ports, values); }); };
  CHECK(code() == "usage");
  values.push_back({"--sequencer-keys", "sequencer.json"});
  CHECK(code() == "deposit.unlocked");
  world.lock();
  CHECK(code() == "");
  auto mint = bridge::Mint::parse(ports->last());
  CHECK(mint.outpoint == world.deposit.funding->outpoint);
  CHECK(mint.amount == world.deposit.funding->amount);
  CHECK(mint.recipient == world.deposit.recipient());
  values.push_back({"--lock", world.graph().lock().tx.txid().display()});
  CHECK(code() == "usage");
}

TEST_CASE("one-time keys of a seed of their own, and asserts that nobody asked for") {
  OptimisticWorld world;
  crypto::SecretKey seed = secret_of(52);
  Operator op{world, OptimisticWorld::operator_seed, world.make_graph(world.operator_key, seed)};
  std::string file = (op.folder->path() / "seed.json").string();
  create_secret_file(file, crypto::keyfile::make(seed).view());
  auto with_seed = sending({{"--ots-key-file", file}});
  make_claimable(world, op);
  CHECK(op.code(app::peg_out::kickoff_command, broadcast) == "ots.seed");
  CHECK(op.run(app::peg_out::kickoff_command, with_seed).at("kind") == "kickoff");
  world.mine(1);

  CHECK(op.run(app::challenge::assert_command, with_seed).at("reason") == "nobody has challenged the claim");
  CHECK(op.code(app::challenge::assert_command, sending({{"--anyway", ""}})) == "ots.seed");
  with_seed.push_back({"--anyway", ""});
  CHECK(op.code(app::challenge::assert_command, with_seed) == "coins.split");
  world.mine(1);
  op.run(app::challenge::assert_command, with_seed);
  CHECK(op.printed.size() == op.document->graph.parts());
  world.mine(1);
  CHECK(op.run(app::challenge::assert_command, with_seed).at("reason") == "every part is confirmed");
  world.mine(3);
  CHECK(op.run(app::peg_out::take_command, broadcast).at("kind") == "take-fast");
}

TEST_CASE("a withdrawal is not paid while a rival claims its deposit, and is once the rival lost its bond") {
  OptimisticWorld world;
  Liar rival{world};
  Operator op{world, OptimisticWorld::rival_seed, world.make_graph(secret_of(OptimisticWorld::rival_seed))};
  world.ask_withdrawal();
  world.lock();
  world.fund(OptimisticWorld::rival_seed, {9'500'000});
  std::string file = (op.folder->path() / "rival.json").string();
  write_file_atomic(file, as_bytes(world.graph_document->to_json().dump()));
  auto guarded = sending({{"--id", "0"}, {"--rival", file}});

  // It says that it paid, and did not.
  auto unpaid = world.make_payment(rival.honest_outputs());
  world.mine(2);
  world.send(rival.kickoff(rival.trace(rival.inputs(unpaid))));
  CHECK(op.code(app::peg_out::payout_command, guarded) == "deposit.claimed");
  CHECK(error_exit([&] { op.run(app::peg_out::payout_command, guarded); }) == Exit::refused);
  world.mine(1);
  CHECK(op.code(app::peg_out::payout_command, guarded) == "deposit.claimed");
  world.mine(11);
  world.send(world.signed_graph().assert_timeout(0, OptimisticWorld::script_of(92), FeeRate::per_vb(2)));
  CHECK(op.code(app::peg_out::payout_command, guarded) == "deposit.claimed");
  world.mine(1);
  CHECK(op.run(app::peg_out::payout_command, guarded).at("kind") == "payout");
}
