#include "bitcoin/block.hpp"

#include "base/serialize.hpp"
#include "bitcoin/format_helpers.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

using Node = ByteArray<32>;

std::vector<Node> leaves(int count) {
  std::vector<Node> out;
  for (int i = 0; i < count; ++i) out.push_back(filled(static_cast<std::uint8_t>(i + 1)));
  return out;
}

/// A coinbase that commits to its block's witnesses, and a transaction with a witness.
Block committed_block() {
  Block block;
  Transaction coinbase;
  coinbase.inputs.resize(1);
  coinbase.inputs[0].prevout.vout = 0xffffffff;
  coinbase.inputs[0].witness = {Bytes(32, 0)};
  coinbase.outputs.resize(2);
  Transaction spend;
  spend.inputs.resize(1);
  spend.inputs[0].witness = {{1, 2, 3}};
  spend.outputs.resize(1);
  block.transactions = {coinbase, spend};
  Bytes both = to_bytes(witness_merkle_root(block));
  append(both, Bytes(32, 0));
  Script commitment = from_hex("6a24aa21a9ed");
  append(commitment, crypto::sha256d(both));
  block.transactions[0].outputs[1].script_pubkey = commitment;
  return block;
}

}  // namespace

TEST_CASE("a mainnet block: bytes, merkle root, witness commitment" * needs_vectors) {
  auto path = vectors_path("chain/mainnet-block-c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
  Bytes raw = read_vector_file(path);
  Block block = Block::parse(raw);
  CHECK(block.transactions.size() == 2500);
  CHECK(block.header.hash().display().ends_with("c835b2adcaedc20fdf6ee440009c249452c726dafae"));
  CHECK(block.serialize() == raw);
  CHECK(check_witness_commitment(block));

  std::size_t seen = 0, bytes = 0;
  std::vector<Node> txids;
  BlockScan scan = scan_block(raw, [&](const Transaction& tx, ByteView raw_tx, const Txid& txid) {
    REQUIRE(seen < block.transactions.size());
    if (seen % 100 == 0) CHECK(tx.txid() == txid);
    if (seen % 100 == 0) CHECK(tx == block.transactions[seen]);
    bytes += raw_tx.size();
    txids.push_back(txid.bytes);
    ++seen;
  });
  CHECK(seen == 2500);
  CHECK(bytes == raw.size() - 80 - 3);
  CHECK(scan.header == block.header);
  CHECK(scan.merkle_root == block.header.merkle_root);
  CHECK_FALSE(scan.mutated);
  for (std::size_t index : {0, 1, 1234, 2498, 2499}) {
    CHECK(merkle_fold(txids[index], static_cast<std::uint32_t>(index), merkle_path(txids, index)) ==
          scan.merkle_root);
  }

  block.transactions[7].inputs[0].witness = {{1}};
  CHECK_FALSE(check_witness_commitment(block));
  block.transactions[7].inputs[0].sequence ^= 1;
  CHECK_FALSE(scan_block(block.serialize(), [](auto&&...) {}).merkle_root == scan.merkle_root);
}

TEST_CASE("headers go to bytes and back") {
  for (Chain chain : {Chain::main, Chain::test, Chain::testnet4, Chain::signet, Chain::regtest}) {
    std::string hex = chain_params(chain).genesis_header_hex;
    CHECK(to_hex(Header::parse(from_hex(hex)).serialize()) == hex);
  }
  CHECK(error_code([] { Header::parse(Bytes(79)); }) == "header.length");
  CHECK(error_code([] { Header::parse(Bytes(81)); }) == "header.length");
}

TEST_CASE("merkle paths of every leaf lead to the root") {
  for (int count = 1; count <= 20; ++count) {
    auto hashes = leaves(count);
    bool mutated = true;
    Node root = merkle_root(hashes, &mutated);
    CHECK_FALSE(mutated);
    for (int i = 0; i < count; ++i) CHECK(merkle_fold(hashes[i], i, merkle_path(hashes, i)) == root);
  }
  CHECK(merkle_root({}) == Node{});
  CHECK(merkle_root(leaves(1)) == filled(1));
  CHECK(error_code([] { merkle_path(leaves(3), 3); }) == "merkle.index");
}

TEST_CASE("a repeated tail has the same root and is noticed") {
  auto hashes = leaves(3);
  Node root = merkle_root(hashes);
  hashes.push_back(hashes[2]);
  bool mutated = false;
  CHECK(merkle_root(hashes, &mutated) == root);
  CHECK(mutated);
  hashes = leaves(6);
  root = merkle_root(hashes);
  hashes.push_back(hashes[4]);
  hashes.push_back(hashes[5]);
  CHECK(merkle_root(hashes, &mutated) == root);
  CHECK(mutated);
}

TEST_CASE("witness commitments") {
  Block block = committed_block();
  CHECK(check_witness_commitment(block));
  Block changed = block;
  changed.transactions[1].inputs[0].witness[0][0] ^= 1;
  CHECK_FALSE(check_witness_commitment(changed));
  changed = block;
  changed.transactions[0].inputs[0].witness.clear();
  CHECK_FALSE(check_witness_commitment(changed));
  changed = block;
  changed.transactions[0].inputs.clear();
  CHECK_FALSE(check_witness_commitment(changed));
  changed = block;
  changed.transactions[0].outputs.pop_back();
  CHECK_FALSE(check_witness_commitment(changed));
  changed.transactions[0].inputs[0].witness.clear();
  changed.transactions[1].inputs[0].witness.clear();
  CHECK(check_witness_commitment(changed));
  CHECK(check_witness_commitment(Block{}));
}

TEST_CASE("broken blocks only throw Error") {
  Bytes raw = committed_block().serialize();
  CHECK(error_code([&] { Block::parse(ByteView(raw).first(raw.size() - 1)); }) == "block.truncated");
  auto scan = [](ByteView data) { scan_block(data, [](auto&&...) {}); };
  check_truncations(raw, scan);
  check_truncations(raw, [](ByteView data) { Block::parse(data); });
  check_mutations(raw, 20'000, scan);
  check_mutations(raw, 20'000, [](ByteView data) { check_witness_commitment(Block::parse(data)); });
  raw.push_back(0);
  CHECK(error_code([&] { scan(raw); }) == "block.trailing");
  CHECK(error_code([&] { Block::parse(raw); }) == "block.trailing");
}
