#include "services/send/sender.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include "app/peg_out/commands.hpp"
#include "services/follow/watcher.hpp"
#include "store/watch_store.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// Calls a hook before and after each call of a method.
struct HookedRpc : net::Rpc {
  std::shared_ptr<net::Rpc> below;
  std::function<void(const std::string& method, const Json& params, bool after)> hook;
  Json call(const std::string& method, Json params) override {
    if (hook) hook(method, params, false);
    Json result = below->call(method, params);
    if (hook) hook(method, params, true);
    return result;
  }
};

struct Prepared {
  BridgeWorld world;
  TempDirectory directory;
  Json signed_psbt;
  bitcoin::Txid txid;

  Prepared() {
    world.pay(world.custody.script_pubkey(), 3'000'000);
    world.mine(1);
    world.layer2->withdraw(BridgeWorld::script_of(50), 1'000'000);
    world.layer2->tip += 2;
    auto ports = world.ports(directory.path());
    run(app::peg_out::batch_command, *ports,
        {{"--params", "params.json"}, {"--custody", "custody.json"}, {"--signers", "0,1"}});
    signed_psbt = world.sign(ports->last());
    txid = bitcoin::Txid::from_display(ports->last()["txid"].get<std::string>());
  }
  std::unique_ptr<FakePorts> sending() {
    auto ports = world.ports(directory.path());
    ports->input = signed_psbt.dump();
    return ports;
  }
  store::Intent intent() {
    auto ports = world.ports(directory.path());
    return store::IntentStore(ports->database()).find_txid(txid).value();
  }
};

/// Runs `peg-out send` in a child that dies at the call of a method (or right after its answer). The child's
/// chain is a copy: what it broadcast is written to a file and sent here again.
void send_and_die(Prepared& p, const std::string& method, bool after) {
  auto sent = p.directory.path() / "broadcast";
  pid_t child = ::fork();
  if (child == 0) {
    auto rpc = std::make_shared<HookedRpc>();
    rpc->below = p.world.chain;
    rpc->hook = [&](const std::string& called, const Json& params, bool answered) {
      if (called == "sendrawtransaction" && answered)
        write_file_atomic(sent, as_bytes(params[0].get_ref<const std::string&>()));
      if (called == method && answered == after) ::_exit(9);
    };
    auto ports = p.sending();
    ports->node_rpc = rpc;
    try {
      run(app::peg_out::send_command, *ports);
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 9);
  if (!std::filesystem::exists(sent)) return;
  p.world.chain->call("sendrawtransaction", {std::string(as_text(read_file(sent)))});
}

}  // namespace

TEST_CASE("send, killed at each step and run again, sends one transaction once") {
  struct Step {
    const char* method;
    bool after;
    store::IntentState left;
    bool out;
  };
  const Step steps[] = {{"testmempoolaccept", false, store::IntentState::planned, false},
                        {"testmempoolaccept", true, store::IntentState::planned, false},
                        {"sendrawtransaction", false, store::IntentState::sent, false},
                        {"sendrawtransaction", true, store::IntentState::sent, true}};
  for (const Step& step : steps) {
    CAPTURE(step.method);
    CAPTURE(step.after);
    Prepared p;
    send_and_die(p, step.method, step.after);
    CHECK(p.intent().state == step.left);
    CHECK(p.world.in_mempool(p.txid) == step.out);
    // A transaction recorded as sent can be sent again from the record alone.
    if (step.left == store::IntentState::sent)
      CHECK(bitcoin::Transaction::parse(p.intent().raw).has_witness());

    auto ports = p.sending();
    CHECK(run(app::peg_out::send_command, *ports) == Exit::ok);
    CHECK(ports->last()["txid"] == p.txid.display());
    CHECK(p.world.in_mempool(p.txid));
    p.world.mine(1);
    auto batch = p.world.ports(p.directory.path());
    ports.reset();
    run(app::peg_out::batch_command, *batch, {{"--signers", "0,1"}});
    CHECK(batch->last()["already"] == true);
    CHECK(store::IntentStore(batch->database()).list().size() == 1);
  }
}

TEST_CASE("what was recorded and not sent goes out with the next run") {
  Prepared p;
  send_and_die(p, "sendrawtransaction", false);
  auto ports = p.world.ports(p.directory.path());
  services::Watcher(*ports, p.world.params).sync();
  services::Sender sender(*ports, p.world.params);
  auto before = sender.review(services::Sender::Resend::no);
  REQUIRE(before.size() == 1);
  CHECK(before[0].reason == "not in the mempool, to be sent again");
  CHECK_FALSE(p.world.in_mempool(p.txid));
  sender.review(services::Sender::Resend::yes);
  CHECK(p.world.in_mempool(p.txid));
}

TEST_CASE("intents: confirmed, reorganised out, and in conflict") {
  Prepared p;
  auto ports = p.sending();
  run(app::peg_out::send_command, *ports);
  services::Sender sender(*ports, p.world.params);
  auto look = [&] {
    services::Watcher(*ports, p.world.params).sync();
    return sender.review(services::Sender::Resend::yes);
  };
  auto state = [&] { return store::IntentStore(ports->database()).find_txid(p.txid)->state; };

  p.world.mine(2);
  REQUIRE(look().size() == 1);
  CHECK(look()[0].confirmations == 2);
  p.world.mine(1);
  CHECK(look().empty());
  CHECK(state() == store::IntentState::confirmed);

  std::string first = p.world.block_at(p.world.height() - 2);
  p.world.chain->call("invalidateblock", {first});
  // The new branch leaves the payout out.
  for (int i = 0; i < 4; ++i) {
    p.world.chain->call(
        "generateblock",
        {*bitcoin::script_address(BridgeWorld::script_of(78), bitcoin::Chain::regtest), Json::array()});
  }
  auto open = look();
  REQUIRE(open.size() == 1);
  CHECK(state() == store::IntentState::sent);
  CHECK(p.world.in_mempool(p.txid));
  p.world.mine(3);
  CHECK(look().empty());
  CHECK(state() == store::IntentState::confirmed);
}

TEST_CASE("a transaction without watched coins is followed by its outputs") {
  BridgeWorld world;
  auto ports = world.ports();
  services::Sender sender(*ports, world.params);
  bitcoin::Transaction tx = world.make_payment({{Sat(50'000), BridgeWorld::script_of(50)}});
  bridge::TransactionNotes notes;
  notes.kind = bridge::TransactionKind::deposit;
  CHECK_FALSE(sender.send(tx, notes).already);
  CHECK(sender.send(tx, notes).already);
  CHECK(ports->questions.size() == 1);
  world.mine(1);
  auto open = sender.review(services::Sender::Resend::no);
  REQUIRE(open.size() == 1);
  CHECK(open[0].reason == "1 of 3 confirmations");
  world.mine(2);
  CHECK(sender.review(services::Sender::Resend::no).empty());

  bitcoin::Transaction dear = world.make_payment({{Sat(50'000), BridgeWorld::script_of(50)}});
  dear.outputs[0].value = Sat(600'000'000);
  CHECK(error_code([&] { sender.send(dear, notes); }) == "tx.rejected");
}

TEST_CASE("a fee above the cap is not sent") {
  BridgeWorld world;
  bitcoin::Transaction tx = world.make_payment({{Sat(50'000), BridgeWorld::script_of(50)}});
  auto ports = world.ports();
  bridge::Params tight = world.params;
  tight.fee_cap_total = Sat(9'999);
  CHECK(error_code([&] { services::Sender(*ports, tight).send(tx, {}); }) == "fee.cap");
  tight = world.params;
  tight.fee_cap = FeeRate::per_vb(20);
  CHECK(error_code([&] { services::Sender(*ports, tight).send(tx, {}); }) == "fee.rate");
  CHECK(store::IntentStore(ports->database()).list().empty());
}
