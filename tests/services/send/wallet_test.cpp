#include "services/send/wallet.hpp"

#include <doctest/doctest.h>
#include <random>

#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "bridge/commitment.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

const bridge::Params params = BridgeWorld::make_params();

enum Kind { p2tr, p2wpkh };

/// The `n`-th coin of a key's address of one kind.
net::Coin coin(Kind kind, std::int64_t value, std::uint32_t n = 0, std::uint8_t seed = 1) {
  bitcoin::OutPoint at;
  at.txid.bytes.fill(static_cast<std::uint8_t>(seed + 1));
  at.vout = n;
  return {at, {Sat(value), services::wallet_scripts(secret_of(seed).public_key())[kind]}, 1, false};
}
bitcoin::TxOut pay(std::int64_t value, std::uint8_t seed = 50) {
  return {Sat(value), BridgeWorld::script_of(seed)};
}
bitcoin::Script change_to(Kind kind) {
  return services::wallet_scripts(secret_of(2).public_key())[kind];
}
services::FundingPlan fund(std::vector<net::Coin> coins, std::vector<bitcoin::TxOut> outputs,
                           std::int64_t rate = 1, Kind change = p2tr) {
  return services::fund(std::move(coins), std::move(outputs), change_to(change), FeeRate::per_vb(rate),
                        params);
}

/// Signed by the coins' key, every input run through the script machine under the mempool's rules.
bitcoin::Transaction sign(const services::FundingPlan& plan, std::uint8_t seed = 1) {
  bitcoin::Psbt psbt = plan.psbt;
  CHECK(services::sign_with(secret_of(seed), psbt) == psbt.inputs.size());
  psbt.finalize();
  bitcoin::Transaction tx = psbt.extract();
  bitcoin::SighashCache cache(tx, plan.psbt.spent());
  for (std::size_t i = 0; i < tx.inputs.size(); ++i)
    CHECK(bitcoin::verify_input(cache, i, bitcoin::standard_flags) == bitcoin::ScriptError::OK);
  CHECK(bitcoin::standard_reason(tx, plan.psbt.spent()) == "");
  return tx;
}

std::int64_t total_out(const services::FundingPlan& plan) {
  std::int64_t sum = 0;
  for (const auto& output : plan.psbt.tx.outputs) sum += output.value.value();
  return sum;
}

}  // namespace

TEST_CASE("the scripts of a key: BIP86, then P2WPKH (BIP84)") {
  // The first receiving keys of BIP86's and BIP84's test vectors.
  auto bip86 =
      crypto::PublicKey::from(from_hex("03cc8a4bc64d897bddc5fbc2f670f7a8ba0b386779106cf1223c6fc5d7cd6fc115"));
  CHECK(bitcoin::script_address(services::wallet_scripts(bip86).at(0), bitcoin::Chain::main) ==
        "bc1p5cyxnuxmeuwuvkwfem96lqzszd02n6xdcjrs20cac6yqjjwudpxqkedrcr");
  auto bip84 =
      crypto::PublicKey::from(from_hex("0330d54fd0dd420a6e5f8d3624f5f3482cae350f79d5f0753bf5beef9c2d91af3c"));
  CHECK(bitcoin::script_address(services::wallet_scripts(bip84).at(1), bitcoin::Chain::main) ==
        "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu");
}

TEST_CASE("a plan is exactly as large as what is signed: to the byte for Schnorr, within one for ECDSA") {
  for (std::size_t inputs : {1u, 2u, 3u, 7u}) {
    for (std::size_t outputs : {1u, 2u, 5u}) {
      for (Kind kind : {p2tr, p2wpkh}) {
        CAPTURE(inputs);
        CAPTURE(outputs);
        CAPTURE(kind);
        std::vector<net::Coin> coins;
        for (std::uint32_t i = 0; i < inputs; ++i) coins.push_back(coin(kind, 100'000, i));
        std::vector<bitcoin::TxOut> paid;
        for (std::uint8_t i = 0; i < outputs; ++i) paid.push_back(pay(10'000, i + 50));
        paid.back().value += Sat(static_cast<std::int64_t>(inputs) * 100'000 - 50'000 -
                                 static_cast<std::int64_t>(outputs) * 10'000);
        auto plan = fund(coins, paid, 3);
        REQUIRE(plan.psbt.inputs.size() == inputs);
        CHECK(plan.psbt.tx.outputs.size() == outputs + 1);
        std::int64_t size = sign(plan).vsize();
        CHECK(plan.fee == Sat(3 * plan.vsize));
        CHECK(size <= plan.vsize);
        CHECK(size >= plan.vsize - (kind == p2tr ? 0 : 1));
        CHECK(total_out(plan) + plan.fee.value() == static_cast<std::int64_t>(inputs) * 100'000);
      }
    }
  }
}

TEST_CASE("as few coins as cover it, the largest first; all replaceable") {
  std::vector<net::Coin> coins = {coin(p2tr, 5'000, 0), coin(p2wpkh, 80'000, 1), coin(p2tr, 20'000, 2),
                                  coin(p2wpkh, 80'000, 3)};
  auto plan = fund(coins, {pay(60'000)});
  REQUIRE(plan.psbt.inputs.size() == 1);
  CHECK(plan.psbt.tx.inputs[0].prevout == coins[1].outpoint);
  plan = fund(coins, {pay(150'000), pay(20'000)});
  REQUIRE(plan.psbt.inputs.size() == 3);
  CHECK(plan.psbt.tx.inputs[2].prevout == coins[2].outpoint);
  for (const auto& input : plan.psbt.tx.inputs) CHECK(input.sequence == 0xfffffffd);
  CHECK(plan.psbt.tx.outputs[1] == pay(20'000));
  CHECK(plan.psbt.tx.outputs[2].script_pubkey == change_to(p2tr));
  sign(plan);
}

TEST_CASE("change above dust is an output, below it goes to the fee") {
  for (auto [kind, dust] : {std::pair{p2tr, 330}, std::pair{p2wpkh, 294}}) {
    CAPTURE(dust);
    auto sized = fund({coin(p2tr, 1'000'000)}, {pay(100'000)}, 2, kind);
    std::int64_t fee = sized.fee.value();
    auto exact = fund({coin(p2tr, 100'000 + fee + dust)}, {pay(100'000)}, 2, kind);
    REQUIRE(exact.psbt.tx.outputs.size() == 2);
    CHECK(exact.psbt.tx.outputs[1].value == Sat(dust));
    CHECK(exact.fee == Sat(fee));
    auto less = fund({coin(p2tr, 100'000 + fee + dust - 1)}, {pay(100'000)}, 2, kind);
    CHECK(less.psbt.tx.outputs.size() == 1);
    CHECK(less.fee == Sat(fee + dust - 1));
    CHECK(sign(less).vsize() == less.vsize);
  }
}

TEST_CASE("short funds: the last satoshi counts") {
  std::int64_t fee = fund({coin(p2tr, 200'000)}, {pay(199'700)}, 1).vsize;
  CHECK(fund({coin(p2tr, 100'000 + fee)}, {pay(100'000)}).fee == Sat(fee));
  CHECK(error_code([&] { fund({coin(p2tr, 100'000 + fee - 1)}, {pay(100'000)}); }) == "funds.short");
  CHECK(error_exit([&] { fund({}, {pay(1'000)}); }) == Exit::not_ready);
  // Coins that cost more than they are worth do not help.
  std::vector<net::Coin> dust;
  for (std::uint32_t i = 0; i < 20; ++i) dust.push_back(coin(p2tr, 400, i));
  CHECK(error_code([&] { fund(dust, {pay(1'000)}, 10); }) == "funds.short");
}

TEST_CASE("fees: the parameters' floor and caps") {
  CHECK(fund({coin(p2tr, 900'000)}, {pay(100'000)}, 100).fee.value() > 15'000);
  CHECK(error_code([] { fund({coin(p2tr, 900'000)}, {pay(100'000)}, 101); }) == "fee.rate");
  std::vector<net::Coin> many;
  for (std::uint32_t i = 0; i < 100; ++i) many.push_back(coin(p2tr, 100'000, i));
  CHECK(error_code([&] { fund(many, {pay(9'000'000)}, 100); }) == "fee.cap");
  CHECK(error_exit([&] { fund(many, {pay(9'000'000)}, 100); }) == Exit::refused);
}

TEST_CASE("only coins that one signature spends can pay") {
  net::Coin other = coin(p2tr, 50'000);
  other.output.script_pubkey = bitcoin::p2pkh_script(secret_of(1).public_key());
  CHECK(error_code([&] { fund({other}, {pay(10'000)}); }) == "coin.script");
}

TEST_CASE("a transaction that no node relays is not planned") {
  std::vector<net::Coin> many;
  for (std::uint32_t i = 0; i < 2'000; ++i) many.push_back(coin(p2tr, 1'000, i));
  CHECK(error_code([&] { fund(many, {pay(1'750'000)}); }) == "tx.weight");
}

TEST_CASE("whatever the coins: nothing is lost, and the rate is kept") {
  std::mt19937 random(7);
  auto between = [&](std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(high - low + 1));
  };
  int funded = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<net::Coin> coins;
    for (std::uint32_t i = 0; i < between(1, 6); ++i)
      coins.push_back(coin(static_cast<Kind>(random() % 2), between(300, 30'000), i));
    std::int64_t rate = between(1, 30);
    try {
      auto plan = fund(coins, {pay(between(330, 50'000))}, rate, static_cast<Kind>(random() % 2));
      ++funded;
      std::int64_t spent = 0;
      for (const auto& output : plan.psbt.spent()) spent += output.value.value();
      CHECK(spent == total_out(plan) + plan.fee.value());
      CHECK(plan.fee >= Sat(rate * plan.vsize));
      CHECK(plan.fee <= Sat(rate * (plan.vsize + 43) + 330));
    } catch (const Error& e) {
      CHECK(e.code() == "funds.short");
    }
  }
  CHECK(funded > 50);
}

TEST_CASE("sign_with signs what is the key's, and that alone") {
  std::vector<net::Coin> coins = {coin(p2tr, 50'000, 0, 1), coin(p2wpkh, 40'000, 1, 1),
                                  coin(p2tr, 30'000, 2, 7), coin(p2wpkh, 20'000, 3, 7)};
  auto plan = fund(coins, {pay(130'000)});
  REQUIRE(plan.psbt.inputs.size() == 4);
  bitcoin::Psbt psbt = plan.psbt;
  CHECK(services::sign_with(secret_of(1), psbt) == 2);
  CHECK(psbt.inputs[0].tap_key_sig.has_value());
  CHECK(psbt.inputs[1].partial_sigs.size() == 1);
  CHECK_FALSE(psbt.inputs[2].tap_key_sig);
  CHECK(psbt.inputs[3].partial_sigs.empty());
  CHECK(services::sign_with(secret_of(9), psbt) == 0);
  CHECK(services::sign_with(secret_of(7), psbt) == 2);
  psbt.finalize();
  bitcoin::Transaction tx = psbt.extract();
  bitcoin::SighashCache cache(tx, plan.psbt.spent());
  for (std::size_t i = 0; i < 4; ++i)
    CHECK(bitcoin::verify_input(cache, i, bitcoin::standard_flags) == bitcoin::ScriptError::OK);
}

TEST_CASE("coins that can be spent: mature, confirmed, and not spent in the mempool") {
  BridgeWorld world;
  auto wallet = bridge::key_script(crypto::xonly(secret_of(98).public_key()));
  auto port = world.ports();
  auto count = [&](const std::vector<bitcoin::Script>& scripts) {
    return services::spendable_coins(port->node(), scripts).size();
  };
  CHECK(world.height() == 110);
  CHECK(count({wallet}) == 11);  // of 110 coinbases the first 11 have 100 confirmations
  auto mine = services::wallet_scripts(secret_of(5).public_key());
  world.pay(mine[1], 70'000);  // spends one, and its change and payment are not confirmed
  CHECK(count({wallet}) == 10);
  CHECK(count(mine) == 0);
  world.mine(1);
  CHECK(count({wallet}) == 12);
  CHECK(count(mine) == 1);
  CHECK(count({mine[1], mine[1]}) == 1);
  CHECK(count({}) == 0);
}

TEST_CASE("a given input stands first, pays its part and its weight, and a coin stands beside it") {
  services::GivenInput given{coin(p2tr, 330, 7, 3), 100};
  auto plan = services::fund({coin(p2wpkh, 50'000), coin(p2tr, 10'000, 1)}, {pay(5'000)}, change_to(p2tr),
                             FeeRate::per_vb(2), params, {given});
  const bitcoin::Transaction& tx = plan.psbt.tx;
  REQUIRE(tx.inputs.size() == 2);
  CHECK(tx.inputs[0].prevout == given.coin.outpoint);
  CHECK(tx.inputs[0].sequence == 0xfffffffd);
  CHECK(tx.outputs[0] == pay(5'000));
  CHECK(total_out(plan) + plan.fee.value() == 50'330);
  auto alone =
      services::fund({coin(p2wpkh, 50'000)}, {pay(5'000)}, change_to(p2tr), FeeRate::per_vb(2), params);
  CHECK(plan.vsize == alone.vsize + 41 + 25);
  CHECK(plan.fee == FeeRate::per_vb(2).fee(plan.vsize));

  // The given inputs may cover the whole amount; the payer still adds a coin of its own.
  services::GivenInput rich{coin(p2tr, 90'000, 7, 3), 100};
  CHECK(
      services::fund({coin(p2tr, 10'000)}, {pay(5'000)}, change_to(p2tr), FeeRate::per_vb(1), params, {rich})
          .psbt.tx.inputs.size() == 2);
  CHECK(error_code([&] {
          services::fund({}, {pay(5'000)}, change_to(p2tr), FeeRate::per_vb(1), params, {rich});
        }) == "funds.short");
}
