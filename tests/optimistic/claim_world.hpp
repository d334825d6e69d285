#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "bitcoin/block.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "optimistic/claim_trace.hpp"

namespace pegkit::optimistic::test {

/// A made-up but true world: a withdrawal request, and its payout in a block with headers on top.
struct ClaimWorld {
  struct Shape {
    std::uint32_t headers = 5;
    bitcoin::Script script = bitcoin::p2tr_script(bitcoin::nums_point());
    std::size_t transactions = 5;  ///< in the payout's block
    std::size_t place = 3;         ///< of the payout among them
    std::uint32_t id = 2;          ///< among withdrawals 0 … id + 1
  };

  ClaimConstants constants;
  ClaimInputs inputs;
  std::vector<bitcoin::Txid> block;  ///< of the payout

  ClaimProgram program() const { return ClaimProgram(constants); }

  ClaimWorld() : ClaimWorld(Shape{}) {}
  explicit ClaimWorld(const Shape& shape) {
    constants.magic = bridge::Magic::from(as_bytes("pgkt"));
    constants.deposit = {bitcoin::Txid::from(Bytes(32, 0xd1)), 7};
    std::ranges::fill(constants.operator_tag, 0x0a);
    constants.target.bytes = {0x7f, 0xff, 0xff};
    constants.headers = shape.headers;

    inputs.epoch = 41;
    inputs.withdrawal.id = shape.id;
    inputs.withdrawal.amount = Sat(99'000'123);
    inputs.withdrawal.script = shape.script;
    inputs.withdrawal.deposit = constants.deposit;
    grow_tree();
    pay();
    mine(shape.transactions, shape.place);
  }

  void grow_tree() {
    bridge::WithdrawalTree tree;
    for (std::uint32_t id = 0; id <= inputs.withdrawal.id + 1; ++id) {
      bridge::Withdrawal other;
      other.id = id;
      other.amount = Sat(99'000'123);
      other.script = bitcoin::anchor_script();
      other.deposit = {bitcoin::Txid::from(Bytes(32, 0x99)), id};
      tree.append(id == inputs.withdrawal.id ? inputs.withdrawal.leaf() : other.leaf());
    }
    inputs.root = tree.root();
    inputs.siblings = tree.proof(inputs.withdrawal.id);
  }

  /// The payout, with a witness that its txid does not commit to.
  void pay() {
    bitcoin::Transaction& tx = inputs.payout;
    tx = {};
    tx.inputs.resize(1);
    tx.inputs[0].prevout = {bitcoin::Txid::from(Bytes(32, 0x77)), 1};
    tx.inputs[0].sequence = 0xfffffffd;
    tx.inputs[0].witness = {Bytes(64, 0x55)};
    tx.outputs = payout_outputs(constants.magic, constants.operator_tag, inputs.withdrawal);
    tx.outputs.push_back({Sat(1'234'567), bitcoin::p2tr_script(bitcoin::nums_point())});
  }

  /// The payout among others in a block, and the headers.
  void mine(std::size_t transactions, std::size_t place) {
    std::vector<ByteArray<32>> hashes;
    block.clear();
    for (std::uint32_t i = 0; i < transactions; ++i) {
      ByteArray<32> other = crypto::sha256(big_endian(i, 4));
      block.push_back(i == place ? inputs.payout.txid() : bitcoin::Txid::from(other));
      hashes.push_back(block.back().bytes);
    }
    inputs.position = static_cast<std::uint32_t>(place);
    inputs.merkle_path = bitcoin::merkle_path(hashes, place);
    inputs.headers.clear();
    for (std::uint32_t j = 0; j <= constants.headers; ++j) {
      bitcoin::Header header;
      header.version = 0x20000000;
      header.previous = j == 0 ? bitcoin::BlockHash::from(Bytes(32, 0x0b)) : inputs.headers.back().hash();
      header.merkle_root = j == 0 ? bitcoin::merkle_root(hashes) : crypto::sha256(big_endian(j, 4));
      header.time = 1'700'000'000 + 600 * j;
      header.bits = 0x207fffff;
      while (header.hash().bytes[31] > 0x7e) ++header.nonce;
      inputs.headers.push_back(header);
    }
  }
};

/// A transaction of 64 bytes whose input has a script of `input_script` bytes and its output one of the rest.
inline Bytes small_transaction(std::uint8_t input_script) {
  bitcoin::Transaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].prevout = {bitcoin::Txid::from(Bytes(32, 0x5a)), 0x1ffff};
  tx.inputs[0].script_sig.assign(input_script, 0x51);
  tx.outputs.push_back({Sat(2'100'000'000'000'000), Bytes(4u - input_script, 0x51)});
  return tx.serialize();
}

/// Every script that an address or P2A has, and the longest that a claim takes.
inline std::vector<bitcoin::Script> claim_scripts() {
  using namespace bitcoin;
  crypto::PublicKey key =
      crypto::PublicKey::from(from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
  Script longest = {OP_16, 40};
  longest.resize(42, 0x33);
  return {anchor_script(),
          p2wpkh_script(key),
          p2sh_script(Bytes{OP_1}),
          p2pkh_script(key),
          p2wsh_script(Bytes{OP_1}),
          p2tr_script(nums_point()),
          longest};
}

/// The trace with values changed so that `step` is false.
inline ClaimTrace falsified(const ClaimProgram& program, ClaimTrace trace, std::size_t step) {
  const ClaimStep& wrong = program.steps()[step];
  auto value = [&](const std::string& name) -> Bytes& { return trace[program.value(name)]; };
  auto number_after = [&](const char* prefix) { return std::stoul(wrong.name.substr(std::strlen(prefix))); };
  if (wrong.use.writes) {
    trace[*wrong.use.writes][step % 32] ^= 0x10;
  } else if (wrong.name == "epoch") {
    value("root_epoch")[3] ^= 1;
  } else if (wrong.name == "record") {
    value("amount")[7] ^= 1;
  } else if (wrong.name == "script") {
    value("script_block")[value("tx_block_1")[91 - 64] - 1u] ^= 1;
  } else if (wrong.name == "depth") {
    value("depth")[0] = 15;
  } else if (wrong.name.starts_with("target_")) {
    value("block_hash_" + wrong.name.substr(7))[31] = 0xff;
  } else if (wrong.name.starts_with("block_")) {
    auto depth = number_after("block_") + 1;
    value("depth")[0] = static_cast<std::uint8_t>(depth);
    value("merkle_node_" + std::to_string(depth))[31] ^= 1;
  } else {
    auto level = number_after("pair_");
    Bytes transaction = small_transaction(static_cast<std::uint8_t>(level % 5));
    Bytes &node = level == 0 ? value("payout_txid") : value("merkle_node_" + std::to_string(level)),
          &sibling = value("merkle_sibling_" + std::to_string(level));
    bool swapped = (value("position")[1 - level / 8] >> (level % 8) & 1) != 0;
    (swapped ? sibling : node).assign(transaction.begin(), transaction.begin() + 32);
    (swapped ? node : sibling).assign(transaction.begin() + 32, transaction.end());
  }
  return trace;
}

}  // namespace pegkit::optimistic::test
