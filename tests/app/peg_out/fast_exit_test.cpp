#include <doctest/doctest.h>

#include "app/peg_out/commands.hpp"
#include "app/proven_thread_options.hpp"
#include "app/watch_chain/commands.hpp"
#include "bridge/psbt_document.hpp"
#include "services/layer2/settled_epochs.hpp"
#include "support/fast_exit_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;
using World = FastExitWorld;
using Ids = std::vector<int>;
using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("fast exit: a proven epoch is paid at once, the others when their window is over") {
  World world;
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(world.exit == Exit::no);
  CHECK(world.heard("withdrawal 0 is left out: epoch 4 is not committed yet"));
  CHECK(world.list(world.by_proof()) == Lines{"4 no", "4 no", "5 no"});

  world.commit_proven(4);
  world.commit(5);
  world.mine(1);
  CHECK(world.list(world.by_proof()) == Lines{"4 proven", "4 proven", "5 no"});
  CHECK(world.heard("withdrawal 2 is not settled: epoch 5 is not proven and 1 of 6 blocks old"));
  CHECK(world.list(world.by_window()) == Lines{"4 no", "4 no", "5 no"});
  CHECK(world.would_pay(world.by_window()).empty());
  CHECK(world.heard("withdrawal 0 is left out: epoch 4 is not proven and 2 of 6 blocks old"));

  Json plan = world.batch(world.by_proof());
  CHECK(plan["withdrawals"] == Json{0, 1});
  CHECK(plan["proven"] == Json{0, 1});
  CHECK(world.heard("by proof, before the challenge window is over, this pays withdrawals 0, 1"));
  CHECK(world.heard("withdrawal 2 is left out: epoch 5 is not proven and 1 of 6 blocks old"));
  // As it is, until it is sent.
  CHECK(world.batch(world.by_proof()) == plan);

  // The note goes with it through the rounds.
  Json signed_psbt = world.sign(plan);
  CHECK(signed_psbt["proven"] == Json{0, 1});
  Json tx = world.operate([](FakePorts& seat) { return run(app::peg_out::finalize_command, seat); },
                          signed_psbt.dump());
  CHECK(tx["proven"] == Json{0, 1});
  world.operate([](FakePorts& seat) { return run(app::peg_out::send_command, seat); }, tx.dump());
  world.mine(1);
  CHECK(world.batch(world.by_proof())["already"] == true);
  CHECK(world.list(world.by_proof()) == Lines{"4 proven", "4 proven", "5 no"});

  // Epoch 5 stood in one block, then two.
  world.mine(3);
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(world.heard("epoch 5 is not proven and 5 of 6 blocks old"));
  world.mine(1);
  CHECK(world.list(world.by_proof()) == Lines{"4 window", "4 window", "5 window"});
  CHECK(world.list(world.by_window()) == Lines{"4 window", "4 window", "5 window"});
  plan = world.batch(world.by_window());
  CHECK(plan["withdrawals"] == Json{2});
  CHECK_FALSE(plan.contains("proven"));
}

TEST_CASE("fast exit: what was published late, wrongly or not at all") {
  World world;
  proofs::ZirenProof proof = world.proof_of(4);
  world.commit(4, world.offer(proof));
  world.mine(1);
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(
      world.heard("withdrawal 1 is left out: epoch 4 is not proven and 1 of 6 blocks old: its proof is not "
                  "published"));
  world.publish(4, world.proof_of(4));
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(world.heard("its proof is not valid: the published proof has the hash"));
  world.write(4, "garbage");
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(world.heard("its proof is not valid: what is published is no proof"));
  world.write(4, std::string(services::max_proof_file + 1, '0'));
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(world.heard("longer than"));
  world.publish(4, proof);
  CHECK(world.would_pay(world.by_proof()) == Ids{0, 1});

  // Deep enough, nobody looks at the proof any more.
  world.mine(static_cast<int>(ProvenWorld::window) - 1);
  world.write(4, "garbage");
  CHECK(world.would_pay(world.by_proof()) == Ids{0, 1});
  CHECK(world.list(world.by_proof()) == Lines{"4 window", "4 window", "5 no"});
}

TEST_CASE("fast exit: a proof settles nothing while the epoch before is not settled") {
  World world;
  world.commit(4);
  world.mine(1);
  world.commit_proven(5);
  CHECK(world.list(world.by_proof()) == Lines{"4 no", "4 no", "5 no"});
  CHECK(world.heard(
      "epoch 5 comes after one that is not settled: epoch 4 is not proven and 2 of 6 blocks old"));
  world.mine(4);
  CHECK(world.list(world.by_proof()) == Lines{"4 window", "4 window", "5 proven"});
  Json plan = world.batch(world.by_proof());
  CHECK(plan["withdrawals"] == Json{0, 1, 2});
  CHECK(plan["proven"] == Json{2});
  CHECK(world.heard("this pays withdrawal 2"));
}

TEST_CASE("fast exit: two commitments in one block, one in the mempool") {
  World world;
  world.layer2->tip = 52;
  proofs::ZirenProof fourth = world.proof_of(4);
  world.commit(4, world.offer(fourth));
  world.publish(4, fourth);
  CHECK(world.list(world.by_proof()) == Lines{"4 no", "4 no", "5 no"});
  CHECK(world.heard("epoch 4 is not committed yet"));
  world.mine(1);
  CHECK(world.list(world.by_proof()) == Lines{"4 proven", "4 proven", "5 no"});
}

TEST_CASE("fast exit: a reorganisation takes a proven commitment, and what was planned on it") {
  World world;
  std::string txid = world.commit_proven(4);
  Json plan = world.batch(world.by_proof());
  CHECK(plan["proven"] == Json{0, 1});
  world.reorganise();
  REQUIRE(world.in_mempool(bitcoin::Txid::from_display(txid)));
  CHECK(world.list(world.by_proof()) == Lines{"4 no", "4 no", "5 no"});
  CHECK(world.batch_error(world.by_proof()) == "withdrawal.unsettled");
  CHECK(world.batch_exit(world.by_proof()) == Exit::not_ready);
  CHECK(world.batch_exit(world.by_proof(), {{"--check", ""}}) == Exit::not_ready);
  // After it is given up, the batch is planned again only when the commitment is back.
  world.operate([&](FakePorts& seat) {
    return run(app::peg_out::drop_command, seat, {{"--txid", plan["txid"].get<std::string>()}});
  });
  CHECK(world.batch(world.by_proof())["already"] == true);
  world.mine(1);
  CHECK(world.batch(world.by_proof())["withdrawals"] == Json{0, 1});
}

TEST_CASE("fast exit: a plan whose proof is altered, or gone, after it was checked is not for signing") {
  World world;
  world.commit_proven(4);
  Json plan;
  SUBCASE("") {
    plan = world.batch(world.by_proof());
  }
  SUBCASE("killed once the plan is on the disk") {
    auto seat = world.party(world.directory.path());
    seat->out = [](const Json&) { throw std::runtime_error("killed"); };
    Values values = world.by_proof();
    values.insert(values.end(), {{"--custody", "custody.json"}, {"--signers", "0,1"}, {"--fee-rate", "3"}});
    CHECK_THROWS_AS(run(app::peg_out::batch_command, *seat, values), std::runtime_error);
    seat->close();
    plan = world.batch(world.by_proof());
    CHECK(world.heard("the batch planned before still waits for its signatures"));
  }
  REQUIRE(plan["proven"] == Json{0, 1});
  std::filesystem::path published = world.published.path() / "4.json";
  auto unsettled = [&](const Values& values) {
    CHECK(world.batch_exit(values) == Exit::not_ready);
    return world.batch_error(values) == "withdrawal.unsettled";
  };
  std::filesystem::rename(published, world.published.path() / "kept");
  CHECK(unsettled(world.by_proof()));
  world.publish(4, world.proof_of(4));
  CHECK(unsettled(world.by_proof()));
  CHECK(unsettled(world.by_window()));
  std::filesystem::rename(world.published.path() / "kept", published);
  CHECK(world.batch(world.by_proof()) == plan);
  // The layer 2 takes back what it had asked for.
  for (std::uint64_t tip : {41, 30}) {
    world.layer2->tip = tip;
    CHECK(unsettled(world.by_proof()));
  }
}

TEST_CASE("fast exit: a commitment that is replaced before it is in a block takes its proof with it") {
  World world;
  proofs::ZirenProof first = world.proof_of(4), second = world.proof_of(4);
  world.commit(4, world.offer(first));
  world.publish(4, first);
  Values dearer = world.offer(second);
  dearer.insert(dearer.end(), {{"--bump", ""}, {"--fee-rate", "9"}});
  world.commit(4, dearer);
  world.mine(1);
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(world.heard("its proof is not valid: the published proof has the hash"));
  world.publish(4, second);
  CHECK(world.would_pay(world.by_proof()) == Ids{0, 1});
}

TEST_CASE("fast exit: a plan that was never sent is not bumped past its epoch") {
  World world;
  world.commit_proven(4);
  Json plan = world.batch(world.by_proof());
  Values values = {{"--txid", plan["txid"].get<std::string>()}, {"--fee-rate", "9"}};
  auto bump = [&] {
    return world.operate([&](FakePorts& seat) { return run(app::peg_out::bump_command, seat, values); });
  };
  CHECK(error_code(bump) == "tx.unsent");
  CHECK(error_exit(bump) == Exit::refused);
  Json tx = world.operate([](FakePorts& seat) { return run(app::peg_out::finalize_command, seat); },
                          world.sign(plan).dump());
  // Sent by another machine.
  std::string raw = tx["tx"];
  world.chain->call("sendrawtransaction", {raw});
  CHECK(bump()["withdrawals"] == Json{0, 1});
  CHECK_FALSE(bump().contains("proven"));
  // Sent from here, and lost by the mempool.
  world.operate([](FakePorts& seat) { return run(app::peg_out::send_command, seat); }, tx.dump());
  CHECK(bump()["withdrawals"] == Json{0, 1});
}

TEST_CASE("fast exit: without state proofs a plan is bumped whether it was sent or not") {
  BridgeWorld world;
  TempDirectory directory;
  world.pay(world.custody.script_pubkey(), 3'000'000);
  world.mine(1);
  world.layer2->withdraw(BridgeWorld::script_of(50), 1'000'000);
  world.layer2->tip += 2;
  auto ports = world.ports(directory.path());
  run(app::peg_out::batch_command, *ports,
      {{"--params", "params.json"},
       {"--custody", "custody.json"},
       {"--signers", "0,1"},
       {"--fee-rate", "3"}});
  std::string txid = ports->last().at("txid");
  CHECK(run(app::peg_out::bump_command, *ports, {{"--txid", txid}, {"--fee-rate", "9"}}) == Exit::ok);
  CHECK(ports->last()["withdrawals"] == Json{0});
}

TEST_CASE("fast exit: a layer 2 that changes its chain between two answers is believed in neither") {
  World world;
  world.commit_proven(4);
  // Withdrawals of one history, and then the state roots of the other, which are the committed ones.
  auto number = world.layer2->methods["eth_blockNumber"];
  int asked = 0;
  world.layer2->methods["eth_blockNumber"] = [&](const Json& params) {
    world.fork = asked++ == 0 ? 1 : 0;
    return number(params);
  };
  CHECK(world.batch_error(world.by_proof()) == "l2.moving");
  asked = 0;
  CHECK(world.batch_exit(world.by_window()) == Exit::not_ready);
  asked = 0;
  CHECK(error_code([&] {
          run(app::peg_out::list_command, *world.party(world.directory.path()), world.by_proof());
        }) == "l2.moving");
  asked = 1;
  CHECK(world.would_pay(world.by_proof()) == Ids{0, 1});
  // Another endpoint answers in between, of another chain.
  auto chain_id = world.layer2->methods["eth_chainId"];
  int named = 0;
  world.layer2->methods["eth_chainId"] = [&](const Json& params) {
    return named++ == 0 ? chain_id(params) : Json("0x1");
  };
  CHECK(world.batch_error(world.by_proof()) == "l2.chain_mismatch");
  world.layer2->methods["eth_chainId"] = chain_id;
  // While nothing is final there is no block to come back to.
  world.fork = 1;
  world.layer2->methods["eth_blockNumber"] = number;
  world.layer2->tip = 1;
  CHECK(world.batch(world.by_proof())["already"] == true);
}

TEST_CASE("fast exit: a sequencer that commits garbage is stopped from that epoch on, loudly") {
  World world;
  world.commit_proven(4);
  // It proves a transition from the last state to one that the layer 2 does not have.
  ByteArray<32> garbage{};
  garbage.fill(0xbb);
  proofs::ZirenProof proof = world.prover.prove(world.epoch_root(4), garbage);
  Values values = world.offer(proof);
  values.insert(values.end(), {{"--unchecked", ""}, {"--state-root", to_hex(garbage)}});
  world.commit(5, values);
  world.publish(5, proof);
  world.mine(1);
  proofs::ZirenProof next = world.prover.prove(garbage, world.epoch_root(6));
  world.commit(6, world.offer(next));
  world.publish(6, next);
  world.mine(1);
  CHECK(world.list(world.by_proof()) == Lines{"4 proven", "4 proven", "5 no"});
  CHECK(world.heard("nothing from that epoch on is settled: epoch 5 is committed with state root bbbb"));
  CHECK(world.would_pay(world.by_proof()) == Ids{0, 1});
  world.mine(20);
  CHECK(world.list(world.by_proof()) == Lines{"4 window", "4 window", "5 no"});
  CHECK(world.would_pay(world.by_window()) == Ids{0, 1});

  // Another layer 2 than the one that was committed: nothing at all.
  world.fork = 1;
  CHECK(world.would_pay(world.by_proof()).empty());
  CHECK(world.heard("nothing from that epoch on is settled: epoch 3 is committed"));
}

TEST_CASE("fast exit: an epoch that the layer 2 has not ended is not settled by a commitment") {
  World world;
  world.commit_proven(4);
  world.mine(10);
  world.layer2->tip = 41;
  CHECK(world.list(world.by_proof()) == Lines{"4 no", "4 no", "5 no"});
  CHECK(world.heard("epoch 4 is committed, but its block is not final on the layer 2"));
  CHECK_FALSE(world.heard("nothing from that epoch on"));
  world.layer2->tip = 42;
  CHECK(world.list(world.by_proof()) == Lines{"4 window", "4 window", "5 no"});
  // It shows blocks above its own tip.
  world.layer2->tip = 39;
  world.layer2->methods["eth_getBlockByNumber"] = [&](const Json& asked) -> Json {
    std::string root = "0x" + to_hex(world.state_root(std::stoull(asked[0].get<std::string>(), nullptr, 16)));
    return {{"number", asked[0]}, {"hash", root}, {"stateRoot", root}, {"timestamp", "0x1"}};
  };
  CHECK(world.list(world.by_proof()) == Lines{"4 no"});
}

TEST_CASE("fast exit: a thread that has ended, and withdrawals from before it began") {
  World world(false);
  // Transactions that spend the thread's coin: no commitment, a skipped epoch, a repeated one, an earlier
  // one.
  std::optional<std::uint32_t> epoch;
  SUBCASE("") {}
  SUBCASE("") {
    epoch = 5;
  }
  SUBCASE("") {
    epoch = 3;
  }
  SUBCASE("") {
    epoch = 2;
  }
  world.layer2->tip = 11;
  world.layer2->withdraw(BridgeWorld::script_of(60), 100'000);
  world.layer2->tip = 30;
  world.layer2->withdraw(BridgeWorld::script_of(61), 100'000);
  world.layer2->tip = 44;
  CHECK(world.list(world.by_proof()) == Lines{"3 window", "4 no"});

  world.end_thread(epoch);
  world.mine(1);
  CHECK(world.list(world.by_proof()) == Lines{"3 window", "4 no"});
  CHECK(std::ranges::any_of(
      world.said, [](const std::string& one) { return one.starts_with("the thread has ended: "); }));
  CHECK(world.would_pay(world.by_proof()) == Ids{0});
  CHECK(world.heard("withdrawal 1 is left out: epoch 4 is not committed, and the thread has ended"));
}

TEST_CASE("fast exit: options, and bridges that do not wait") {
  World world;
  CHECK(world.batch_exit({{"--params", "params.json"}}) == Exit::usage);
  auto message = [&](const Values& values) {
    try {
      world.batch(values);
    } catch (const Error& e) {
      return e.message();
    }
    return std::string();
  };
  CHECK(message({{"--params", "params.json"}}) ==
        "withdrawals of this bridge wait for their epochs' commitments: --thread is needed");
  Values half = world.by_window();
  half.emplace_back("--vk", "vk.bin");
  CHECK(world.batch_exit(half) == Exit::usage);
  CHECK(message(half) == "--proofs and --vk go together");
  Values nowhere = half;
  nowhere.emplace_back("--proofs", "/nonexistent/folder");
  CHECK(world.batch_exit(nowhere) == Exit::usage);
  CHECK(world.batch_error({{"--params", "params.json"}, {"--thread", std::string(64, '1')}}) ==
        "thread.unknown");

  // A list without a thread is what it was.
  auto seat = world.party(world.directory.path());
  run(app::peg_out::list_command, *seat, {{"--params", "params.json"}});
  CHECK_FALSE(seat->last().contains("settled"));
  Values folder_alone = {
      {"--params", "params.json"}, {"--proofs", world.published.path().string()}, {"--vk", "vk.bin"}};
  CHECK(error_exit([&] { run(app::peg_out::list_command, *seat, folder_alone); }) == Exit::usage);

  SUBCASE("another verifying key") {
    seat->files["vk.bin"] = "another key";
    CHECK(error_code([&] { run(app::peg_out::list_command, *seat, world.by_proof()); }) == "vk.differs");
  }
  SUBCASE("without proofs in the parameters all is as it was") {
    BridgeWorld plain;
    TempDirectory directory;
    auto ports = plain.ports(directory.path());
    CHECK(run(app::peg_out::list_command, *ports, {{"--params", "params.json"}}) == Exit::ok);
    Values values = {{"--params", "params.json"}, {"--thread", world.thread}};
    CHECK(error_exit([&] { run(app::peg_out::list_command, *ports, values); }) == Exit::usage);
    values.insert(values.end(), {{"--custody", "custody.json"}, {"--signers", "0,1"}});
    CHECK(error_exit([&] { run(app::peg_out::batch_command, *ports, values); }) == Exit::usage);
    values.erase(values.begin() + 1);
    CHECK(run(app::peg_out::batch_command, *ports, values) == Exit::ok);
  }
}

TEST_CASE("fast exit: in optimistic mode windows decide") {
  bridge::Params params = ProvenWorld().params;
  params.challenge = bridge::Params::Challenge();
  CHECK_FALSE(services::waits_for_epochs(params));
  FakePorts ports;
  app::ProvenThreadOptions none, some;
  CHECK_FALSE(app::thread_to_settle(ports, params, none, app::Need::required));
  FakeOptions options({{"--thread", std::string(64, '1')}});
  some.declare(options);
  CHECK(error_exit([&] { app::thread_to_settle(ports, params, some, app::Need::optional); }) == Exit::usage);
}

TEST_CASE("the proven withdrawals of a payout document are some of those that it pays, ascending") {
  World world;
  world.commit_proven(4);
  Json plan = world.batch(world.by_proof());
  auto code = [&](const Json& proven) {
    Json changed = plan;
    changed["proven"] = proven;
    return error_code([&] { bridge::PsbtDocument::parse(changed); });
  };
  CHECK(code({0, 1}) == "");
  CHECK(code({1}) == "");
  CHECK(code(Json::array()) == "");
  CHECK(code({2}) == "document.proven");
  CHECK(code({1, 0}) == "document.proven");
  CHECK(code({0, 0}) == "document.proven");
  CHECK(code({-1}) == "json.range");
  CHECK(code("0") == "json.type");
  plan.erase("withdrawals");
  CHECK(error_code([&] { bridge::PsbtDocument::parse(plan); }) == "document.proven");
}
