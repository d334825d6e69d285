#include <doctest/doctest.h>

#include "app/commit_state/commands.hpp"
#include "bridge/commitment.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keyfile.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "support/bridge_fixture.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using test::error_code;
using test::error_exit;
using test::run;

namespace {

constexpr std::uint8_t sequencer_seed = 50;

/// A bridge with a sequencer, and a layer 2 whose block n has a state root of its own.
struct World : test::BridgeWorld {
  std::uint8_t fork = 0;  ///< the layer 2's history, in every state root
  crypto::SecretKey key = test::secret_of(sequencer_seed);
  bitcoin::Script own = bridge::key_script(crypto::xonly(key.public_key()));
  std::unique_ptr<test::FakePorts> seat = ports();

  World() {
    layer2->tip = 302;
    layer2->show_blocks([this](std::uint64_t number) { return state_root(number); });
    sit(*seat);
  }
  void sit(test::FakePorts& at) const {
    auto content = crypto::keyfile::make(key);
    at.key = std::string(as_text(content.view()));
  }
  ByteArray<32> state_root(std::uint64_t number) const {
    ByteArray<32> out{};
    out[0] = fork;
    for (int i = 0; i < 8; ++i) out[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return out;
  }

  bitcoin::OutPoint fund(std::int64_t amount = 100'000) {
    bitcoin::Txid txid = pay(own, amount);
    mine(1);
    return {txid, 0};
  }
  Json build(test::FakeOptions::Values values = {}) {
    values.emplace_back("--params", "params.json");
    Exit exit = run(app::commit_state::build_command, *seat, values);
    CHECK(exit == Exit::ok);
    return seat->last();
  }
  Json send(const Json& document) {
    seat->input = document.dump();
    Exit exit = run(app::commit_state::send_command, *seat, {{"--params", "params.json"}});
    CHECK(exit == Exit::ok);
    return seat->last();
  }
  /// Builds, sends and mines the next commitment; its txid.
  std::string commit(const std::string& thread) {
    test::FakeOptions::Values values;
    if (!thread.empty()) values.emplace_back("--thread", thread);
    Json sent = send(build(values));
    mine(1);
    return sent.at("txid");
  }
  std::vector<bridge::Commitment> list(const std::string& thread) {
    std::size_t before = seat->printed.size();
    Exit exit =
        run(app::commit_state::list_command, *seat, {{"--thread", thread}, {"--params", "params.json"}});
    CHECK(exit == Exit::ok);
    std::vector<bridge::Commitment> out;
    for (std::size_t i = before; i < seat->printed.size(); ++i)
      out.push_back(bridge::Commitment::parse(seat->printed[i]));
    return out;
  }
  Exit verify(const std::string& thread) {
    return run(app::commit_state::verify_command, *seat, {{"--thread", thread}, {"--params", "params.json"}});
  }
  std::string build_error(test::FakeOptions::Values values) {
    return error_code([&] { build(values); });
  }
  Exit build_exit(test::FakeOptions::Values values) {
    return error_exit([&] { build(values); });
  }
};

std::vector<std::uint32_t> epochs(const std::vector<bridge::Commitment>& commitments) {
  std::vector<std::uint32_t> out;
  for (const auto& one : commitments) out.push_back(one.record.epoch);
  return out;
}

bitcoin::Transaction tx_of(const Json& document) {
  return bridge::TransactionDocument::parse(document).tx;
}

}  // namespace

TEST_CASE("commit-state: the life of a thread") {
  World world;
  CHECK(world.build_error({}) == "funds.short");
  world.fund(50'000);
  bitcoin::OutPoint larger = world.fund(100'000);

  // The first: the largest coin, the newest final epoch; sent once however often it is run.
  Json first = world.build();
  CHECK(first.at("kind") == "commitment");
  CHECK(tx_of(first).inputs.at(0).prevout == larger);
  auto record = bridge::commitment_record(world.params.magic, tx_of(first));
  REQUIRE(record);
  CHECK(record->epoch == 3);
  CHECK(record->state_root == world.state_root(300));
  Json sent = world.send(first);
  std::string thread = sent.at("txid");
  CHECK_FALSE(sent.contains("already"));
  CHECK(world.seat->questions.size() == 1);
  CHECK(world.send(first).at("already") == true);
  Json again = world.build();
  CHECK(again.at("already") == true);
  CHECK(again.at("txid") == thread);
  CHECK(again.at("height") == 0);
  CHECK(world.send(again).at("already") == true);
  CHECK(world.build_error({{"--thread", thread}}) == "thread.unconfirmed");
  CHECK(world.build_exit({{"--epoch", "4"}}) == Exit::not_ready);
  world.mine(1);
  CHECK(world.build().at("txid") == thread);
  CHECK(world.build_exit({{"--epoch", "4"}}) == Exit::refused);
  CHECK(epochs(world.list(thread)) == std::vector<std::uint32_t>{3});

  // The next one waits for the layer 2.
  CHECK(world.build_error({{"--thread", thread}}) == "l2.not_final");
  world.layer2->tip = 401;
  CHECK(world.build_exit({{"--thread", thread}}) == Exit::not_ready);
  world.layer2->tip = 402;
  CHECK(world.build_error({{"--thread", thread}, {"--epoch", "5"}}) == "epoch.order");
  CHECK(world.build_exit({{"--thread", thread}, {"--state-root", std::string(64, '1')}}) == Exit::refused);
  Json second = world.build({{"--thread", thread}, {"--proof-hash", std::string(64, '2')}});
  CHECK(tx_of(second).inputs.at(0).prevout.txid.display() == thread);
  CHECK(bridge::commitment_record(world.params.magic, tx_of(second))->proof_hash[31] == 0x22);
  world.send(second);
  CHECK(world.build({{"--thread", thread}}).at("already") == true);
  CHECK(world.build_exit({{"--thread", thread}, {"--proof-hash", std::string(64, '3')}}) == Exit::refused);
  world.mine(1);
  CHECK(world.build({{"--thread", thread}, {"--epoch", "3"}}).at("txid") == thread);

  for (int epoch = 5; epoch < 8; ++epoch) {
    world.layer2->tip += 100;
    world.commit(thread);
  }
  auto commitments = world.list(thread);
  CHECK(epochs(commitments) == std::vector<std::uint32_t>{3, 4, 5, 6, 7});
  CHECK(world.verify(thread) == Exit::ok);
  CHECK(world.seat->last().at("commitments") == 5);
  // Another party, with a database of its own and no key.
  auto other = world.ports();
  Exit exit =
      run(app::commit_state::verify_command, *other, {{"--thread", thread}, {"--params", "params.json"}});
  CHECK(exit == Exit::ok);
  CHECK(other->last().at("last_epoch") == 7);
  // One that was told of the sequencer too late.
  auto late = world.ports();
  services::Watcher(*late, world.params).sync_to_tip();
  services::watch_thread_script(*late, world.own, world.height() + 1);
  exit = run(app::commit_state::verify_command, *late, {{"--thread", thread}, {"--params", "params.json"}});
  CHECK(exit == Exit::ok);
  CHECK(error_code([&] {
          run(app::commit_state::list_command, *other,
              {{"--thread", std::string(64, 'a')}, {"--params", "params.json"}});
        }) == "thread.unknown");
}

TEST_CASE("commit-state: a reorganisation takes a commitment away") {
  World world;
  world.fund();
  std::string thread = world.commit("");
  world.layer2->tip = 402;
  world.commit(thread);
  world.layer2->tip = 502;
  std::string gone = world.commit(thread);
  REQUIRE(world.list(thread).size() == 3);

  auto leave = [&] {
    std::string block = world.block_at(world.height());
    world.chain->call("invalidateblock", {block});
    std::string address = *bitcoin::script_address(world.script_of(78), bitcoin::Chain::regtest);
    for (int i = 0; i < 2; ++i) world.chain->call("generateblock", {address, Json::array()});
  };
  leave();
  CHECK(epochs(world.list(thread)) == std::vector<std::uint32_t>{3, 4});
  Json waiting = world.build({{"--thread", thread}, {"--epoch", "5"}});
  CHECK(waiting.at("txid") == gone);
  CHECK(waiting.at("height") == 0);
  CHECK(world.verify(thread) == Exit::ok);
  CHECK(world.seat->last().at("last_epoch") == 4);

  // It is replaced while it waits: the thread goes on with the replacement.
  CHECK(world.build_error({{"--thread", thread}, {"--epoch", "4"}, {"--bump", ""}}) == "bump.none");
  Json dearer = world.build({{"--thread", thread}, {"--bump", ""}, {"--fee-rate", "9"}});
  std::string replacement = world.send(dearer).at("txid");
  CHECK(replacement != gone);
  world.mine(1);
  auto now = world.list(thread);
  CHECK(epochs(now) == std::vector<std::uint32_t>{3, 4, 5});
  CHECK(now.back().txid.display() == replacement);
  CHECK(world.verify(thread) == Exit::ok);
  CHECK(world.build_error({{"--thread", thread}, {"--bump", ""}}) == "bump.none");
  world.layer2->tip = 602;
  world.commit(thread);
  CHECK(epochs(world.list(thread)) == std::vector<std::uint32_t>{3, 4, 5, 6});

  // The whole thread goes.
  for (int i = 0; i < 9; ++i) world.chain->call("invalidateblock", {world.block_at(world.height())});
  std::string address = *bitcoin::script_address(world.script_of(79), bitcoin::Chain::regtest);
  for (int i = 0; i < 12; ++i) world.chain->call("generateblock", {address, Json::array()});
  CHECK(error_exit([&] { world.list(thread); }) == Exit::not_ready);
}

TEST_CASE("commit-state: what verify finds wrong") {
  World world;
  bitcoin::OutPoint coin = world.fund();
  Json document = world.build({{"--coin", coin.text()}, {"--epoch", "1"}});
  std::string thread = world.send(document).at("txid");
  world.mine(1);
  CHECK(world.build({{"--coin", coin.text()}}).at("already") == true);
  CHECK(world.verify(thread) == Exit::ok);

  SUBCASE("a state root of another history") {
    world.fork = 1;
    CHECK(world.verify(thread) == Exit::no);
    CHECK(world.seat->last().at("valid") == false);
    CHECK(world.seat->last().at("reason").get<std::string>().starts_with(
        "epoch 1 is committed with state root"));
  }
  SUBCASE("a state root that was forced") {
    Json forced =
        world.build({{"--thread", thread}, {"--state-root", std::string(64, '1')}, {"--unchecked", ""}});
    world.send(forced);
    world.mine(1);
    CHECK(world.verify(thread) == Exit::no);
  }
  SUBCASE("a layer 2 that is behind") {
    world.layer2->tip = 99;
    CHECK(error_exit([&] { world.verify(thread); }) == Exit::not_ready);
  }
  SUBCASE("an epoch that does not follow") {
    bitcoin::Transaction before = tx_of(document);
    bridge::CommitmentRequest request;
    request.sequencer = crypto::xonly(world.key.public_key());
    request.thread = {{before.txid(), 0}, before.outputs[0]};
    request.record.epoch = 3;
    request.record.state_root = world.state_root(300);
    request.fee_rate = FeeRate::per_vb(2);
    auto psbt = bridge::plan_commitment(request, world.params).psbt;
    auto tweaked = world.key.xonly_tweak_add(bitcoin::taptweak_hash(request.sequencer, {}));
    psbt.inputs[0].tap_key_sig =
        to_bytes(crypto::schnorr_sign(tweaked, psbt.taproot_sighash(0, nullptr), ByteArray<32>{}));
    psbt.finalize();
    Json jump = bridge::TransactionDocument{psbt.extract(), {}}.to_json();
    CHECK(error_exit([&] { world.send(jump); }) == Exit::refused);
    // Sent all the same by somebody else's program:
    world.chain->call("sendrawtransaction", {to_hex(psbt.extract().serialize())});
    world.mine(1);
    CHECK(epochs(world.list(thread)) == std::vector<std::uint32_t>{1});
    CHECK(world.seat->said_something_with("the thread has ended"));
    CHECK(world.verify(thread) == Exit::no);
    CHECK(world.build_error({{"--thread", thread}}) == "thread.ended");
  }
}

TEST_CASE("commit-state: fees, refusals and a sequencer set") {
  World world;
  bitcoin::OutPoint coin = world.fund(10'000), payer = world.fund(50'000);

  SUBCASE("another coin pays the fee") {
    auto tx =
        tx_of(world.build({{"--coin", coin.text()}, {"--fee-coin", payer.text()}, {"--fee-rate", "5"}}));
    CHECK(tx.inputs.size() == 2);
    CHECK(tx.outputs.at(0).value == Sat(10'000));
    CHECK(tx.outputs.size() == 3);
  }
  SUBCASE("--dry-run sends nothing") {
    Json document = world.build();
    world.seat->dry = true;
    Json sent = world.send(document);
    CHECK(sent.at("dry_run") == true);
    CHECK_FALSE(world.in_mempool(bitcoin::Txid::from_display(sent.at("txid").get<std::string>())));
  }
  SUBCASE("what is not a commitment is not sent") {
    Json plain = bridge::TransactionDocument{world.make_payment({{Sat(1000), world.own}}), {}}.to_json();
    CHECK(error_code([&] { world.send(plain); }) == "commitment.record");
    Json printed = bridge::Commitment{}.to_json();
    CHECK(error_code([&] { world.send(printed); }) == "document.type");
  }
  SUBCASE("options that do not go together") {
    CHECK(world.build_exit({{"--unchecked", ""}}) == Exit::usage);
    CHECK(world.build_exit({{"--thread", std::string(64, 'a')}, {"--coin", coin.text()}}) == Exit::usage);
    CHECK(world.build_error({{"--coin", std::string(64, 'a') + ":0"}}) == "coin.spent");
  }
  SUBCASE("a sequencer set signs a PSBT") {
    auto keys = bridge::test::public_keys(1, 3);
    auto set = bridge::Custody::make(bridge::Policy::musig, 3, keys);
    world.seat->files["set.json"] = set.to_json().dump();
    world.seat->files["custody.json"] = world.custody.to_json().dump();
    world.pay(set.script_pubkey(), 40'000);
    world.mine(1);
    CHECK(world.build_error({{"--custody", "custody.json"}}) == "custody.path");
    Json printed = world.build({{"--custody", "set.json"}});
    auto document = bridge::PsbtDocument::parse(printed);
    bitcoin::Transaction tx = bridge::test::sign_all(*document.custody, *document.spend, document.psbt);
    std::string thread = world.send(bridge::TransactionDocument{tx, document.notes}.to_json()).at("txid");
    world.mine(1);
    CHECK(world.list(thread).size() == 1);
    CHECK(world.build({{"--custody", "set.json"}}).at("already") == true);
  }
}
