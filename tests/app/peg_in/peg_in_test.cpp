#include <doctest/doctest.h>

#include "app/peg_in/commands.hpp"
#include "bitcoin/interpreter.hpp"
#include "bridge/record.hpp"
#include "bridge/spv.hpp"
#include "crypto/keyfile.hpp"
#include "services/send/wallet.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;

constexpr std::uint8_t depositor = 99;  // of the refund, and of the coins that are deposited
constexpr const char* recipient = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf";

std::string key_file(std::uint8_t seed) {
  return std::string(as_text(crypto::keyfile::make(secret_of(seed)).view()));
}
std::string address_of(const bitcoin::Script& script) {
  return *bitcoin::script_address(script, bitcoin::Chain::regtest);
}

/// A depositor with coins, an address to deposit to, and a data directory.
struct Depositor {
  BridgeWorld world;
  TempDirectory directory;
  std::vector<bitcoin::Script> wallet = services::wallet_scripts(secret_of(depositor).public_key());
  bool answer = true, dry = false;
  std::uint8_t key = depositor;
  bitcoin::Chain on_chain = bitcoin::Chain::regtest;
  std::vector<std::string> questions;

  Depositor() {
    world.pay(wallet[0], 600'000);
    world.pay(wallet[1], 400'000);
    world.mine(1);
  }
  Json command(app::CommandFactory make, Values values, const Json& input = nullptr) {
    values.push_back({"--params", "params.json"});
    auto ports = world.ports(directory.path());
    ports->on_chain = on_chain;
    ports->key = key_file(key);
    ports->answer = answer;
    ports->dry = dry;
    if (!input.is_null()) ports->input = input.dump();
    Exit exit = run(make, *ports, values);
    CHECK(exit == Exit::ok);
    questions = ports->questions;
    return ports->last();
  }
  Json address(Values more = {}) {
    Values values = {{"--custody", "custody.json"}, {"--recipient", recipient}};
    if (more.empty()) more = {{"--refund-key", to_hex(secret_of(depositor).public_key())}};
    values.insert(values.end(), more.begin(), more.end());
    return command(app::peg_in::address_command, values);
  }
  Json build(const Json& deposit, std::int64_t amount, Values more = {}) {
    more.push_back({"--amount", std::to_string(amount)});
    return command(app::peg_in::build_command, more, deposit);
  }
  /// A deposit in a block, as its document.
  Json funded(std::int64_t amount = 100'000) {
    Json deposit = build(address(), amount, {{"--broadcast", ""}})["deposit"];
    world.mine(1);
    return deposit;
  }
  Json prove(const Json& deposit, Values more = {}) {
    return command(app::peg_in::prove_command, more, deposit);
  }
  Json refund(const Json& deposit, Values more = {}) {
    more.push_back({"--to", address_of(BridgeWorld::script_of(60))});
    return command(app::peg_in::refund_command, more, deposit);
  }
  std::string tip() { return world.block_at(world.height()); }
  std::size_t mempool() { return world.chain->call("getrawmempool").size(); }
  bool accepts(const Json& document) {
    return world.chain->call("testmempoolaccept", {Json{document["tx"]}})[0]["allowed"].get<bool>();
  }
  /// Custodians 0 and 2 spend the deposit by their leaf.
  bitcoin::Transaction custody_spend(const Json& document, const std::vector<bitcoin::TxOut>& more = {}) {
    auto deposit = bridge::Deposit::parse(document);
    auto path = bridge::SpendPath::leaf({0, 2});
    auto spend = deposit.spend(path);
    bitcoin::Transaction tx;
    tx.inputs.push_back({deposit.funding->outpoint, {}, spend.sequence, {}});
    tx.outputs.push_back({deposit.funding->amount - Sat(1'000), world.custody.script_pubkey()});
    tx.outputs.insert(tx.outputs.end(), more.begin(), more.end());
    auto psbt = bitcoin::Psbt::from_transaction(tx);
    spend.fill(psbt.inputs[0], {deposit.funding->amount, deposit.script_pubkey()});
    for (std::uint8_t seed : {1, 3}) {
      auto secret = secret_of(seed);
      auto leaf = *spend.leaf_hash();
      psbt.inputs[0].tap_script_sigs[{crypto::xonly(secret.public_key()), leaf}] =
          to_bytes(crypto::schnorr_sign(secret, psbt.taproot_sighash(0, &leaf), ByteArray<32>{}).view());
    }
    psbt.finalize();
    return psbt.extract();
  }
};

}  // namespace

TEST_CASE("address: what custody, recipient and refund key make of it") {
  Depositor d;
  Json document = d.address();
  auto deposit = bridge::Deposit::make(d.world.custody, evm::parse_address(recipient),
                                       crypto::xonly(secret_of(depositor).public_key()), 144);
  CHECK(document == deposit.to_json(bitcoin::Chain::regtest));
  CHECK(document["address"].get<std::string>().starts_with("bcrt1p"));
  std::string xonly = to_hex(crypto::xonly(secret_of(depositor).public_key()));
  CHECK(d.address({{"--refund-key", xonly}}) == document);
  CHECK(d.address({{"--refund-key", to_hex(secret_of(8).public_key())}})["address"] != document["address"]);

  CHECK(error_and_exit([&] { d.address({{"--refund-key", xonly.substr(2)}}); }).ends_with(" 3"));
  CHECK(error_and_exit([&] { d.address({{"--refund-key", std::string(64, '0')}}); }) == "key.invalid 3");
  CHECK(error_and_exit([&] { d.address({{"--refund-key", "key"}}); }).ends_with(" 3"));
  auto bad = [&] {
    d.command(app::peg_in::address_command,
              {{"--custody", "custody.json"}, {"--recipient", "0x7e5f"}, {"--refund-key", xonly}});
  };
  CHECK(error_and_exit(bad) == "evm.address 3");
  d.on_chain = bitcoin::Chain::main;
  CHECK(error_and_exit([&] { d.address(); }) == "chain.mismatch 7");
}

TEST_CASE("build: a signed transaction that names its deposit, and sends nothing") {
  Depositor d;
  Json address = d.address();
  Json built = d.build(address, 100'000, {{"--fee-rate", "2"}});
  CHECK(built["type"] == "pegkit/transaction");
  CHECK(built["kind"] == "deposit");
  CHECK(d.mempool() == 0);
  auto tx = bitcoin::Transaction::from_hex(built["tx"].get<std::string>());
  CHECK(tx.outputs.at(0) ==
        bitcoin::TxOut{Sat(100'000), from_hex(address["script_pubkey"].get<std::string>())});
  CHECK(tx.outputs.at(1).script_pubkey == d.wallet[0]);
  CHECK(built["vsize"] == tx.vsize());
  CHECK(built["fee_sat"] == 2 * tx.vsize());
  Json deposit = built["deposit"];
  CHECK(deposit["outpoint"] == tx.txid().display() + ":0");
  CHECK(deposit["amount_sat"] == 100'000);
  CHECK(d.accepts(built));

  Json all = d.build(address, 900'000, {{"--change", address_of(BridgeWorld::script_of(61))}});
  tx = bitcoin::Transaction::from_hex(all["tx"].get<std::string>());
  CHECK(tx.inputs.size() == 2);  // P2TR and P2WPKH together
  CHECK(tx.outputs.at(1).script_pubkey == BridgeWorld::script_of(61));
  CHECK(d.accepts(all));

  CHECK(error_and_exit([&] { d.build(address, 329); }) == "amount.dust 3");
  CHECK(error_and_exit([&] { d.build(address, 1'000'000); }) == "funds.short 4");
  CHECK(error_and_exit([&] { d.build(address, 1'000, {{"--fee-rate", "101"}}); }) == "fee.rate 7");
  CHECK(error_and_exit([&] { d.build(address, 0); }).ends_with(" 2"));
  CHECK(error_and_exit([&] { d.build(Json::object(), 1'000); }).ends_with(" 3"));
  Json other = address;
  other["recipient"] = "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF";
  CHECK(error_and_exit([&] { d.build(other, 1'000); }) == "document.derived 3");
}

TEST_CASE("build --broadcast: asked for, kept, sent once; again only when told to") {
  Depositor d;
  Json address = d.address();
  Values broadcast = {{"--broadcast", ""}};
  d.dry = true;
  CHECK(d.build(address, 100'000, broadcast)["dry_run"] == true);
  CHECK(d.mempool() == 0);
  d.dry = false;
  d.answer = false;
  CHECK(error_and_exit([&] { d.build(address, 100'000, broadcast); }) == "confirm.no 1");
  CHECK(d.mempool() == 0);
  d.answer = true;
  Json sent = d.build(address, 100'000, broadcast);
  CHECK(sent["type"] == "pegkit/sent");
  CHECK(sent["kind"] == "deposit");
  CHECK(d.questions.size() == 1);
  CHECK(sent["deposit"]["outpoint"] == sent["txid"].get<std::string>() + ":0");
  CHECK(d.world.in_mempool(bitcoin::Txid::from_display(sent["txid"].get<std::string>())));
  Json repeated = d.build(address, 100'000, broadcast);
  CHECK(repeated["already"] == true);
  CHECK(repeated["txid"] == sent["txid"]);
  CHECK(repeated["deposit"] == sent["deposit"]);
  CHECK(d.mempool() == 1);
  broadcast.push_back({"--again", ""});
  Json second = d.build(address, 100'000, broadcast);
  CHECK(second["txid"] != sent["txid"]);
  CHECK(d.mempool() == 2);
  // Both coins are spent in the mempool.
  CHECK(error_and_exit([&] { d.build(address, 100'000, broadcast); }) == "funds.short 4");
}

TEST_CASE("build --from: a PSBT for another wallet") {
  Depositor d;
  Json address = d.address();
  Values from = {{"--from", address_of(d.wallet[1])}, {"--from", address_of(d.wallet[0])}};
  Json built = d.build(address, 900'000, from);
  CHECK(built["type"] == "pegkit/psbt");
  CHECK(built["kind"] == "deposit");
  auto psbt = bridge::PsbtDocument::parse(built).psbt;
  CHECK(psbt.tx.inputs.size() == 2);
  CHECK(psbt.tx.outputs.at(1).script_pubkey == d.wallet[1]);
  CHECK(built["deposit"]["outpoint"] == psbt.tx.txid().display() + ":0");
  CHECK(services::sign_with(secret_of(depositor), psbt) == 2);
  psbt.finalize();
  d.world.chain->call("sendrawtransaction", {to_hex(psbt.extract().serialize())});
  d.world.mine(3);
  CHECK(d.prove(built["deposit"])["outpoint"] == built["deposit"]["outpoint"]);

  from.push_back({"--broadcast", ""});
  CHECK(error_and_exit([&] { d.build(address, 1'000, from); }) == "usage 2");
  CHECK(error_and_exit([&] {
          d.build(address, 1'000, {{"--from", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}});
        }) == "address.network 3");
}

TEST_CASE("prove: not before it is deep enough, then a proof that holds") {
  Depositor d;
  Json deposit = d.build(d.address(), 100'000, {{"--broadcast", ""}})["deposit"];
  Json unfunded = d.address();
  CHECK(error_and_exit([&] { d.prove(deposit); }) == "deposit.unfunded 4");
  d.world.mine(1);
  CHECK(error_and_exit([&] { d.prove(deposit); }) == "deposit.unconfirmed 4");
  CHECK(error_and_exit([&] { d.prove(deposit, {{"--mint", ""}}); }) == "deposit.unconfirmed 4");
  d.world.mine(1);
  CHECK(error_and_exit([&] { d.prove(deposit); }) == "deposit.unconfirmed 4");
  d.world.mine(1);
  Json document = d.prove(deposit);
  auto proof = bridge::SpvProof::parse(document);
  CHECK(proof.verify().reason == "");
  CHECK(proof.height == d.world.height() - 2);
  CHECK(document["outpoint"] == deposit["outpoint"]);
  CHECK(document["deposit"] == deposit);
  // The document of the address alone finds its one coin.
  CHECK(d.prove(unfunded) == document);

  Json mint = d.prove(deposit, {{"--mint", ""}});
  CHECK(mint["type"] == "pegkit/mint");
  CHECK(mint["chain_id"] == 31337);
  CHECK(mint["outpoint"] == deposit["outpoint"]);
  CHECK(mint["recipient"] == recipient);
  CHECK(mint["amount_sat"] == 100'000);
  CHECK_FALSE(mint.contains("signature"));
}

TEST_CASE("prove: which coin, where the address has several") {
  Depositor d;
  Json address = d.address();
  bitcoin::Script script = from_hex(address["script_pubkey"].get<std::string>());
  auto first = d.world.pay(script, 10'000), second = d.world.pay(script, 20'000);
  d.world.mine(3);
  CHECK(error_and_exit([&] { d.prove(address); }) == "deposit.many 2");
  CHECK(d.prove(address, {{"--outpoint", second.display() + ":0"}})["amount_sat"] == 20'000);
  CHECK(d.prove(address, {{"--outpoint", first.display() + ":0"}})["amount_sat"] == 10'000);
  CHECK(error_and_exit([&] {
          d.prove(address, {{"--outpoint", first.display() + ":1"}});
        }) == "deposit.unfunded 4");
  CHECK(error_and_exit([&] { d.prove(address, {{"--outpoint", "first"}}); }) == "outpoint.invalid 3");
  Values block = {{"--block", d.world.block_at(d.world.height() - 2)}};
  CHECK(error_and_exit([&] { d.prove(address, block); }) == "usage 2");
  block.push_back({"--outpoint", first.display() + ":1"});  // the change of that payment
  CHECK(error_and_exit([&] { d.prove(address, block); }) == "deposit.output 3");
}

TEST_CASE("prove --txid: any transaction of a block") {
  Depositor d;
  auto txid = d.world.pay(BridgeWorld::script_of(7), 10'000);
  for (int i = 0; i < 4; ++i) d.world.pay(BridgeWorld::script_of(8), 10'000);
  d.world.mine(1);
  Values values = {{"--txid", txid.display()}, {"--block", d.tip()}};
  Json document = d.command(app::peg_in::prove_command, values);
  auto proof = bridge::SpvProof::parse(document);
  CHECK(proof.verify().reason == "");
  CHECK(proof.tx.txid() == txid);
  CHECK(proof.merkle_path.size() == 3);
  auto code = [&](Values of) { return error_and_exit([&] { d.command(app::peg_in::prove_command, of); }); };
  CHECK(code({values[0]}) == "usage 2");
  CHECK(code({values[0], {"--block", d.world.block_at(5)}}) == "spv.absent 3");
  CHECK(code({{"--txid", "00"}, values[1]}).ends_with(" 3"));
  d.world.chain->call("invalidateblock", {d.tip()});
  CHECK(code(values) == "block.stale 4");
}

TEST_CASE("prove --mint in optimistic mode: not before the deposit is locked for good") {
  Depositor d;
  d.world.params.challenge = bridge::Params::Challenge();
  auto& rules = *d.world.params.challenge;
  rules.denomination = Sat(100'000);
  rules.operator_fee = Sat(1'000);
  rules.bond = Sat(50'000);
  rules.challenge_fee = Sat(10'000);
  rules.burn = Sat(20'000);
  rules.target.bytes.fill(0x7f);
  rules.sequencer = {crypto::xonly(test::secret_of(50).public_key()), {}, 1, 4};
  Json deposit = d.build(d.address(), 100'000, {{"--broadcast", ""}})["deposit"];
  d.world.mine(1);
  std::string funded_in = d.tip();
  d.world.mine(2);
  Json proof = d.prove(deposit);
  CHECK(error_and_exit([&] { d.prove(deposit, {{"--mint", ""}}); }) == "deposit.unlocked 4");

  auto record = [&](const std::string& to) {
    return bitcoin::TxOut{
        Sat(0), bridge::record_script(d.world.params.magic, bridge::LockRecord{evm::parse_address(to)})};
  };
  bitcoin::Transaction lock = d.custody_spend(deposit, {record(recipient)});
  Values values = {{"--mint", ""}, {"--block", funded_in}, {"--lock", lock.txid().display()}};
  SUBCASE("it is locked") {
    d.world.chain->call("sendrawtransaction", {to_hex(lock.serialize())});
    CHECK(error_and_exit([&] { d.prove(deposit, values); }) == "deposit.unlocked 4");
    CHECK(error_and_exit([&] { d.prove(deposit, {values[0], values[1]}); }) == "usage 2");
    d.world.mine(2);
    CHECK(error_and_exit([&] { d.prove(deposit, values); }) == "deposit.unconfirmed 4");
    d.world.mine(1);
    Json mint = d.prove(deposit, values);
    CHECK(mint["outpoint"] == deposit["outpoint"]);
    CHECK(mint["amount_sat"] == 100'000);
    Values named = values;
    named.push_back({"--spent-in", d.world.block_at(d.world.height() - 2)});
    CHECK(d.prove(deposit, named) == mint);
    named.back().second = d.tip();
    CHECK(error_and_exit([&] { d.prove(deposit, named); }) == "deposit.spender 3");
    rules.denomination = Sat(200'000);
    CHECK(error_and_exit([&] { d.prove(deposit, values); }) == "deposit.amount 7");
  }
  SUBCASE("custody spent it otherwise") {
    bitcoin::Transaction other = d.custody_spend(deposit);
    SUBCASE("for another recipient") {
      other = d.custody_spend(deposit, {record("0x00000000000000000000000000000000000000aa")});
    }
    SUBCASE("without a record") {}
    d.world.chain->call("sendrawtransaction", {to_hex(other.serialize())});
    d.world.mine(3);
    values[2].second = other.txid().display();
    CHECK(error_and_exit([&] { d.prove(deposit, values); }) == "deposit.lock 7");
  }
}

TEST_CASE("prove --mint: refused when the refund opens too soon") {
  Depositor d;
  Json deposit = d.funded();
  d.world.mine(122);  // 123 confirmations: the refund opens in 21 blocks, more than the margin of 20
  Json mint = d.prove(deposit, {{"--mint", ""}});
  CHECK(mint["outpoint"] == deposit["outpoint"]);
  d.world.mine(1);
  CHECK(error_and_exit([&] { d.prove(deposit, {{"--mint", ""}}); }) == "deposit.late 7");
  CHECK(bridge::SpvProof::parse(d.prove(deposit)).verify().reason == "");
  d.world.mine(100);
  CHECK(error_and_exit([&] { d.prove(deposit, {{"--mint", ""}}); }) == "deposit.late 7");
}

TEST_CASE("prove --mint: refused with another timelock than the bridge's") {
  Depositor d;
  auto odd = bridge::Deposit::make(d.world.custody, evm::parse_address(recipient),
                                   crypto::xonly(secret_of(depositor).public_key()), 143);
  d.world.pay(odd.script_pubkey(), 50'000);
  d.world.mine(3);
  CHECK(d.prove(odd.to_json())["amount_sat"] == 50'000);
  CHECK(error_and_exit([&] { d.prove(odd.to_json(), {{"--mint", ""}}); }) == "deposit.refund_differs 7");
}

TEST_CASE("refund: not before its block, and in it") {
  Depositor d;
  Json deposit = d.funded();  // one confirmation
  d.world.mine(100);
  CHECK(error_and_exit([&] { d.refund(deposit); }) == "refund.locked 4");
  d.key = 5;
  CHECK(error_and_exit([&] { d.refund(deposit); }) == "key.mismatch 3");
  d.key = depositor;
  d.world.mine(42);  // 143 confirmations
  CHECK(error_and_exit([&] { d.refund(deposit); }) == "refund.locked 4");
  d.world.mine(1);
  Json refund = d.refund(deposit, {{"--fee-rate", "3"}});
  CHECK(refund["kind"] == "refund");
  CHECK(refund["fee_sat"] == 3 * refund["vsize"].get<int>());
  auto tx = bitcoin::Transaction::from_hex(refund["tx"].get<std::string>());
  CHECK(tx.vsize() == refund["vsize"]);
  CHECK(tx.inputs.at(0).sequence == 144);
  CHECK(tx.outputs.at(0).script_pubkey == BridgeWorld::script_of(60));
  CHECK(d.accepts(refund));
  // One block earlier no node would have taken it.
  std::string last = d.tip();
  d.world.chain->call("invalidateblock", {last});
  CHECK_FALSE(d.accepts(refund));
  d.world.chain->call("reconsiderblock", {last});

  Json sent = d.refund(deposit, {{"--fee-rate", "3"}, {"--broadcast", ""}});
  CHECK(sent["txid"] == refund["txid"]);
  CHECK(d.refund(deposit, {{"--fee-rate", "3"}, {"--broadcast", ""}})["already"] == true);
  d.world.mine(1);
  CHECK(error_and_exit([&] { d.refund(deposit); }) == "deposit.unfunded 4");
}

TEST_CASE("refund: nothing but fee is an error") {
  Depositor d;
  Json deposit = d.funded(400);
  d.world.mine(143);
  CHECK(error_and_exit([&] { d.refund(deposit); }) == "fee.uncovered 3");
}

TEST_CASE("a refunded deposit is never minted") {
  Depositor d;
  Json deposit = d.funded();
  Values at = {{"--block", d.tip()}, {"--mint", ""}};
  d.world.mine(143);
  d.refund(deposit, {{"--broadcast", ""}});
  d.world.mine(1);
  std::string refunded = d.tip();
  d.world.mine(5);
  CHECK(error_and_exit([&] { d.prove(deposit, {{"--mint", ""}}); }) == "deposit.unfunded 4");
  CHECK(error_and_exit([&] { d.prove(deposit, at); }) == "usage 2");
  Values spent = at;
  spent.push_back({"--spent-in", refunded});
  CHECK(error_and_exit([&] { d.prove(deposit, spent); }) == "deposit.refunded 7");
  spent.back().second = d.world.block_at(3);
  CHECK(error_and_exit([&] { d.prove(deposit, spent); }) == "deposit.spender 3");
  // A proof of the payment is still possible.
  CHECK(bridge::SpvProof::parse(d.prove(deposit, {at[0]})).verify().reason == "");
}

TEST_CASE("a deposit that custody has spent can be minted, once that is as deep as a deposit") {
  Depositor d;
  Json deposit = d.funded();
  Values at = {{"--block", d.tip()}, {"--mint", ""}};
  d.world.mine(2);
  Json before = d.prove(deposit, {{"--mint", ""}});
  d.world.chain->call("sendrawtransaction", {to_hex(d.custody_spend(deposit).serialize())});
  d.world.mine(1);
  Values spent = at;
  spent.push_back({"--spent-in", d.tip()});
  CHECK(error_and_exit([&] { d.prove(deposit, spent); }) == "deposit.unconfirmed 4");
  d.world.mine(2);
  CHECK(d.prove(deposit, spent) == before);
  d.world.mine(200);  // the refund's time is past, and there is nothing to refund
  CHECK(d.prove(deposit, spent) == before);
  d.world.chain->call("invalidateblock", {spent.back().second});
  CHECK(error_and_exit([&] { d.prove(deposit, spent); }) == "block.stale 4");
}
