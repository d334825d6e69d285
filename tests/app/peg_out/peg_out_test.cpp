#include <doctest/doctest.h>

#include "app/peg_out/commands.hpp"
#include "app/watch_chain/commands.hpp"
#include "services/send/sender.hpp"
#include "store/watch_store.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;

/// An operator that pays from the world's custody.
struct Operator {
  BridgeWorld& world;
  std::filesystem::path directory;
  std::vector<std::string> said;

  Json command(const std::function<Exit(FakePorts&)>& run, const std::string& input = "") {
    auto ports = world.ports(directory);
    ports->input = input;
    last_exit = run(*ports);
    said = ports->said;
    return ports->printed.empty() ? Json() : ports->last();
  }
  Json batch(Values more = {}) {
    Values values = {{"--params", "params.json"}, {"--custody", "custody.json"}, {"--signers", "0,1"}};
    values.insert(values.end(), more.begin(), more.end());
    return command([&](FakePorts& ports) { return run(app::peg_out::batch_command, ports, values); });
  }
  Json send(const Json& document) {
    return command([&](FakePorts& ports) { return run(app::peg_out::send_command, ports); }, document.dump());
  }
  Json finalize(const Json& document) {
    return command([&](FakePorts& ports) { return run(app::peg_out::finalize_command, ports); },
                   document.dump());
  }
  Json status() {
    return command([&](FakePorts& ports) { return run(app::watch_chain::status_command, ports); });
  }
  std::map<int, std::string> states() {
    auto ports = world.ports(directory);
    run(app::peg_out::list_command, *ports, {{"--params", "params.json"}});
    std::map<int, std::string> out;
    for (const Json& line : ports->printed) out[line["id"]] = line["state"];
    return out;
  }
  void lose_database() {
    for (const auto& entry : std::filesystem::directory_iterator(directory))
      std::filesystem::remove(entry.path());
  }
  Exit last_exit = Exit::ok;
};

/// A custody with two coins, and two final withdrawals.
struct Funded {
  BridgeWorld world;
  TempDirectory directory;
  Operator op{world, directory.path(), {}};
  Funded() {
    world.pay(world.custody.script_pubkey(), 3'000'000);
    world.pay(world.custody.script_pubkey(), 3'000'000);
    world.mine(1);
    world.layer2->withdraw(BridgeWorld::script_of(50), 1'000'000);
    world.layer2->withdraw(BridgeWorld::script_of(51), 700'000);
    world.layer2->tip += 2;
  }
};

std::vector<int> ids(const Json& document) {
  return document.at("withdrawals").get<std::vector<int>>();
}

}  // namespace

TEST_CASE("withdrawals are listed, batched, signed, sent and paid") {
  Funded f;
  f.world.layer2->withdraw(BridgeWorld::script_of(52), 5'000);
  f.op.batch({{"--check", ""}});
  CHECK(f.op.states() == std::map<int, std::string>{{0, "requested"}, {1, "requested"}, {2, "immature"}});

  Json plan = f.op.batch();
  CHECK(plan["type"] == "pegkit/psbt");
  CHECK(plan["kind"] == "payout");
  CHECK(ids(plan) == std::vector{0, 1});
  CHECK(f.op.batch() == plan);
  CHECK(f.op.states()[0] == "planned");

  Json signed_psbt = f.world.sign(plan);
  Json tx = f.op.finalize(signed_psbt);
  CHECK(tx["txid"] == plan["txid"]);
  CHECK(tx["vsize"] == plan["vsize"]);
  CHECK(tx["fee_sat"] == plan["fee_sat"]);
  Json sent = f.op.send(tx);
  CHECK_FALSE(sent.contains("already"));
  CHECK(sent["txid"] == plan["txid"]);
  CHECK(f.op.send(tx)["already"] == true);
  CHECK(f.op.send(signed_psbt)["already"] == true);
  CHECK(f.op.states()[1] == "sent");
  CHECK(f.op.status()["intents"][0]["reason"] == "in the mempool");

  f.world.mine(1);
  CHECK(f.op.states() == std::map<int, std::string>{{0, "paid"}, {1, "paid"}, {2, "immature"}});
  CHECK(f.op.status()["intents"][0]["reason"] == "1 of 3 confirmations");
  CHECK(f.op.send(tx)["confirmations"] == 1);
  CHECK(f.op.batch()["already"] == true);
  f.op.batch({{"--check", ""}});
  CHECK(f.op.last_exit == Exit::no);
  f.world.mine(2);
  CHECK(f.op.batch()["already"] == true);
  CHECK(f.op.status()["intents"].empty());
  CHECK(f.op.status()["payouts"] == 1);
}

TEST_CASE("nothing is paid twice when the database is lost") {
  Funded f;
  Json plan = f.op.batch();
  Json tx = f.op.finalize(f.world.sign(plan));
  f.op.send(tx);

  SUBCASE("while the payout is in the mempool") {
    f.op.lose_database();
    CHECK(f.op.batch()["already"] == true);
    CHECK(f.op.states()[0] == "sent");
    CHECK(f.op.status()["intents"][0]["txid"] == plan["txid"]);
    f.world.layer2->withdraw(BridgeWorld::script_of(53), 40'000);
    f.world.layer2->tip += 2;
    Json next = f.op.batch();
    CHECK(ids(next) == std::vector{2});
    f.op.send(f.world.sign(next));
    f.world.mine(1);
    CHECK(f.op.states() == std::map<int, std::string>{{0, "paid"}, {1, "paid"}, {2, "paid"}});
  }
  SUBCASE("after it is confirmed") {
    f.world.mine(1);
    f.op.lose_database();
    CHECK(f.op.batch()["already"] == true);
    CHECK(f.op.states()[0] == "paid");
  }
  SUBCASE("and another batch of the same withdrawals was signed meanwhile") {
    TempDirectory elsewhere;
    f.world.chain->call(
        "generateblock",
        {*bitcoin::script_address(BridgeWorld::script_of(77), bitcoin::Chain::regtest), Json::array()});
    // A plan over the other coin, as a machine makes it that saw neither chain nor mempool.
    auto custody_coin = [&](std::size_t i) {
      auto ports = f.world.ports(f.directory.path());
      return store::WatchStore(ports->database()).coins().at(i);
    };
    auto used = bitcoin::Transaction::from_hex(tx["tx"].get<std::string>()).inputs.at(0).prevout;
    auto other = custody_coin(0).outpoint == used ? custody_coin(1) : custody_coin(0);
    auto payout = bridge::plan_payout({f.world.custody,
                                       bridge::SpendPath::leaf({0, 1}),
                                       {{other.outpoint, other.output, other.height, nullptr}},
                                       f.world.layer2->withdrawals,
                                       FeeRate::per_vb(5)},
                                      f.world.params);
    bridge::PsbtDocument second;
    second.psbt = payout.psbt;
    second.spend = bridge::SpendPath::leaf({0, 1});
    second.custody = f.world.custody;
    Json second_signed = f.world.sign(second.to_json());
    CHECK(error_code([&] { f.op.send(second_signed); }) == "withdrawal.pending");
    f.op.lose_database();
    f.op.batch();
    CHECK(error_exit([&] { f.op.send(second_signed); }) == Exit::refused);
    f.world.mine(1);
    CHECK(error_code([&] { f.op.send(second_signed); }) == "withdrawal.paid");
  }
}

TEST_CASE("a payout from a deposit whose document was lost with the database is not made again") {
  BridgeWorld world;
  TempDirectory directory;
  Operator op{world, directory.path(), {}};
  auto deposit = world.make_deposit(9);
  world.pay(deposit.script_pubkey(), 2'000'000);
  world.mine(1);
  world.layer2->withdraw(BridgeWorld::script_of(50), 1'900'000);
  world.layer2->tip += 2;
  op.command([&](FakePorts& ports) {
    ports.files["deposits"] = deposit.to_json().dump();
    return run(app::watch_chain::init_command, ports,
               {{"--params", "params.json"}, {"--custody", "custody.json"}, {"--deposits", "deposits"}});
  });
  Json tx = op.finalize(world.sign(op.batch()));
  op.send(tx);

  SUBCASE("in the mempool") {
    op.lose_database();
    CHECK(op.batch()["already"] == true);
    CHECK(op.states()[0] == "sent");
  }
  SUBCASE("confirmed") {
    world.mine(1);
    op.lose_database();
    world.pay(world.custody.script_pubkey(), 5'000'000);
    world.mine(1);
    CHECK(op.batch()["already"] == true);
    CHECK(op.states()[0] == "unclear");
    CHECK(ids(op.batch({{"--ignore", tx["txid"]}, {"--check", ""}})) == std::vector{0});
    op.command([&](FakePorts& ports) {
      ports.input = deposit.to_json().dump();
      return run(app::watch_chain::watch_command, ports);
    });
    op.batch();
    CHECK(op.states()[0] == "paid");
  }
}

TEST_CASE("batches: held withdrawals and coins, --max, --new, dust, drop") {
  Funded f;
  f.world.layer2->withdraw(bitcoin::p2pkh_script(secret_of(5).public_key()), 400);  // dust there
  f.world.layer2->tip += 2;
  Json first = f.op.batch({{"--max", "1"}});
  CHECK(ids(first) == std::vector{0});
  Json second = f.op.batch({{"--new", ""}});
  CHECK(ids(second) == std::vector{1});
  CHECK(f.op.batch({{"--new", ""}})["already"] == true);
  f.world.layer2->withdraw(BridgeWorld::script_of(54), 10'000);
  f.world.layer2->tip += 2;
  CHECK(error_code([&] { f.op.batch({{"--new", ""}}); }) == "funds.short");

  Values drop = {{"--txid", second["txid"]}};
  f.op.command([&](FakePorts& ports) { return run(app::peg_out::drop_command, ports, drop); });
  Json third = f.op.batch({{"--new", ""}});
  CHECK(ids(third) == std::vector{1, 3});
  f.op.send(f.world.sign(first));
  CHECK(error_code([&] {
          f.op.command([&](FakePorts& ports) {
            return run(app::peg_out::drop_command, ports, {{"--txid", first["txid"]}});
          });
        }) == "tx.sent");
}

TEST_CASE("fees: estimate between floor and cap, a rate above the cap is refused") {
  Funded f;
  CHECK(error_code([&] { f.op.batch({{"--fee-rate", "101"}}); }) == "fee.rate");
  CHECK(error_code([&] { f.op.batch({{"--path", "key"}}); }) != "");
  Json plan = f.op.batch({{"--fee-rate", "7"}});
  CHECK(plan["fee_sat"] == 7 * plan["vsize"].get<int>());
}

TEST_CASE("bump replaces a payout that is stuck") {
  Funded f;
  Json plan = f.op.batch({{"--fee-rate", "2"}});
  f.op.send(f.world.sign(plan));
  auto bump = [&](Values more = {}) {
    Values values = {{"--txid", plan["txid"]}};
    values.insert(values.end(), more.begin(), more.end());
    return f.op.command([&](FakePorts& ports) { return run(app::peg_out::bump_command, ports, values); });
  };
  CHECK(error_code([&] { bump({{"--fee-rate", "2"}}); }) == "bump.rate");
  Json next = bump({{"--fee-rate", "20"}});
  CHECK(ids(next) == ids(plan));
  CHECK(next["txid"] != plan["txid"]);
  CHECK(bump() == next);
  CHECK(f.op.batch()["already"] == true);  // a replacement is no batch to be signed first

  f.op.send(f.world.sign(next));
  CHECK(f.world.in_mempool(bitcoin::Txid::from_display(next["txid"].get<std::string>())));
  CHECK_FALSE(f.world.in_mempool(bitcoin::Txid::from_display(plan["txid"].get<std::string>())));
  Json intents = f.op.status()["intents"];
  REQUIRE(intents.size() == 1);
  CHECK(intents[0]["replaces"] == plan["txid"]);
  CHECK(error_code([&] { bump(); }) == "tx.replaced");
  f.world.mine(1);
  plan = next;
  CHECK(bump()["already"] == true);
}

TEST_CASE("a bump survives a lost database") {
  Funded f;
  Json plan = f.op.batch({{"--fee-rate", "2"}});
  f.op.send(f.world.sign(plan));
  f.op.lose_database();
  Json next = f.op.command([&](FakePorts& ports) {
    return run(app::peg_out::bump_command, ports,
               {{"--params", "params.json"},
                {"--custody", "custody.json"},
                {"--txid", plan["txid"]},
                {"--signers", "0,1"}});
  });
  CHECK(ids(next) == std::vector{0, 1});
  CHECK_FALSE(f.op.send(f.world.sign(next)).contains("already"));
}

TEST_CASE("rotation moves every coin, is resumable, and sweeps what arrives later") {
  Funded f;
  auto next = BridgeWorld::make_custody(20);
  auto rotate = [&](const bridge::Custody& to, Values more = {}) {
    auto ports = f.world.ports(f.directory.path());
    ports->files["to.json"] = to.to_json().dump();
    Values values = {{"--params", "params.json"},
                     {"--custody", "custody.json"},
                     {"--to", "to.json"},
                     {"--signers", "0,1"}};
    values.insert(values.end(), more.begin(), more.end());
    f.op.last_exit = run(app::peg_out::rotate_command, *ports, values);
    return ports->printed;
  };
  auto deposit = f.world.make_deposit(5);
  f.op.command([&](FakePorts& ports) {
    ports.input = deposit.to_json().dump();
    return run(app::watch_chain::watch_command, ports, {{"--params", "params.json"}});
  });
  bitcoin::OutPoint funded{f.world.pay(deposit.script_pubkey(), 500'000), 0};
  f.world.mine(1);

  // Until it is minted a deposit is its depositor's.
  f.world.layer2->unminted = {funded};
  CHECK(rotate(f.world.custody)[0]["already"] == true);
  f.world.layer2->unminted.clear();
  auto sweep = rotate(f.world.custody);
  REQUIRE(sweep.size() == 1);
  CHECK(sweep[0]["kind"] == "rotation");
  f.op.send(f.world.sign(sweep[0]));
  f.world.mine(1);
  CHECK(rotate(f.world.custody)[0]["already"] == true);

  auto moves = rotate(next);
  REQUIRE(moves.size() == 1);
  auto psbt = bitcoin::Psbt::from_base64(moves[0]["psbt"].get<std::string>());
  CHECK(psbt.tx.inputs.size() == 3);
  CHECK(psbt.tx.outputs.size() == 1);
  CHECK(rotate(next) == moves);
  f.world.pay(f.world.custody.script_pubkey(), 90'000);
  f.world.mine(1);
  auto both = rotate(next);
  REQUIRE(both.size() == 2);
  CHECK(both[0] == moves[0]);
  for (const Json& move : both) f.op.send(f.world.sign(move));
  f.world.mine(3);
  rotate(next, {{"--check", ""}});
  CHECK(f.op.last_exit == Exit::no);

  // The new set pays on.
  f.op.command([&](FakePorts& ports) {
    ports.files["custody.json"] = next.to_json().dump();
    return run(app::peg_out::batch_command, ports, {{"--custody", "custody.json"}, {"--signers", "0,1"}});
  });
  CHECK(f.op.states()[0] == "planned");
}

TEST_CASE("a layer 2 that leaves a withdrawal out is noticed") {
  Funded f;
  f.world.layer2->hides = 1;
  CHECK(error_code([&] { f.op.batch(); }) == "l2.garbage");
  CHECK(error_exit([&] { f.op.states(); }) == Exit::unreachable);
  f.world.layer2->hides = 0;
  CHECK(error_code([&] { f.op.batch(); }) == "l2.garbage");
  f.world.layer2->hides.reset();
  f.world.layer2->params.layer2.chain_id = 5;
  CHECK(error_code([&] { f.op.batch(); }) == "l2.chain_mismatch");
}

TEST_CASE("what send refuses") {
  Funded f;
  Json plan = f.op.batch();
  CHECK(error_code([&] { f.op.send(plan); }) == "psbt.incomplete");
  CHECK(error_code([&] { f.op.send(Json::object()); }) != "");
  CHECK(error_exit([&] {
          f.op.command([](FakePorts& p) { return run(app::peg_out::send_command, p); }, "\x01\x02");
        }) == Exit::input);
  CHECK(error_exit([&] {
          f.op.command([](FakePorts& p) { return run(app::peg_out::send_command, p); }, "");
        }) == Exit::input);

  auto ports = f.world.ports(f.directory.path());
  ports->input = f.world.sign(plan).dump();
  ports->answer = false;
  CHECK(error_exit([&] { run(app::peg_out::send_command, *ports); }) == Exit::no);
  CHECK(f.op.states()[0] == "planned");
  ports->input = f.world.sign(plan).dump();
  ports->dry = true;
  run(app::peg_out::send_command, *ports);
  CHECK(ports->last()["dry_run"] == true);
  ports.reset();
  CHECK(f.op.states()[0] == "planned");

  bridge::Params other = f.world.params;
  other.payout_confirmations = 9;
  auto wrong = f.world.ports(f.directory.path());
  wrong->files["params.json"] = other.to_json().dump();
  CHECK(error_code([&] {
          run(app::peg_out::list_command, *wrong, {{"--params", "params.json"}});
        }) == "params.differ");
}
