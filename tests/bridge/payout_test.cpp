#include "bridge/payout.hpp"

#include <doctest/doctest.h>

#include "bitcoin/policy.hpp"
#include "bridge/psbt_document.hpp"
#include "signing/psbt_tasks.hpp"
#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

const Custody& five() {
  static const Custody custody =
      Custody::make(Policy::subsets, 3, public_keys(1, 5), false, recovery(2, 3, 10));
  return custody;
}

std::shared_ptr<const Deposit> deposit(const Custody& custody, std::uint8_t tag = 1) {
  return std::make_shared<Deposit>(
      Deposit::make(custody, recipient(tag), crypto::xonly(secret(90).public_key()), 144));
}

std::vector<CustodyCoin> coins_of(const Custody& custody) {
  auto d1 = deposit(custody, 1), d2 = deposit(custody, 2);
  return {coin(custody.script_pubkey(), 100'000, 110, 1), coin(d2->script_pubkey(), 60'000, 130, 2, d2),
          coin(d1->script_pubkey(), 50'000, 120, 3, d1), coin(custody.script_pubkey(), 900'000, 0, 4)};
}

PayoutRequest request(const Custody& custody, SpendPath path, std::vector<Withdrawal> withdrawals) {
  return {custody, std::move(path), coins_of(custody), std::move(withdrawals), FeeRate::per_vb(2)};
}

std::vector<bitcoin::TxOut> spent_by(const std::vector<CustodyCoin>& coins) {
  std::vector<bitcoin::TxOut> out;
  for (const auto& c : coins) out.push_back(c.output);
  return out;
}

}  // namespace

TEST_CASE("a payout takes deposits first, oldest first, and gives change to the custody") {
  auto plan = plan_payout(request(five(), SpendPath::key(), {withdrawal(7, 40'000), withdrawal(3, 30'000)}),
                          params());
  CHECK(plan.ids == std::vector<std::uint32_t>{3, 7});
  REQUIRE(plan.spent.size() == 2);
  CHECK(plan.spent[0].height == 120);
  CHECK(plan.spent[1].height == 130);
  const auto& outputs = plan.psbt.tx.outputs;
  REQUIRE(outputs.size() == 4);
  CHECK(outputs[0].value == Sat(30'000));
  CHECK(outputs[1].value == Sat(40'000));
  CHECK(plan.change_vout == 2);
  CHECK(outputs[2].script_pubkey == five().script_pubkey());
  CHECK(outputs[3].script_pubkey == record_script(params().magic, PayoutRecord{{3, 7}}));
  CHECK(plan.fee == FeeRate::per_vb(2).fee(plan.vsize));
  CHECK(plan.psbt.fee() == plan.fee);
  for (const auto& input : plan.psbt.tx.inputs) CHECK(input.sequence == 0xfffffffd);
}

TEST_CASE("the size planned is the size signed, by every path, over deposits and plain coins") {
  Custody multi = Custody::make(Policy::checksigadd, 3, public_keys(1, 5), true, recovery(2, 3, 10));
  Custody musig = Custody::make(Policy::musig, 3, public_keys(1, 3));
  std::vector<std::pair<Custody, SpendPath>> cases = {{five(), SpendPath::key()},
                                                      {five(), SpendPath::leaf({0, 2, 4})},
                                                      {five(), SpendPath::recovery({0, 2})},
                                                      {multi, SpendPath::leaf({1, 2, 4})},
                                                      {multi, SpendPath::key()},
                                                      {musig, SpendPath::key()}};
  for (const auto& [custody, path] : cases) {
    auto plan =
        plan_payout(request(custody, path, {withdrawal(0, 150'000), withdrawal(1, 20'000)}), params());
    REQUIRE(plan.spent.size() == 3);
    bitcoin::Transaction tx = sign_all(custody, path, plan.psbt);
    CHECK(tx.vsize() == plan.vsize);
    CHECK(tx.txid() == plan.psbt.tx.txid());
    CHECK(bitcoin::standard_reason(tx, spent_by(plan.spent)) == "");
    CHECK(check_payout(tx, *payout_record(params().magic, tx),
                       {withdrawal(0, 150'000), withdrawal(1, 20'000)}) == std::vector<std::uint32_t>{0, 1});
  }
}

TEST_CASE("withdrawals that no standard output can pay are left out with a reason") {
  Withdrawal dust = withdrawal(1, 330), odd = withdrawal(2, 50'000), unspendable = withdrawal(3, 50'000);
  dust.script = bitcoin::p2pkh_script(secret(1).public_key());
  odd.script = {bitcoin::OP_1, bitcoin::OP_DROP};
  unspendable.script = bitcoin::op_return_script(Bytes{1, 2});
  auto plan = plan_payout(request(five(), SpendPath::key(), {odd, withdrawal(9, 20'000), dust, unspendable}),
                          params());
  CHECK(plan.ids == std::vector<std::uint32_t>{9});
  REQUIRE(plan.left_out.size() == 3);
  CHECK(plan.left_out[0].reason == "dust");
  CHECK(plan.left_out[1].reason == "nonstandard script");
  CHECK(plan.left_out[2].reason == "nonstandard script");
}

TEST_CASE("a record holds 75 small steps; the rest waits for the next batch") {
  std::vector<Withdrawal> many;
  for (std::uint32_t id = 0; id < 80; ++id) many.push_back(withdrawal(id, 1'000));
  auto plan = plan_payout(request(five(), SpendPath::key(), many), params());
  CHECK(plan.ids.size() == 75);
  REQUIRE(plan.left_out.size() == 5);
  CHECK(plan.left_out[0].reason == "record is full");
}

TEST_CASE("payouts that must not be planned") {
  auto code = [](PayoutRequest r) { return error_code([&] { plan_payout(r, params()); }); };
  auto ok = request(five(), SpendPath::key(), {withdrawal(0, 40'000)});
  CHECK(code(ok) == "");
  CHECK(code(request(five(), SpendPath::key(), {})) == "payout.none");
  CHECK(code(request(five(), SpendPath::key(), {withdrawal(0, 40'000), withdrawal(0, 40'000)})) ==
        "withdrawal.twice");
  // The unconfirmed coin of 900,000 does not count.
  CHECK(code(request(five(), SpendPath::key(), {withdrawal(0, 400'000)})) == "funds.short");
  auto costly = ok;
  costly.fee_rate = FeeRate::per_vb(101);
  CHECK(code(costly) == "fee.rate");
  auto foreign = ok;
  foreign.coins[2].output.script_pubkey = withdrawal(5, 1).script;
  CHECK(code(foreign) == "coin.script");
  auto other = ok;
  other.coins[2].deposit = deposit(Custody::make(Policy::musig, 2, public_keys(1, 2)), 1);
  other.coins[2].output.script_pubkey = other.coins[2].deposit->script_pubkey();
  CHECK(code(other) == "coin.script");
  Params tight = params();
  tight.fee_cap_total = Sat(100);
  CHECK(error_code([&] { plan_payout(ok, tight); }) == "fee.cap");
}

TEST_CASE("nobody is paid by a written id") {
  auto plan = plan_payout(request(five(), SpendPath::key(), {withdrawal(0, 40'000), withdrawal(1, 30'000)}),
                          params());
  bitcoin::Transaction tx = plan.psbt.tx;
  PayoutRecord record = *payout_record(params().magic, tx);
  std::vector<Withdrawal> asked = {withdrawal(0, 40'000), withdrawal(1, 30'001)};
  CHECK(check_payout(tx, record, asked) == std::vector<std::uint32_t>{0});
  std::swap(tx.outputs[0], tx.outputs[1]);
  CHECK(check_payout(tx, record, {withdrawal(0, 40'000), withdrawal(1, 30'000)}).empty());
  tx.outputs.pop_back();
  CHECK(!payout_record(params().magic, tx));
}

TEST_CASE("a bump keeps inputs and payments, pays more, and may add coins") {
  auto first = request(five(), SpendPath::leaf({0, 1, 2}), {withdrawal(0, 40'000), withdrawal(1, 9'000)});
  PayoutPlan plan = plan_payout(first, params());
  BumpRequest bump{five(),     first.path,       sign_all(five(), first.path, plan.psbt),
                   plan.spent, coins_of(five()), FeeRate::per_vb(5)};
  PayoutPlan better = plan_bump(bump, params());
  CHECK(better.ids == plan.ids);
  REQUIRE(better.spent.size() >= plan.spent.size());
  for (std::size_t i = 0; i < plan.spent.size(); ++i)
    CHECK(better.spent[i].outpoint == plan.spent[i].outpoint);
  CHECK(better.fee >= plan.fee + Sat(better.vsize));
  CHECK(better.fee >= FeeRate::per_vb(5).fee(better.vsize));
  for (std::size_t k = 0; k < plan.ids.size(); ++k)
    CHECK(better.psbt.tx.outputs[k] == plan.psbt.tx.outputs[k]);
  CHECK(better.psbt.tx.outputs.back() == plan.psbt.tx.outputs.back());

  bump.fee_rate = FeeRate::per_vb(90);
  PayoutPlan more = plan_bump(bump, params());
  CHECK(more.spent.size() > plan.spent.size());
  CHECK(more.fee >= FeeRate::per_vb(90).fee(more.vsize));
  CHECK(sign_all(five(), first.path, more.psbt).vsize() == more.vsize);

  bump.fee_rate = FeeRate::per_vb(1);
  CHECK(error_code([&] { plan_bump(bump, params()); }) == "bump.rate");
  bump.inputs[0].outpoint.vout ^= 1;
  CHECK(error_code([&] { plan_bump(bump, params()); }) == "payout.invalid");
}

TEST_CASE("rotation moves every coin in as few standard transactions as fit") {
  Custody next = Custody::make(Policy::subsets, 2, public_keys(21, 3));
  std::vector<CustodyCoin> coins = coins_of(five());
  coins.push_back(coin(five().script_pubkey(), 40, 111, 9));
  RotationPlan plan =
      plan_rotation(five(), SpendPath::key(), coins, next.script_pubkey(), FeeRate::per_vb(1), params());
  REQUIRE(plan.moves.size() == 1);
  CHECK(plan.moves[0].spent.size() == 3);
  CHECK(plan.left_out.size() == 2);  // unconfirmed, and not worth its fee
  bitcoin::Transaction tx = sign_all(five(), SpendPath::key(), plan.moves[0].psbt);
  CHECK(tx.vsize() == plan.moves[0].vsize);
  REQUIRE(tx.outputs.size() == 1);
  CHECK(tx.outputs[0].value == Sat(210'000) - plan.moves[0].fee);

  std::vector<CustodyCoin> many;
  for (int i = 0; i < 2'000; ++i) {
    many.push_back(coin(five().script_pubkey(), 10'000, 110, 1));
    many.back().outpoint.vout = static_cast<std::uint32_t>(i);
  }
  plan = plan_rotation(five(), SpendPath::key(), many, next.script_pubkey(), FeeRate::per_vb(1), params());
  CHECK(plan.moves.size() == 2);
  std::size_t moved = 0;
  for (const auto& move : plan.moves) {
    moved += move.spent.size();
    CHECK(move.vsize <= bitcoin::max_standard_weight / 4);
  }
  CHECK(moved == many.size());
  // The cap of one transaction's fee makes more of them.
  plan = plan_rotation(five(), SpendPath::key(), many, next.script_pubkey(), FeeRate::per_vb(20), params());
  CHECK(plan.moves.size() == 5);
}

TEST_CASE("signers refuse inputs that are not the custody's") {
  auto plan = plan_payout(request(five(), SpendPath::leaf({0, 1, 2}), {withdrawal(0, 40'000)}), params());
  auto code = [](const bitcoin::Psbt& psbt, SpendPath path) {
    return error_code([&] { signing::signing_tasks(five(), path, psbt); });
  };
  CHECK(code(plan.psbt, SpendPath::leaf({0, 1, 2})) == "");
  CHECK(code(plan.psbt, SpendPath::leaf({0, 1, 3})) == "psbt.foreign");
  bitcoin::Psbt changed = plan.psbt;
  changed.inputs[0].tap_internal_key = crypto::xonly(secret(60).public_key());
  CHECK(code(changed, SpendPath::leaf({0, 1, 2})) == "psbt.foreign");
  changed = plan.psbt;
  changed.inputs[0].tap_merkle_root = bitcoin::TapNode{};
  CHECK(code(changed, SpendPath::key()) == "psbt.foreign");
  changed = plan.psbt;
  changed.inputs[0].witness_utxo->script_pubkey = withdrawal(1, 1).script;
  CHECK(code(changed, SpendPath::leaf({0, 1, 2})) == "psbt.foreign");
  changed = plan.psbt;
  changed.inputs[0].sighash_type = 2;
  CHECK(code(changed, SpendPath::leaf({0, 1, 2})) == "psbt.unbound");
}

TEST_CASE("a deposit is refunded by its own leaf") {
  Deposit d = *deposit(five());
  d.funding = Deposit::Funding{{bitcoin::Txid{}, 1}, Sat(50'000)};
  bitcoin::Script to = withdrawal(1, 1).script;
  bitcoin::Psbt psbt = plan_refund(d, to, FeeRate::per_vb(3), params());
  CHECK(psbt.tx.inputs[0].sequence == 144);
  Spend spend = d.refund_spend();
  auto leaf = *spend.leaf_hash();
  auto message = psbt.taproot_sighash(0, &leaf);
  Sat fee = psbt.fee();
  psbt.inputs[0].tap_script_sigs[{d.refund_key(), leaf}] =
      to_bytes(crypto::schnorr_sign(secret(90), message, ByteArray<32>{}));
  psbt.finalize();
  CHECK(fee == FeeRate::per_vb(3).fee(psbt.extract().vsize()));
  d.funding->amount = Sat(600);
  CHECK(error_code([&] { plan_refund(d, to, FeeRate::per_vb(3), params()); }) == "fee.uncovered");
  d.funding.reset();
  CHECK(error_code([&] { plan_refund(d, to, FeeRate::per_vb(3), params()); }) == "deposit.unfunded");
}

TEST_CASE("psbt and transaction documents") {
  auto plan = plan_payout(request(five(), SpendPath::leaf({0, 1, 2}), {withdrawal(0, 40'000)}), params());
  PsbtDocument document{plan.psbt,
                        {TransactionKind::payout, plan.fee, plan.vsize, plan.ids},
                        SpendPath::leaf({0, 1, 2}),
                        five()};
  Json json = document.to_json();
  PsbtDocument again = PsbtDocument::parse_text(json.dump());
  CHECK(again.to_json() == json);
  CHECK(again.custody == five());
  CHECK(PsbtDocument::parse_text("\n " + plan.psbt.base64() + "\n").psbt.tx == plan.psbt.tx);
  Json wrong = json;
  wrong["txid"] = std::string(64, '0');
  CHECK(error_code([&] { PsbtDocument::parse(wrong); }) == "document.derived");
  wrong = json;
  wrong["fee_sat"] = 1;
  CHECK(error_code([&] { PsbtDocument::parse(wrong); }) == "document.derived");
  TransactionDocument tx{sign_all(five(), SpendPath::leaf({0, 1, 2}), plan.psbt), document.notes};
  CHECK(TransactionDocument::parse(tx.to_json()).to_json() == tx.to_json());
}
