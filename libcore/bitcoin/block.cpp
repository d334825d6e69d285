#include "bitcoin/block.hpp"

#include "base/serialize.hpp"

namespace pegkit::bitcoin {
namespace {

using Node = ByteArray<32>;

constexpr std::size_t min_transaction_size = 10;
constexpr ByteArray<6> commitment_prefix = {0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};
constexpr std::size_t commitment_size = 38;

Node hash_pair(const Node& left, const Node& right) {
  ByteArray<64> both;
  std::ranges::copy(left, both.begin());
  std::ranges::copy(right, both.begin() + 32);
  return crypto::sha256d(both);
}

/// Replaces a level of the tree by the level above it; an odd node is paired with itself.
void hash_level(std::vector<Node>& nodes) {
  if (nodes.size() % 2 == 1) nodes.push_back(nodes.back());
  for (std::size_t i = 0; i < nodes.size() / 2; ++i) nodes[i] = hash_pair(nodes[2 * i], nodes[2 * i + 1]);
  nodes.resize(nodes.size() / 2);
}

bool has_equal_pair(const std::vector<Node>& nodes) {
  for (std::size_t i = 0; i + 1 < nodes.size(); i += 2) {
    if (nodes[i] == nodes[i + 1]) return true;
  }
  return false;
}

Header read_header(Reader& in) {
  Header header;
  header.version = static_cast<std::int32_t>(in.u32());
  std::ranges::copy(in.bytes(32), header.previous.bytes.begin());
  std::ranges::copy(in.bytes(32), header.merkle_root.begin());
  header.time = in.u32();
  header.bits = in.u32();
  header.nonce = in.u32();
  return header;
}

std::size_t read_transaction_count(Reader& in) {
  std::uint64_t count = in.compact_size();
  if (count > in.left() / min_transaction_size)
    in.fail("truncated", "announces more transactions than it holds");
  return static_cast<std::size_t>(count);
}

/// The script of the last coinbase output that has the form of a witness commitment (BIP141); null when there
/// is none.
const Script* find_commitment(const Transaction& coinbase) {
  const Script* found = nullptr;
  for (const TxOut& output : coinbase.outputs) {
    const Script& script = output.script_pubkey;
    if (script.size() >= commitment_size && equal(ByteView(script).first(6), commitment_prefix))
      found = &script;
  }
  return found;
}

}  // namespace

ByteArray<80> Header::serialize() const {
  Writer out;
  out.u32(static_cast<std::uint32_t>(version))
      .bytes(previous)
      .bytes(merkle_root)
      .u32(time)
      .u32(bits)
      .u32(nonce);
  ByteArray<80> data;
  std::ranges::copy(out.view(), data.begin());
  return data;
}

BlockHash Header::hash() const {
  BlockHash out;
  out.bytes = crypto::sha256d(serialize());
  return out;
}

Header Header::parse(ByteView data80) {
  if (data80.size() != 80) {
    throw input_error("header.length", "a block header has 80 bytes, not " + std::to_string(data80.size()));
  }
  Reader in(data80, "header");
  return read_header(in);
}

Bytes Block::serialize() const {
  Writer out;
  out.bytes(header.serialize()).compact_size(transactions.size());
  for (const Transaction& tx : transactions) out.bytes(tx.serialize());
  return out.take();
}

Block Block::parse(ByteView data) {
  Reader in(data, "block");
  Block block;
  block.header = read_header(in);
  std::size_t count = read_transaction_count(in);
  block.transactions.reserve(count);
  for (std::size_t i = 0; i < count; ++i) read_transaction(in, block.transactions.emplace_back());
  in.finish();
  return block;
}

std::vector<ByteArray<32>> Block::merkle_leaves() const {
  std::vector<ByteArray<32>> out;
  out.reserve(transactions.size());
  for (const Transaction& tx : transactions) out.push_back(tx.txid().bytes);
  return out;
}

BlockScan scan_block(ByteView raw,
                     const std::function<void(const Transaction&, ByteView raw_tx, const Txid&)>& visit) {
  Reader in(raw, "block");
  BlockScan scan{read_header(in), {}, false};
  std::size_t count = read_transaction_count(in);
  std::vector<Node> txids;
  txids.reserve(count + 1);
  Transaction tx;
  for (std::size_t i = 0; i < count; ++i) {
    RawTransaction raw_tx = read_transaction(in, tx);
    Txid txid = raw_tx.txid();
    txids.push_back(txid.bytes);
    visit(tx, raw_tx.whole, txid);
  }
  in.finish();
  scan.merkle_root = merkle_root(std::move(txids), &scan.mutated);
  return scan;
}

ByteArray<32> merkle_root(std::vector<ByteArray<32>> hashes, bool* mutated) {
  if (mutated) *mutated = false;
  if (hashes.empty()) return {};
  while (hashes.size() > 1) {
    if (mutated && has_equal_pair(hashes)) *mutated = true;
    hash_level(hashes);
  }
  return hashes[0];
}

std::vector<ByteArray<32>> merkle_path(const std::vector<ByteArray<32>>& hashes, std::size_t index) {
  if (index >= hashes.size())
    throw input_error("merkle.index", "there is no leaf with that number in the tree");
  std::vector<Node> nodes = hashes;
  std::vector<Node> path;
  for (; nodes.size() > 1; index /= 2) {
    std::size_t sibling = std::min(index ^ 1, nodes.size() - 1);
    path.push_back(nodes[sibling]);
    hash_level(nodes);
  }
  return path;
}

ByteArray<32> merkle_fold(ByteArray<32> leaf, std::uint32_t index, const std::vector<ByteArray<32>>& path) {
  for (const Node& sibling : path) {
    leaf = index & 1 ? hash_pair(sibling, leaf) : hash_pair(leaf, sibling);
    index >>= 1;
  }
  return leaf;
}

bool check_witness_commitment(const Block& block) {
  if (block.transactions.empty()) return true;
  const Transaction& coinbase = block.transactions[0];
  const Script* commitment = find_commitment(coinbase);
  if (!commitment) {
    return std::ranges::none_of(block.transactions, [](const Transaction& tx) { return tx.has_witness(); });
  }
  if (coinbase.inputs.empty()) return false;
  const Witness& witness = coinbase.inputs[0].witness;
  if (witness.size() != 1 || witness[0].size() != 32) return false;
  Node reserved;
  std::ranges::copy(witness[0], reserved.begin());
  Node expected = hash_pair(witness_merkle_root(block), reserved);
  return equal(ByteView(*commitment).subspan(6, 32), expected);
}

ByteArray<32> witness_merkle_root(const Block& block) {
  std::vector<Node> hashes;
  hashes.reserve(block.transactions.size() + 1);
  for (const Transaction& tx : block.transactions)
    hashes.push_back(hashes.empty() ? Node{} : tx.wtxid().bytes);
  return merkle_root(std::move(hashes));
}

}  // namespace pegkit::bitcoin
