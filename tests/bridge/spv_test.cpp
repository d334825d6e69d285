#include "bridge/spv.hpp"

#include <cstdio>
#include <doctest/doctest.h>

#include "base/files.hpp"
#include "support/bridge_fixture.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

/// A regtest block of `count` transactions; number `index` pays `output`.
struct Block {
  bitcoin::Header header;
  std::vector<bitcoin::Transaction> txs;
  std::vector<bitcoin::Txid> txids;

  Block(std::size_t count, std::size_t index, const bitcoin::TxOut& output) {
    for (std::size_t i = 0; i < count; ++i) {
      bitcoin::Transaction tx;
      tx.inputs.push_back({{bitcoin::Txid{}, static_cast<std::uint32_t>(i)}, {}, 0, {}});
      tx.outputs.push_back(i == index ? output : bitcoin::TxOut{Sat(1), withdrawal(1, 1).script});
      txs.push_back(tx);
      txids.push_back(tx.txid());
    }
    std::vector<ByteArray<32>> hashes;
    for (const auto& txid : txids) hashes.push_back(txid.bytes);
    header.bits = 0x207fffff;
    header.merkle_root = bitcoin::merkle_root(hashes);
    while (header.hash().bytes[31] >= 0x7f) ++header.nonce;
  }
};

}  // namespace

TEST_CASE("a proof is made, travels as a document, and holds") {
  auto custody = Custody::make(Policy::subsets, 2, public_keys(1, 3));
  Deposit deposit = Deposit::make(custody, recipient(), crypto::xonly(secret(90).public_key()), 144);
  for (std::size_t count : {1u, 2u, 3u, 7u, 8u}) {
    for (std::size_t index = 0; index < count; ++index) {
      Block block(count, index, {Sat(9'000), deposit.script_pubkey()});
      SpvProof proof =
          SpvProof::build(bitcoin::Chain::regtest, 120, block.header, block.txids, block.txs[index]);
      proof.output = SpvProof::Binding{{block.txids[index], 0}, Sat(9'000)};
      proof.deposit = deposit;
      SpvProof again = SpvProof::parse(proof.to_json());
      CHECK(again.to_json() == proof.to_json());
      CHECK(again.verify().reason == "");
      again.output->amount = Sat(9'001);
      CHECK(!again.verify());
      again = proof;
      again.output->outpoint.vout = 1;
      CHECK(!again.verify());
      again = proof;
      again.deposit = Deposit::make(custody, recipient(2), deposit.refund_key(), 144);
      CHECK(again.verify().reason == "the output does not pay the deposit's address");
      again = proof;
      again.position += std::uint32_t{1} << proof.merkle_path.size();
      CHECK(again.verify().reason == "the position is outside a tree of this depth");
      if (count > 1) {
        again = proof;
        again.position ^= 1;
        CHECK(!again.verify());
      }
      again = proof;
      again.header.merkle_root[0] ^= 1;
      CHECK(!again.verify());
      again = proof;
      again.chain = bitcoin::Chain::main;
      CHECK(again.verify().reason == "the header has no proof of work that this chain accepts");
    }
  }
  Block block(3, 0, {Sat(1), withdrawal(1, 1).script});
  CHECK(error_code([&] {
          SpvProof::build(bitcoin::Chain::regtest, 1, block.header, block.txids,
                          Block(1, 0, {Sat(7), {}}).txs[0]);
        }) == "spv.absent");
}

TEST_CASE("a transaction of 64 bytes is refused even when the path fits") {
  bitcoin::Transaction tx;
  tx.inputs.push_back({{}, {}, 0, {}});
  tx.outputs.push_back({Sat(1), bitcoin::Script(4, 0x51)});
  REQUIRE(tx.serialize_stripped().size() == 64);
  SpvProof proof;
  proof.header.bits = 0x207fffff;
  proof.header.merkle_root = tx.txid().bytes;
  while (proof.header.hash().bytes[31] >= 0x7f) ++proof.header.nonce;
  proof.tx = tx;
  CHECK(proof.verify().reason == "the transaction has 64 bytes and could be an inner node of the tree");
}

TEST_CASE("proofs in a mainnet block" * pegkit::test::needs_vectors) {
  auto folder = pegkit::test::vectors_path("chain");
  std::filesystem::path path;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename().string().starts_with("mainnet-block-")) path = entry.path();
  REQUIRE(!path.empty());
  std::vector<bitcoin::Txid> txids;
  std::vector<bitcoin::Transaction> txs;
  auto scan = bitcoin::scan_block(read_file(path),
                                  [&](const bitcoin::Transaction& tx, ByteView, const bitcoin::Txid& txid) {
                                    txids.push_back(txid);
                                    txs.push_back(tx);
                                  });
  for (std::size_t i = 0; i < txs.size(); i += 311) {
    SpvProof proof = SpvProof::build(bitcoin::Chain::main, 800'000, scan.header, txids, txs[i]);
    CHECK(SpvProof::parse(proof.to_json()).verify().reason == "");
  }
}

TEST_CASE("spv documents that are refused when read") {
  Block block(2, 0, {Sat(1), withdrawal(1, 1).script});
  Json json =
      SpvProof::build(bitcoin::Chain::regtest, 120, block.header, block.txids, block.txs[0]).to_json();
  auto code = [&](auto change) {
    Json changed = json;
    change(changed);
    return error_code([&] { SpvProof::parse(changed); });
  };
  CHECK(code([](Json&) {}) == "");
  CHECK(code([](Json& j) { j["block"] = std::string(64, '0'); }) == "document.derived");
  CHECK(code([](Json& j) { j["header"] = "00"; }) == "header.length");
  CHECK(code([](Json& j) { j["tx"] = "0200"; }) == "tx.truncated");
  CHECK(code([](Json& j) { j["amount_sat"] = 5; }) == "spv.output");
  CHECK(code([](Json& j) { j["merkle_path"] = std::vector<std::string>(33, std::string(64, '0')); }) ==
        "json.range");
  CHECK(code([](Json& j) { j["position"] = -1; }) == "json.range");
}
