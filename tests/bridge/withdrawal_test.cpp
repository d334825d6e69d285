#include "bridge/withdrawal.hpp"

#include <doctest/doctest.h>

#include "evm/abi.hpp"
#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

/// The tree's definition, leaf by leaf, over 2^height places.
ByteArray<32> plain_root(const std::vector<ByteArray<32>>& leaves, int height) {
  std::vector<ByteArray<32>> row = leaves;
  ByteArray<32> zero{};
  for (int level = 0; level < height; ++level) {
    if (row.size() % 2) row.push_back(zero);
    if (row.empty()) row.push_back(zero), row.push_back(zero);
    std::vector<ByteArray<32>> above;
    for (std::size_t i = 0; i < row.size(); i += 2)
      above.push_back(crypto::Sha256().write(row[i]).write(row[i + 1]).finish());
    row = std::move(above);
    zero = crypto::Sha256().write(zero).write(zero).finish();
  }
  return row[0];
}

std::vector<evm::Word> topics_of(std::uint64_t id) {
  evm::Word from{};
  std::ranges::copy(recipient().bytes, from.begin() + 12);
  return {withdrawal_event_topic(params()), evm::word_from(id), from};
}

Bytes event_data(std::uint64_t amount, ByteView script, const bitcoin::OutPoint& deposit = {}) {
  return evm::AbiWriter().u64(amount).bytes(script).word(deposit.txid.bytes).u64(deposit.vout).arguments();
}

}  // namespace

TEST_CASE("a leaf is the hash of its 80 bytes") {
  Withdrawal w = withdrawal(0x01020304, 0x0a0b0c);
  w.script = {0x51};
  Bytes data = from_hex(
      "01020304"
      "00000000000a0b0c" +
      std::string(72, '0'));
  append(data, crypto::sha256(w.script));
  CHECK(data.size() == 80);
  CHECK(w.leaf() == crypto::sha256(data));
}

TEST_CASE("the tree is the plain tree of depth 32, and its proofs lead to the root") {
  WithdrawalTree tree;
  CHECK(tree.root() == plain_root({}, 32));
  std::vector<ByteArray<32>> leaves;
  for (std::uint32_t i = 0; i < 37; ++i) {
    leaves.push_back(withdrawal(i, 1'000 + i).leaf());
    tree.append(leaves.back());
    CHECK(tree.root() == plain_root(leaves, 32));
  }
  for (std::uint32_t i = 0; i < 37; ++i) {
    auto proof = tree.proof(i);
    CHECK(proof.size() == 32);
    CHECK(WithdrawalTree::fold(leaves[i], i, proof) == tree.root());
    CHECK(WithdrawalTree::fold(leaves[i], i + 1, proof) != tree.root());
  }
  CHECK(error_code([&] { tree.proof(37); }) == "withdrawal.index");
}

TEST_CASE("the event's name is the contract's, or as the parameters say") {
  CHECK(withdrawal_event_topic(params()) ==
        evm::event_topic("WithdrawalRequested(uint256,address,uint64,bytes,bytes32,uint32)"));
  Params renamed = params();
  renamed.layer2.names.withdrawal_requested = "Burn";
  CHECK(withdrawal_event_topic(renamed) ==
        evm::event_topic("Burn(uint256,address,uint64,bytes,bytes32,uint32)"));
}

TEST_CASE("events are read strictly") {
  Bytes script = bitcoin::p2wpkh_script(secret(1).public_key());
  Withdrawal w = parse_withdrawal_event(topics_of(5), event_data(10'000, script), params());
  CHECK(w.id == 5);
  CHECK(w.amount == Sat(10'000));
  CHECK(w.script == script);
  CHECK(w.from == recipient());
  CHECK(w.deposit == bitcoin::OutPoint{});
  Json json = withdrawal_document(w, bitcoin::Chain::regtest);
  CHECK(json["address"].get<std::string>().starts_with("bcrt1q"));

  auto code = [](std::vector<evm::Word> topics, Bytes data) {
    return error_code([&] { parse_withdrawal_event(topics, data, params()); });
  };
  CHECK(code(topics_of(1ull << 32), event_data(10'000, script)) == "withdrawal.event");
  CHECK(code({topics_of(1)[0]}, event_data(10'000, script)) == "withdrawal.event");
  CHECK(code({topics_of(1)[1], topics_of(1)[1], topics_of(1)[2]}, event_data(10'000, script)) ==
        "withdrawal.event");
  CHECK(code(topics_of(1), event_data(329, script)) == "withdrawal.event");
  CHECK(code(topics_of(1), event_data(2'100'000'000'000'001, script)) == "withdrawal.event");
  CHECK(code(topics_of(1), event_data(10'000, {})) == "withdrawal.event");
  CHECK(!code(topics_of(1), event_data(10'000, Bytes(81, 1))).empty());
  Bytes cut = event_data(10'000, script);
  for (std::size_t size : {0u, 31u, 64u, 128u, 150u})
    CHECK(!code(topics_of(1), Bytes(cut.begin(), cut.begin() + size)).empty());
}

TEST_CASE("events of optimistic mode: one amount, a deposit each, the scripts of addresses") {
  Params optimistic = params();
  optimistic.challenge = Params::Challenge();
  optimistic.challenge->denomination = Sat(100'000);
  optimistic.challenge->operator_fee = Sat(1'500);
  Bytes script = bitcoin::p2wpkh_script(secret(1).public_key());
  bitcoin::OutPoint deposit{bitcoin::Txid::from_display(std::string(62, '0') + "07"), 3};
  auto code = [&](std::uint64_t amount, ByteView to, const bitcoin::OutPoint& of) {
    return error_code([&] { parse_withdrawal_event(topics_of(1), event_data(amount, to, of), optimistic); });
  };
  Withdrawal w = parse_withdrawal_event(topics_of(5), event_data(98'500, script, deposit), optimistic);
  CHECK(w.deposit == deposit);
  CHECK(withdrawal_document(w, bitcoin::Chain::regtest)["deposit"] == deposit.text());
  CHECK(withdrawal_value(w.amount, optimistic) == Sat(100'000));
  CHECK(withdrawal_value(w.amount, params()) == w.amount);
  CHECK(code(98'500, script, deposit).empty());
  CHECK(code(100'000, script, deposit) == "withdrawal.event");
  CHECK(code(98'500, script, {}) == "withdrawal.event");
  CHECK(code(98'500, Bytes(80, 0x51), deposit) == "withdrawal.event");
  CHECK(code(98'500, from_hex("51"), deposit) == "withdrawal.event");
}
