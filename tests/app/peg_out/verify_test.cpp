#include <doctest/doctest.h>

#include "app/peg_out/commands.hpp"
#include "support/fast_exit_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;

/// A custodian who is shown payouts of a bridge that waits for epochs, with a copy of the proofs and its own
/// data directory. Epoch 4, of withdrawals 0 and 1, is proven; epoch 5, of withdrawal 2, is not committed.
struct World : FastExitWorld {
  TempDirectory own;
  Json verdict;

  World() { commit_proven(4); }

  Exit verify(const std::string& input, const Values& values) {
    auto seat = party(own.path());
    seat->input = input;
    Values all = values;
    all.emplace_back("--custody", "custody.json");
    Exit out = run(app::peg_out::verify_command, *seat, all);
    verdict = seat->last();
    CHECK(document_type(verdict) == "verdict");
    CHECK(verdict["valid"] == (out == Exit::ok));
    return out;
  }
  /// Why a custodian would not sign; empty when it would.
  std::string reason(const Json& document, const Values& values) {
    return verify(document.dump(), values) == Exit::ok ? "" : verdict["reason"].get<std::string>();
  }
  std::string reason(const Json& document) { return reason(document, by_proof()); }

  /// A plan as a coordinator could change it before it shows it.
  static Json changed(const Json& plan, const std::function<void(bitcoin::Transaction&)>& change) {
    auto document = bridge::PsbtDocument::parse(plan, bridge::Derive::stated);
    change(document.psbt.tx);
    document.psbt.outputs.resize(document.psbt.tx.outputs.size());
    Json out = document.to_json();
    for (const char* derived : {"txid", "fee_sat"}) out.erase(derived);
    return out;
  }
  /// The plan with other withdrawals named in its record, which stay in the document's notes as they were.
  Json naming(const Json& plan, const std::vector<std::uint32_t>& ids) const {
    return changed(plan, [&](bitcoin::Transaction& tx) {
      tx.outputs.back().script_pubkey = bridge::record_script(params.magic, bridge::PayoutRecord{ids});
    });
  }
};

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("peg-out verify: an honest batch, before it is signed, signed, as a transaction, and paid") {
  World world;
  Json plan = world.batch(world.by_proof());
  REQUIRE(plan["withdrawals"] == Json{0, 1});
  CHECK(world.reason(plan) == "");
  CHECK(world.verdict["txid"] == plan["txid"]);
  CHECK(world.verdict["withdrawals"] == Json{0, 1});
  CHECK(world.verdict["proven"] == Json{0, 1});
  CHECK(world.verify(plan["psbt"].get<std::string>(), world.by_proof()) == Exit::ok);

  Json signed_psbt = world.sign(plan);
  CHECK(world.reason(signed_psbt) == "");
  Json tx = world.operate([](FakePorts& seat) { return run(app::peg_out::finalize_command, seat); },
                          signed_psbt.dump());
  CHECK(world.reason(tx) == "");
  world.operate([](FakePorts& seat) { return run(app::peg_out::send_command, seat); }, tx.dump());
  CHECK(world.reason(tx) == "");
  world.mine(static_cast<int>(ProvenWorld::window));
  CHECK(world.reason(tx, world.by_window()) == "");
  CHECK(world.verdict["proven"] == Json::array());
}

TEST_CASE("peg-out verify: whoever signs finds out for itself what is settled") {
  World world;
  Json plan = world.batch(world.by_proof());
  CHECK(world.reason(plan, world.by_window()) ==
        "withdrawal 0 is not settled: epoch 4 is not proven and 1 of 6 blocks old");
  CHECK_FALSE(world.verdict.contains("proven"));
  // A custodian ignores the notes that the coordinator writes into the document.
  Json praised = plan;
  praised["proven"] = {0, 1};
  world.write(4, "garbage");
  CHECK(contains(world.reason(praised), "withdrawal 0 is not settled: epoch 4 is not proven"));
  CHECK(error_exit([&] { world.verify(plan.dump(), {{"--params", "params.json"}}); }) == Exit::usage);

  // Taken away by a reorganisation, and back.
  world.mine(static_cast<int>(ProvenWorld::window) - 1);
  CHECK(world.reason(plan) == "");
  for (int i = 0; i < static_cast<int>(ProvenWorld::window); ++i)
    world.chain->call("invalidateblock", {world.block_at(world.height())});
  std::string address = *bitcoin::script_address(BridgeWorld::script_of(78), bitcoin::Chain::regtest);
  for (int i = 0; i <= static_cast<int>(ProvenWorld::window); ++i)
    world.chain->call("generateblock", {address, Json::array()});
  CHECK(world.reason(plan) == "withdrawal 0 is not settled: epoch 4 is not committed yet");
  world.mine(static_cast<int>(ProvenWorld::window));
  CHECK(world.reason(plan) == "");

  // A commitment to what the layer 2 does not have.
  world.fork = 1;
  CHECK(contains(world.reason(plan), "is not settled: epoch 4 comes after one that is not settled"));
}

TEST_CASE("peg-out verify: outputs that the layer 2 did not ask for") {
  World world;
  Json plan = world.batch(world.by_proof());
  auto output = [&](std::size_t i, const std::function<void(bitcoin::TxOut&)>& change) {
    return world.reason(World::changed(plan, [&](bitcoin::Transaction& tx) { change(tx.outputs.at(i)); }));
  };
  auto elsewhere = [](bitcoin::TxOut& out) { out.script_pubkey = BridgeWorld::script_of(66); };
  CHECK(output(0, elsewhere) == "withdrawal 0 asks for another script or amount");
  CHECK(output(1, elsewhere) == "withdrawal 1 asks for another script or amount");
  CHECK(output(1, [](bitcoin::TxOut& out) { out.value -= Sat(1); }) ==
        "withdrawal 1 asks for another script or amount");
  CHECK(output(0, [](bitcoin::TxOut& out) { out.value += Sat(1); }) ==
        "withdrawal 0 asks for another script or amount");
  // The change, a further output, and no record at all.
  CHECK(output(2, elsewhere) == "output 2 pays neither a withdrawal nor the custody");
  CHECK(world.reason(World::changed(plan, [](bitcoin::Transaction& tx) {
    tx.outputs.at(2).value -= Sat(1000);
    tx.outputs.insert(tx.outputs.end() - 1, {Sat(1000), BridgeWorld::script_of(66)});
  })) == "output 3 pays neither a withdrawal nor the custody");
  CHECK(output(3, elsewhere) == "the transaction is no payout of this bridge");

  // Other withdrawals than the notes say: one not settled, one not final, one that nobody requested.
  CHECK(world.reason(world.naming(plan, {0})) == "output 1 pays neither a withdrawal nor the custody");
  CHECK(world.reason(world.naming(plan, {0, 2})) == "withdrawal 2 asks for another script or amount");
  CHECK(world.reason(world.naming(plan, {1, 7})) == "withdrawal 1 asks for another script or amount");
  CHECK(world.reason(world.naming(plan, {0, 7})) == "the layer 2 has no withdrawal 7");
  world.layer2->withdraw(BridgeWorld::script_of(67), 100'000);
  CHECK(world.reason(world.naming(plan, {0, 3})) == "withdrawal 3 is not final on the layer 2");
  CHECK(world.reason(plan) == "");
  CHECK(error_exit([&] { world.verify("{}", world.by_proof()); }) == Exit::input);
}

TEST_CASE("peg-out verify: a withdrawal of an epoch that is not settled, and one that is paid already") {
  World world;
  world.mine(static_cast<int>(ProvenWorld::window));
  Json plan = world.batch(world.by_proof(), {{"--max", "1"}});
  REQUIRE(plan["withdrawals"] == Json{0});
  bridge::Withdrawal late = world.layer2->withdrawals.at(2);
  Json ahead = World::changed(world.naming(plan, {2}), [&](bitcoin::Transaction& tx) {
    tx.outputs[0] = {late.amount, late.script};
  });
  CHECK(world.reason(ahead) == "withdrawal 2 is not settled: epoch 5 is not committed yet");

  // Another payout of it: in the mempool and in a block. The plan spends another coin.
  world.pay(world.custody.script_pubkey(), 3'000'000);
  world.mine(1);
  Json tx = world.operate([](FakePorts& seat) { return run(app::peg_out::finalize_command, seat); },
                          world.sign(plan).dump());
  world.operate([](FakePorts& seat) { return run(app::peg_out::send_command, seat); }, tx.dump());
  bitcoin::OutPoint other{world.pay(world.custody.script_pubkey(), 500'000), 0};
  Json twice = World::changed(plan, [&](bitcoin::Transaction& again) { again.inputs.at(0).prevout = other; });
  CHECK(contains(world.reason(twice), "withdrawal 0 is about to be paid by"));
  world.mine(1);
  CHECK(contains(world.reason(twice), "withdrawal 0 is paid by"));
  CHECK(world.reason(tx) == "");

  // A custodian that never heard of the coins which paid it sees that something did.
  auto stranger = world.party();
  stranger->files["custody.json"] = BridgeWorld::make_custody(30).to_json().dump();
  std::string shown = World::changed(twice, [&](bitcoin::Transaction& again) {
                        again.outputs.erase(again.outputs.begin() + 1);
                      }).dump();
  Values values = world.by_proof();
  values.emplace_back("--custody", "custody.json");
  stranger->input = shown;
  CHECK(run(app::peg_out::verify_command, *stranger, values) == Exit::no);
  CHECK(contains(stranger->last()["reason"], "looks like a payout of withdrawal 0"));
  values.emplace_back("--ignore", tx["txid"]);
  stranger->input = shown;
  CHECK(run(app::peg_out::verify_command, *stranger, values) == Exit::ok);
}

TEST_CASE("peg-out verify: a bridge without state proofs needs no thread") {
  BridgeWorld world;
  TempDirectory directory, own;
  world.pay(world.custody.script_pubkey(), 3'000'000);
  world.mine(1);
  world.layer2->withdraw(BridgeWorld::script_of(50), 1'000'000);
  world.layer2->tip += 2;
  Values values = {{"--params", "params.json"}, {"--custody", "custody.json"}};
  auto coordinator = world.ports(directory.path());
  Values batch = values;
  batch.emplace_back("--signers", "0,1");
  run(app::peg_out::batch_command, *coordinator, batch);
  auto custodian = world.ports(own.path());
  custodian->input = coordinator->last().dump();
  CHECK(run(app::peg_out::verify_command, *custodian, values) == Exit::ok);
  CHECK_FALSE(custodian->last().contains("proven"));
  values.emplace_back("--thread", std::string(64, '1'));
  custodian->input = coordinator->last().dump();
  CHECK(error_exit([&] { run(app::peg_out::verify_command, *custodian, values); }) == Exit::usage);
}
