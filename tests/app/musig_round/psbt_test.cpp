#include "bitcoin/psbt.hpp"

#include <doctest/doctest.h>

#include "app/musig_round/commands.hpp"
#include "app/musig_round/fixture.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/spend.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

const std::vector<std::size_t> everybody{0, 1, 2, 3, 4}, three{0, 2, 4};

std::shared_ptr<const bridge::Deposit> deposit_to(const bridge::Custody& custody) {
  return std::make_shared<const bridge::Deposit>(bridge::Deposit::make(
      custody, fixture::recipient(), crypto::xonly(fixture::secret(90).public_key()), 144));
}

/// Pays withdrawals from two deposits and a coin of the custody, coins told apart by `tag`.
bridge::PayoutPlan payout(const bridge::Custody& custody, const bridge::SpendPath& path,
                          std::vector<std::uint32_t> ids = {0, 1, 2}, std::uint8_t tag = 1) {
  auto deposit = deposit_to(custody);
  bridge::PayoutRequest request{.custody = custody, .path = path, .fee_rate = FeeRate::per_vb(2)};
  request.coins = {fixture::coin(deposit->script_pubkey(), 40'000, 110, tag, deposit),
                   fixture::coin(deposit->script_pubkey(), 50'000, 111, tag, deposit),
                   fixture::coin(custody.script_pubkey(), 60'000, 105, tag)};
  for (std::uint32_t id : ids)
    request.withdrawals.push_back(fixture::withdrawal(id, 120'000 / static_cast<std::int64_t>(ids.size())));
  return bridge::plan_payout(request, fixture::params());
}

Json document_of(const bridge::PayoutPlan& plan, std::optional<bridge::SpendPath> path = std::nullopt) {
  bridge::PsbtDocument out{.psbt = plan.psbt, .spend = std::move(path)};
  out.notes = {
      .kind = bridge::TransactionKind::payout, .fee = plan.fee, .vsize = plan.vsize, .withdrawals = plan.ids};
  return out.to_json();
}

struct Payout : Custodians {
  explicit Payout(bridge::Custody made) : Custodians(std::move(made)) {
    sign_options = {{"--params", "params.json"}};
  }
};

}  // namespace

TEST_CASE("a payout from deposits and custody coins, all five over the key path") {
  Payout group(three_of_five());
  bridge::PayoutPlan plan = payout(group.custody, bridge::SpendPath::key());
  REQUIRE(plan.psbt.inputs.size() == 3);
  group.set_request(document_of(plan));
  Json result = group.all_rounds(everybody);
  CHECK(result["kind"] == "payout");
  CHECK(result["withdrawals"] == Json{0, 1, 2});
  bitcoin::Transaction tx = finalized(result);
  CHECK(tx.txid() == plan.psbt.tx.txid());
  CHECK(tx.vsize() == plan.vsize);
  FakePorts& signer = *group.parties[1];
  CHECK(signer.said_something_with("signing 3 of 3 inputs"));
  CHECK(signer.said_something_with("pays withdrawal 2"));
  CHECK(signer.said_something_with("back to the custody"));
  CHECK(signer.said_something_with("fee"));
}

TEST_CASE("a payout by three of five over their leaf") {
  Payout group(three_of_five());
  bridge::SpendPath path = bridge::SpendPath::leaf({0, 2, 4});
  bridge::PayoutPlan plan = payout(group.custody, path);
  SUBCASE("named by --signers") {
    group.options = {{"--signers", "0,2,4"}};
    group.set_request(document_of(plan));
  }
  SUBCASE("named by the document") {
    group.set_request(document_of(plan, path));
  }
  SUBCASE("bare base64") {
    group.options = {{"--signers", "0,2,4"}};
    group.set_file("request.json", plan.psbt.base64() + "\n");
  }
  CHECK(finalized(group.all_rounds(three)).vsize() == plan.vsize);
}

TEST_CASE("checksigadd: no nonces, any three of five") {
  Payout group(three_of_five(bridge::Policy::checksigadd));
  bridge::PayoutPlan plan = payout(group.custody, bridge::SpendPath::leaf({0, 1, 2}));
  group.set_request(document_of(plan));
  CHECK(error_code([&] { group.nonce(0); }) == "usage");
  std::string partials = group.partials_of({4, 1}, "");
  CHECK(error_code([&] { group.combine("", partials); }) == "partial.missing");
  partials += group.sign(3, "").dump() + "\n";
  bitcoin::Transaction tx = finalized(group.combine("", partials));
  CHECK(tx.txid() == plan.psbt.tx.txid());

  SUBCASE("more than needed are no harm") {
    partials += group.sign(0, "").dump() + "\n" + group.sign(2, "").dump() + "\n";
    CHECK(finalized(group.combine("", partials)).vsize() == plan.vsize);
  }
  SUBCASE("a bad one is named") {
    Json bad = group.sign(2, "");
    bad["signatures"][1] = std::string(128, '1');
    Error error = thrown([&] { group.combine("", partials + bad.dump() + "\n"); }).value();
    CHECK(error.code() == "partial.invalid");
    CHECK(error.message().find("signer 2 (") != std::string::npos);
    group.all.files["partial.json"] = bad.dump();
    CHECK(run(app::musig_round::verify_command, group.all, group.with({{"DOCUMENT", "partial.json"}})) ==
          Exit::no);
  }
}

TEST_CASE("checksigadd with the aggregate of all as its key path") {
  Payout group(three_of_five(bridge::Policy::checksigadd, true));
  bridge::PayoutPlan plan = payout(group.custody, bridge::SpendPath::key());
  group.options = {{"--path", "key"}};
  group.set_request(document_of(plan));
  CHECK(finalized(group.all_rounds(everybody)).vsize() == plan.vsize);
}

TEST_CASE("the recovery council") {
  Custodians council(three_of_five(), 101);
  auto path = bridge::SpendPath::recovery({0, 1});
  auto plan = bridge::plan_rotation(
      council.custody, path, {fixture::coin(council.custody.script_pubkey(), 90'000, 110, 1)},
      fixture::withdrawal(7, 1000).script, FeeRate::per_vb(2), fixture::params());
  council.options = {{"--path", "recovery"}};
  council.set_request(bridge::PsbtDocument{.psbt = plan.moves[0].psbt}.to_json());
  std::string partials = council.partials_of({2, 0}, "");
  CHECK(finalized(council.combine("", partials)).inputs[0].sequence == 4320);
}

TEST_CASE("a withdrawal is not signed twice, unless both payouts cannot confirm") {
  Payout group(three_of_five(bridge::Policy::checksigadd));
  auto path = bridge::SpendPath::leaf({0, 1, 2});
  group.set_request(document_of(payout(group.custody, path, {3, 4}, 1)));
  group.sign(0, "");
  group.sign(0, "");  // the same again
  group.set_request(document_of(payout(group.custody, path, {4, 5}, 2)));
  CHECK(error_code([&] { group.sign(0, ""); }) == "withdrawal.signed");
  CHECK(error_exit([&] { group.sign(0, ""); }) == Exit::refused);
  group.set_request(document_of(payout(group.custody, path, {4, 6}, 1)));
  CHECK_NOTHROW(group.sign(0, ""));
  group.set_request(document_of(payout(group.custody, path, {5}, 2)));
  CHECK_NOTHROW(group.sign(0, ""));
}

TEST_CASE("a refused payout does not spend the nonce") {
  Payout group(three_of_five());
  group.options = {{"--signers", "0,2,4"}};
  auto path = bridge::SpendPath::leaf({0, 2, 4});
  group.set_request(document_of(payout(group.custody, path, {3}, 1)));
  std::string first = group.nonces_of(three);
  group.sign(0, first);
  group.set_request(document_of(payout(group.custody, path, {3}, 2)));
  std::string second = group.nonces_of(three);
  CHECK(error_code([&] { group.sign(0, second); }) == "withdrawal.signed");
  // Nor does a spent nonce mark the withdrawals of a transaction that is not signed.
  group.set_request(document_of(payout(group.custody, path, {3}, 1)));
  Json own = Json::parse(first.substr(0, first.find('\n')));
  std::string mixed = own.dump() + "\n" + group.nonces_of({2, 4});
  CHECK(error_code([&] { group.sign(0, mixed); }) == "nonce.used");
}

TEST_CASE("a payout's record needs the parameters") {
  Payout group(three_of_five(bridge::Policy::checksigadd));
  bridge::PayoutPlan plan = payout(group.custody, bridge::SpendPath::leaf({0, 1, 2}));
  group.sign_options = {};
  group.set_file("request.json", plan.psbt.base64());
  CHECK(error_exit([&] { group.sign(0, ""); }) == Exit::usage);

  group.sign_options = {{"--params", "params.json"}};
  group.parties[0]->on_chain = bitcoin::Chain::main;
  CHECK(error_code([&] { group.sign(0, ""); }) == "chain.mismatch");
  group.parties[0]->on_chain = bitcoin::Chain::regtest;

  // The record is not where a payout has it.
  std::swap(plan.psbt.tx.outputs[0], plan.psbt.tx.outputs.back());
  group.set_file("request.json", plan.psbt.base64());
  CHECK(error_code([&] { group.sign(0, ""); }) == "record.invalid");
}

TEST_CASE("the fee has a cap") {
  Payout group(three_of_five(bridge::Policy::checksigadd));
  bridge::PayoutPlan plan = payout(group.custody, bridge::SpendPath::leaf({0, 1, 2}));
  group.set_request(document_of(plan));
  group.sign_options.emplace_back("--fee-cap", std::to_string(plan.fee.value() - 1));
  CHECK(error_code([&] { group.sign(0, ""); }) == "fee.cap");
  group.sign_options.back().second = std::to_string(plan.fee.value());
  CHECK_NOTHROW(group.sign(0, ""));
}

TEST_CASE("inputs of others are left alone and named") {
  Payout group(three_of_five(bridge::Policy::checksigadd));
  bridge::PayoutPlan plan = payout(group.custody, bridge::SpendPath::leaf({0, 1, 2}));
  bitcoin::Psbt psbt = plan.psbt;
  psbt.tx.inputs.push_back({.prevout = {{}, 77}});
  psbt.inputs.push_back({});
  psbt.inputs.back().witness_utxo = bitcoin::TxOut{Sat(5'000), fixture::withdrawal(1, 1).script};
  group.set_file("request.json", psbt.base64());
  Json partial = group.sign(0, "");
  CHECK(partial["signatures"].size() == 3);
  CHECK(group.parties[0]->said_something_with("signing 3 of 4 inputs"));
  CHECK(group.parties[0]->said_something_with("not signed here"));
  Json result = group.combine("", group.partials_of({0, 1, 2}, ""));
  CHECK(bridge::PsbtDocument::parse(result).psbt.inputs[3].tap_script_sigs.empty());

  SUBCASE("none of ours") {
    Payout others(bridge::Custody::make(bridge::Policy::checksigadd, 2, fixture::public_keys(3, 3)));
    others.set_file("request.json", psbt.base64());
    CHECK(error_code([&] { others.sign(0, ""); }) == "psbt.foreign");
    CHECK(error_exit([&] { others.sign(0, ""); }) == Exit::refused);
  }
}

TEST_CASE("what an input says of itself must give the output it spends") {
  Payout group(three_of_five());
  bitcoin::Psbt psbt = payout(group.custody, bridge::SpendPath::key()).psbt;
  auto code = [&] {
    group.set_file("request.json", psbt.base64());
    return error_code([&] { group.nonce(0); });
  };
  SUBCASE("another merkle root") {
    for (auto& input : psbt.inputs) input.tap_merkle_root->at(3) ^= 1;
    CHECK(code() == "psbt.foreign");
  }
  SUBCASE("another internal key") {
    for (auto& input : psbt.inputs) input.tap_internal_key = bitcoin::nums_point();
    CHECK(code() == "psbt.foreign");
  }
  SUBCASE("another output") {
    for (auto& input : psbt.inputs) input.witness_utxo->script_pubkey.back() ^= 1;
    CHECK(code() == "psbt.foreign");
  }
  SUBCASE("no output") {
    psbt.inputs[1].witness_utxo.reset();
    CHECK(code() == "psbt.utxo");
  }
  SUBCASE("a signature of less than everything") {
    psbt.inputs[1].sighash_type = 0x83;
    CHECK(code() == "psbt.unbound");
  }
}

TEST_CASE("a leaf must be in the tree of the output") {
  Payout group(three_of_five());
  group.options = {{"--signers", "0,2,4"}};
  bitcoin::Psbt psbt = payout(group.custody, bridge::SpendPath::leaf({0, 2, 4})).psbt;
  for (auto& input : psbt.inputs) {
    auto leaf = *input.tap_leaf_scripts.begin();
    Bytes control = leaf.first;
    control.back() ^= 1;
    input.tap_leaf_scripts = {{control, leaf.second}};
  }
  group.set_file("request.json", psbt.base64());
  CHECK(error_code([&] { group.nonce(0); }) == "psbt.foreign");
}
