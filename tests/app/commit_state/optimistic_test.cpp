#include <doctest/doctest.h>

#include "app/build_taptree/commands.hpp"
#include "app/challenge/commands.hpp"
#include "app/commit_state/commands.hpp"
#include "app/watch_chain/commands.hpp"
#include "base/files.hpp"
#include "bridge/commitment.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keyfile.hpp"
#include "optimistic/ots_keys.hpp"
#include "optimistic/sequencer_stake.hpp"
#include "support/bitcoind.hpp"
#include "support/bridge_world.hpp"
#include "support/needs.hpp"
#include "support/state_proofs.hpp"

using namespace pegkit;
using test::error_code;
using test::error_exit;
using test::run;
using Values = test::FakeOptions::Values;

namespace {

constexpr std::uint8_t sequencer_seed = 50, ots_seed = 51;
constexpr std::uint32_t first_epoch = 1, epochs = 3;

std::string key_text(std::uint8_t seed) {
  return std::string(as_text(crypto::keyfile::make(test::secret_of(seed)).view()));
}

/// An optimistic bridge with a sequencer of three epochs, and a layer 2 whose block n has a state root of its
/// own.
struct World : test::BridgeWorld {
  test::TempDirectory secrets;
  std::uint8_t fork = 0;
  optimistic::OtsKeySet set = make_set();
  std::string seed_file = (secrets.path() / "seed.json").string();
  std::unique_ptr<test::FakePorts> seat;

  World() {
    params = make_optimistic(set);
    layer2->params = params;
    layer2->show_blocks([this](std::uint64_t number) { return state_root(number); });
    create_secret_file(seed_file, as_bytes(key_text(ots_seed)));
    seat = sequencer_ports();
    withdraw_in(40);
    layer2->tip = 102;
  }
  static optimistic::OtsKeySet make_set() {
    std::vector<crypto::OtsPublicKey> keys;
    for (std::uint32_t i = 0; i < epochs; ++i) {
      auto secret = optimistic::sequencer_ots_secret(test::secret_of(ots_seed), first_epoch + i);
      keys.push_back(crypto::ots_public_key(secret, bridge::root_bytes));
    }
    return optimistic::OtsKeySet::for_sequencer(first_epoch, std::move(keys));
  }
  static bridge::Params make_optimistic(const optimistic::OtsKeySet& set) {
    bridge::Params out = make_params();
    out.challenge = bridge::Params::Challenge();
    auto& rules = *out.challenge;
    rules.denomination = Sat(100'000);
    rules.operator_fee = Sat(1'000);
    rules.bond = Sat(50'000);
    rules.challenge_fee = Sat(10'000);
    rules.burn = Sat(20'000);
    rules.target.bytes.fill(0x7f);
    rules.sequencer = {crypto::xonly(test::secret_of(sequencer_seed).public_key()), set.hash(), first_epoch,
                       epochs};
    return out;
  }
  ByteArray<32> state_root(std::uint64_t number) const {
    ByteArray<32> out{};
    out[0] = fork;
    for (int i = 0; i < 8; ++i) out[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return out;
  }
  void withdraw_in(std::uint64_t block) {
    bitcoin::OutPoint deposit;
    deposit.txid.bytes.fill(static_cast<std::uint8_t>(1 + layer2->withdrawals.size()));
    layer2->withdraw(script_of(60), 99'000, deposit);
    layer2->withdrawals.back().l2_block = block;
  }
  ByteArray<32> withdrawals_root(std::uint64_t block) const {
    bridge::WithdrawalTree tree;
    for (const auto& withdrawal : layer2->withdrawals)
      if (withdrawal.l2_block <= block) tree.append(withdrawal.leaf());
    return tree.root();
  }

  std::unique_ptr<test::FakePorts> own_ports() const {
    auto out = ports();
    out->files["keys.json"] = set.to_json().dump();
    return out;
  }
  std::unique_ptr<test::FakePorts> sequencer_ports() const {
    auto out = own_ports();
    out->key = key_text(sequencer_seed);
    return out;
  }
  Exit command(app::CommandFactory make, test::FakePorts& at, Values values = {}) {
    values.emplace_back("--params", "params.json");
    return run(make, at, values);
  }
  Json build(test::FakePorts& at, Values values = {}) {
    values.emplace_back("--sequencer-keys", "keys.json");
    values.emplace_back("--ots-key-file", seed_file);
    Exit exit = command(app::commit_state::build_command, at, values);
    CHECK(exit == Exit::ok);
    return at.last();
  }
  Json build(Values values = {}) { return build(*seat, std::move(values)); }
  Json send(test::FakePorts& at, const Json& document) {
    at.input = document.dump();
    Exit exit = command(app::commit_state::send_command, at);
    CHECK(exit == Exit::ok);
    return at.last();
  }
  std::string commit(Values values) {
    Json sent = send(*seat, build(std::move(values)));
    mine(1);
    return sent.at("txid");
  }
  bitcoin::Script opening() const {
    return bridge::EpochOutput::of(params.challenge->sequencer.key, set.keys()[0].key).script_pubkey;
  }
  bitcoin::OutPoint open(std::int64_t amount = 50'000) {
    bitcoin::Txid txid = pay(opening(), amount);
    mine(1);
    return {txid, 0};
  }
  std::string build_error(Values values) {
    return error_code([&] { build(values); });
  }
  Exit verify(test::FakePorts& at, const std::string& thread) {
    return command(app::commit_state::verify_command, at, {{"--thread", thread}});
  }
};

bitcoin::Transaction tx_of(const Json& document) {
  return bridge::TransactionDocument::parse(document).tx;
}

}  // namespace

TEST_CASE("commit-state, optimistic: the life of a thread") {
  World world;
  CHECK(error_exit([&] { world.command(app::commit_state::address_command, *world.seat); }) == Exit::usage);
  world.command(app::commit_state::address_command, *world.seat, {{"--sequencer-keys", "keys.json"}});
  CHECK(world.seat->last().at("script_pubkey") == to_hex(world.opening()));
  CHECK(world.seat->last().at("epoch") == first_epoch);
  CHECK(world.build_error({}) == "funds.short");
  bitcoin::OutPoint opening = world.open();
  CHECK(world.build_error({{"--epoch", "2"}}) == "epoch.order");

  Json first = world.build();
  auto revealed = bridge::revealed_root(world.params.challenge->sequencer.key, tx_of(first));
  REQUIRE(revealed);
  CHECK(tx_of(first).inputs[0].prevout == opening);
  CHECK(revealed->root == world.withdrawals_root(100));
  CHECK(revealed->root != bridge::WithdrawalTree().root());
  CHECK(revealed->key == world.set.keys()[0].key);
  CHECK(bridge::commitment_record(world.params.magic, tx_of(first))->epoch == 1);
  std::string thread = world.send(*world.seat, first).at("txid");
  CHECK(world.build().at("already") == true);
  CHECK(world.build().at("withdrawals_root") == to_hex(revealed->root));
  world.mine(1);
  CHECK(world.build().at("txid") == thread);

  world.withdraw_in(150);
  world.layer2->tip = 202;
  // The one-time key of an epoch signs one root, whatever happens to the transaction.
  Values forced = {{"--thread", thread}, {"--unchecked", ""}, {"--state-root", std::string(64, '1')}};
  CHECK(world.build_error(forced) == "usage");
  Values other = {{"--thread", thread}, {"--withdrawals-root", std::string(64, '2')}};
  CHECK(world.build_error(other) == "withdrawals_root.differs");
  Json second = world.build({{"--thread", thread}});
  CHECK(tx_of(second).inputs[0].prevout.txid.display() == thread);
  forced.emplace_back("--withdrawals-root", std::string(64, '2'));
  CHECK(world.build_error(forced) == "ots.used");
  CHECK(error_exit([&] { world.build(forced); }) == Exit::refused);
  CHECK(std::filesystem::exists(world.seat->directory() / "ots-record"));
  world.send(*world.seat, second);
  Json dearer = world.build({{"--thread", thread}, {"--bump", ""}, {"--fee-rate", "9"}});
  CHECK(bridge::revealed_root(world.params.challenge->sequencer.key, tx_of(dearer))->root ==
        world.withdrawals_root(200));
  world.send(*world.seat, dearer);
  world.mine(1);

  world.layer2->tip = 302;
  std::string third = world.commit({{"--thread", thread}});
  world.layer2->tip = 402;
  CHECK(world.build_error({{"--thread", thread}}) == "epoch.range");
  auto last = bitcoin::Transaction::parse(from_hex(
      world.chain->call("getrawtransaction", {third, 0, world.block_at(world.height())}).get<std::string>()));
  CHECK(last.outputs[0].script_pubkey == bridge::key_script(world.params.challenge->sequencer.key));

  // A watcher of the thread sees roots and signatures.
  CHECK(world.verify(*world.seat, thread) == Exit::ok);
  auto other_party = world.own_ports();
  CHECK(error_code([&] { world.verify(*other_party, thread); }) == "sequencer.keys");
  world.command(app::commit_state::list_command, *other_party,
                {{"--thread", thread}, {"--sequencer-keys", "keys.json"}});
  REQUIRE(other_party->printed.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) {
    auto commitment = bridge::Commitment::parse(other_party->printed[i]);
    CHECK(commitment.record.epoch == first_epoch + i);
    CHECK(commitment.withdrawals_root == world.withdrawals_root(100 * (first_epoch + i)));
    REQUIRE(commitment.signature);
    CHECK(crypto::ots_verify(world.set.keys()[i].key, *commitment.signature) ==
          to_bytes(world.withdrawals_root(100 * (first_epoch + i))));
  }
  CHECK(world.verify(*other_party, thread) == Exit::ok);

  SUBCASE("keys that are given after the blocks were searched") {
    auto late = world.own_ports();
    world.command(app::watch_chain::run_command, *late);
    late->input = world.set.to_json().dump();
    CHECK(world.command(app::watch_chain::watch_command, *late) == Exit::ok);
    CHECK(late->last().at("kind") == "sequencer");
    CHECK(world.verify(*late, thread) == Exit::ok);
  }
  SUBCASE("a layer 2 of another history") {
    world.layer2->withdrawals.pop_back();
    CHECK(world.verify(*other_party, thread) == Exit::no);
    CHECK(other_party->last().at("reason").get<std::string>().starts_with(
        "epoch 2 is committed with withdrawals root"));
    Exit exit = world.command(app::watch_chain::run_command, *other_party, {{"--compare", ""}});
    CHECK(exit == Exit::ok);
    std::size_t differences = 0;
    for (const Json& one : other_party->printed) differences += one.value("kind", "") == "difference";
    CHECK(differences == 2);
    std::size_t printed = other_party->printed.size();
    world.command(app::watch_chain::run_command, *other_party, {{"--compare", ""}});
    CHECK(other_party->printed.size() == printed);
    CHECK(world.command(app::watch_chain::status_command, *other_party) == Exit::ok);
    CHECK(world.command(app::watch_chain::status_command, *other_party, {{"--check", ""}}) == Exit::no);
    CHECK(other_party->last()["sequencer"]["differences"] == Json{2, 3});
  }
}

TEST_CASE("commit-state, optimistic: who may not commit") {
  World world;
  world.open();
  world.seat->key = key_text(52);
  CHECK(world.build_error({}) == "sequencer.key");
  world.seat->key = key_text(sequencer_seed);
  world.seat->files["keys.json"] =
      optimistic::OtsKeySet::for_sequencer(2, {world.set.keys()[0].key}).to_json().dump();
  CHECK(world.build_error({}) == "sequencer.keys_differ");
  world.seat->files["keys.json"] = world.set.to_json().dump();
  std::string other_seed = (world.secrets.path() / "other.json").string();
  create_secret_file(other_seed, as_bytes(key_text(53)));
  std::swap(world.seed_file, other_seed);
  CHECK(world.build_error({}) == "sequencer.seed");
  std::swap(world.seed_file, other_seed);
  world.layer2->hides = 0;
  CHECK(world.build_error({}) == "l2.garbage");
  world.layer2->hides.reset();
  // In quorum mode none of this is asked for.
  world.params.challenge.reset();
  auto quorum = world.sequencer_ports();
  CHECK(error_code([&] { world.build(*quorum); }) == "usage");
}

TEST_CASE("an equivocating sequencer is seen, and loses its stake") {
  World world;
  auto watcher = world.own_ports();
  test::FakePorts tree;
  tree.files = watcher->files;
  tree.input = world.set.to_json().dump();
  CHECK(world.command(app::build_taptree::stake_command, tree, {{"--recovery-blocks", "500"}}) == Exit::ok);
  Json stake = tree.last();
  bitcoin::Script bond = from_hex(stake.at("script_pubkey").get<std::string>());
  bitcoin::OutPoint bond_coin{world.pay(bond, 400'000), 0};
  bitcoin::OutPoint one = world.open(), two = world.open();
  watcher->input = world.set.to_json().dump() + "\n" + stake.dump() + "\n" + world.custody.to_json().dump();
  CHECK(world.command(app::watch_chain::watch_command, *watcher) == Exit::ok);
  world.pay(world.custody.script_pubkey(), 1'000'000);
  world.mine(1);
  CHECK(world.command(app::watch_chain::run_command, *watcher) == Exit::ok);
  CHECK(world.command(app::watch_chain::status_command, *watcher, {{"--check", ""}}) == Exit::ok);
  CHECK(watcher->last()["sequencer"]["stake_sat"] == 400'000);
  CHECK(watcher->last()["sequencer"]["stake_percent"] == 40);
  CHECK(watcher->last()["balance_sat"] == 1'000'000);

  // Its own program refuses, so it takes another data directory.
  auto second_seat = world.sequencer_ports();
  Json honest = world.build({{"--coin", one.text()}});
  Json lie = world.build(*second_seat, {{"--coin", two.text()},
                                        {"--unchecked", ""},
                                        {"--epoch", "1"},
                                        {"--state-root", std::string(64, '1')},
                                        {"--withdrawals-root", std::string(64, '2')}});
  world.send(*world.seat, honest);
  world.mine(1);
  CHECK(world.command(app::watch_chain::run_command, *watcher) == Exit::ok);
  CHECK(watcher->last().at("kind") == "commitment");

  Values slash = {{"--sequencer-keys", "keys.json"},
                  {"--stake", "stake.json"},
                  {"--outpoint", bond_coin.text()},
                  {"--to", *bitcoin::script_address(world.script_of(33), bitcoin::Chain::regtest)},
                  {"--fee-rate", "2"}};
  watcher->files["stake.json"] = stake.dump();
  CHECK(error_code([&] { world.command(app::challenge::slash_command, *watcher, slash); }) ==
        "slash.evidence");

  world.send(*second_seat, lie);
  world.mine(1);
  CHECK(world.command(app::watch_chain::run_command, *watcher) == Exit::ok);
  Json event;
  for (const Json& printed : watcher->printed)
    if (printed.value("kind", "") == "equivocation") event = printed;
  REQUIRE_FALSE(event.is_null());
  CHECK(event["data"]["epoch"] == 1);
  CHECK(event["data"]["roots"] == Json{to_hex(world.withdrawals_root(100)), std::string(64, '2')});
  CHECK(event["txid"] == lie.at("txid"));
  CHECK(event["data"]["other_txid"] == honest.at("txid"));
  CHECK(world.command(app::watch_chain::status_command, *watcher, {{"--check", ""}}) == Exit::no);
  CHECK(watcher->last()["sequencer"]["equivocations"] == Json{1});

  // The proof outlives the blocks that showed it.
  SUBCASE("after a reorganisation") {
    world.chain->call("invalidateblock", {world.block_at(world.height())});
    std::string address = *bitcoin::script_address(world.script_of(79), bitcoin::Chain::regtest);
    for (int i = 0; i < 2; ++i) world.chain->call("generateblock", {address, Json::array()});
    CHECK(world.command(app::watch_chain::run_command, *watcher) == Exit::ok);
    CHECK(world.command(app::watch_chain::status_command, *watcher, {{"--check", ""}}) == Exit::no);
  }
  SUBCASE("offline, from raw transactions and from documents") {
    auto offline = world.own_ports();
    offline->node_rpc.reset();
    offline->files["stake.json"] = stake.dump();
    offline->files["one.hex"] = to_hex(tx_of(honest).serialize());
    offline->files["lie.json"] = lie.dump();
    offline->files["event.json"] = event.dump();
    slash.emplace_back("--amount", "400000");
    Values by_transactions = slash, by_event = slash;
    by_transactions.emplace_back("--evidence", "one.hex");
    CHECK(error_code([&] { world.command(app::challenge::slash_command, *offline, by_transactions); }) ==
          "slash.evidence");
    by_transactions.emplace_back("--evidence", "lie.json");
    world.command(app::challenge::slash_command, *offline, by_transactions);
    Json first = offline->last();
    by_event.emplace_back("--evidence", "event.json");
    by_event.emplace_back("--epoch", "1");
    world.command(app::challenge::slash_command, *offline, by_event);
    CHECK(offline->last() == first);
    CHECK(first.at("kind") == "slash");
    by_event.back().second = "2";
    CHECK(error_code([&] { world.command(app::challenge::slash_command, *offline, by_event); }) ==
          "slash.evidence");
    slash.pop_back();
  }
  slash.emplace_back("--broadcast", "");
  CHECK(world.command(app::challenge::slash_command, *watcher, slash) == Exit::ok);
  auto txid = bitcoin::Txid::from_display(watcher->last().at("txid").get<std::string>());
  CHECK(world.in_mempool(txid));
  world.mine(1);
  CHECK(world.command(app::watch_chain::run_command, *watcher) == Exit::ok);
  world.command(app::watch_chain::status_command, *watcher);
  CHECK(watcher->last()["sequencer"]["stake_sat"] == 0);
  CHECK_FALSE(world.in_mempool(txid));
}

TEST_CASE("build-taptree stake: any leaf again") {
  World world;
  auto ports = world.own_ports();
  auto print = [&](Values values) {
    ports->input = world.set.to_json().dump();
    values.emplace_back("--recovery-blocks", "500");
    world.command(app::build_taptree::stake_command, *ports, values);
    return ports->last();
  };
  Json stake = print({});
  auto check = [&](const Json& leaf) {
    auto control = bitcoin::ControlBlock::parse(from_hex(leaf.at("control_block").get<std::string>()));
    REQUIRE(control);
    Bytes script = from_hex(leaf.at("script").get<std::string>());
    CHECK(to_hex(bitcoin::tapleaf_hash(script)) == leaf.at("leaf_hash"));
    Bytes output = from_hex(stake.at("script_pubkey").get<std::string>());
    CHECK(bitcoin::verify_taproot_commitment(*control, ByteView(output).subspan(2),
                                             bitcoin::tapleaf_hash(script)));
  };
  for (const char* epoch : {"1", "2", "3"}) check(print({{"--epoch", epoch}}));
  check(print({{"--recovery", ""}}));
  CHECK(error_code([&] { print({{"--epoch", "4"}}); }) == "epoch.range");
  CHECK(error_code([&] { print({{"--epoch", "1"}, {"--recovery", ""}}); }) == "usage");
}

TEST_CASE("bitcoind: commitments with one-time signatures and a slash are relayed under the default policy" *
          test::needs_bitcoind) {
  World world;
  test::Bitcoind bitcoind;
  // The same blocks, so that every transaction spends the same coins there.
  auto copy_blocks = [&] {
    for (auto height = bitcoind.rpc().call("getblockcount").get<std::uint32_t>() + 1;
         height <= world.height(); ++height)
      CHECK(bitcoind.rpc().call("submitblock",
                                {world.chain->call("getblock", {world.block_at(height), 0})}) == nullptr);
  };
  auto accepted = [&](const bitcoin::Transaction& tx) {
    Json answer = bitcoind.rpc().call("testmempoolaccept", {Json{to_hex(tx.serialize())}})[0];
    CHECK_MESSAGE(answer["allowed"].get<bool>(), answer.dump());
  };
  optimistic::SequencerStake stake(world.params, world.set, 500);
  bitcoin::OutPoint bond{world.pay(stake.script_pubkey(), 400'000), 0};
  bitcoin::OutPoint one = world.open(), two = world.open();
  auto second_seat = world.sequencer_ports();
  bitcoin::Transaction honest = tx_of(world.build({{"--coin", one.text()}}));
  bitcoin::Transaction lie = tx_of(world.build(*second_seat, {{"--coin", two.text()},
                                                              {"--unchecked", ""},
                                                              {"--epoch", "1"},
                                                              {"--state-root", std::string(64, '1')},
                                                              {"--withdrawals-root", std::string(64, '2')}}));
  auto root_in = [&](const bitcoin::Transaction& tx) {
    return bridge::revealed_root(world.params.challenge->sequencer.key, tx).value();
  };
  auto slash = stake.slash(1, {root_in(honest), root_in(lie)}, bond, Sat(400'000), world.script_of(33),
                           FeeRate::per_vb(2), world.params);
  copy_blocks();
  accepted(honest);
  accepted(lie);
  accepted(slash.tx);
}

TEST_CASE(
    "commit-state, optimistic: a proof that does not extend uses no one-time key; a challenger sees the "
    "others") {
  World world;
  test::StateProver prover;
  world.params.proofs = prover.rules();
  Bytes key = prover.key_file();
  auto arm = [&](test::FakePorts& at) {
    at.files["params.json"] = world.params.to_json().dump();
    at.files["vk.bin"] = std::string(as_text(key));
  };
  arm(*world.seat);
  world.open();
  std::string thread = world.commit({});
  world.layer2->tip = 202;
  auto offer = [&](std::uint64_t from, std::uint64_t to) {
    auto proof = prover.prove(world.state_root(from), world.state_root(to));
    world.seat->files["proof.json"] = proof.to_json().dump();
    return Values{{"--thread", thread}, {"--proof", "proof.json"}, {"--vk", "vk.bin"}};
  };
  auto record = world.seat->directory() / "ots-record";
  Bytes before = read_file(record);
  CHECK(world.build_error(offer(0, 200)) == "proof.extends");
  CHECK(world.build_error(offer(100, 300)) == "proof.extends");
  CHECK(read_file(record) == before);
  world.commit(offer(100, 200));
  CHECK(read_file(record) != before);

  test::TempDirectory published;
  auto challenger = world.own_ports();
  arm(*challenger);
  Values values = {{"--thread", thread},
                   {"--proofs", published.path().string()},
                   {"--vk", "vk.bin"},
                   {"--sequencer-keys", "keys.json"}};
  // With the set's keys the thread is watched from its opening on.
  Values keyless(values.begin(), values.end() - 1);
  CHECK(error_code([&] { world.command(app::challenge::check_command, *challenger, keyless); }) ==
        "sequencer.keys");
  CHECK(world.command(app::challenge::check_command, *challenger, values) == Exit::ok);
  CHECK(challenger->last().at("proof") == "unpublished");
  create_secret_file(published.path() / "2.json", as_bytes(world.seat->files["proof.json"]));
  CHECK(world.command(app::challenge::check_command, *challenger, values) == Exit::ok);
  CHECK(challenger->last().at("proof") == "valid");
  CHECK(challenger->last().at("epoch") == 2);
}
