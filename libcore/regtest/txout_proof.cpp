#include "regtest/txout_proof.hpp"

#include "base/serialize.hpp"

namespace pegkit::regtest {
namespace {

using Node = ByteArray<32>;

constexpr std::uint32_t max_transactions = 4'000'000 / (60 * 4);

Node hash_pair(const Node& left, const Node& right) {
  return crypto::Sha256().write(left).write(right).finish_double();
}

std::size_t width_at(std::size_t count, int level) {
  return (count + (std::size_t{1} << level) - 1) >> level;
}

int height_of(std::size_t count) {
  int height = 0;
  while (width_at(count, height) > 1) ++height;
  return height;
}

/// Writes the nodes on the way to the wanted transactions, depth first.
class ProofWriter {
 public:
  ProofWriter(const RegtestBlock& block, const std::set<bitcoin::Txid>& wanted)
      : block_(block), wanted_(wanted) {}

  Bytes write() {
    visit(height_of(block_.txids.size()), 0);
    Writer out;
    out.bytes(block_.block.header.serialize()).u32(static_cast<std::uint32_t>(block_.txids.size()));
    out.compact_size(hashes_.size());
    for (const Node& hash : hashes_) out.bytes(hash);
    Bytes packed((bits_.size() + 7) / 8);
    for (std::size_t i = 0; i < bits_.size(); ++i)
      packed[i / 8] = static_cast<std::uint8_t>(packed[i / 8] | bits_[i] << (i % 8));
    return out.var_bytes(packed).take();
  }

 private:
  bool leads_to_wanted(int level, std::size_t at) const {
    for (std::size_t i = at << level; i < (at + 1) << level && i < block_.txids.size(); ++i)
      if (wanted_.contains(block_.txids[i])) return true;
    return false;
  }

  Node node(int level, std::size_t at) const {
    if (level == 0) return block_.txids[at].bytes;
    Node left = node(level - 1, at * 2);
    bool has_right = at * 2 + 1 < width_at(block_.txids.size(), level - 1);
    return hash_pair(left, has_right ? node(level - 1, at * 2 + 1) : left);
  }

  void visit(int level, std::size_t at) {
    bool inside = leads_to_wanted(level, at);
    bits_.push_back(inside);
    if (level == 0 || !inside) {
      hashes_.push_back(node(level, at));
      return;
    }
    visit(level - 1, at * 2);
    if (at * 2 + 1 < width_at(block_.txids.size(), level - 1)) visit(level - 1, at * 2 + 1);
  }

  const RegtestBlock& block_;
  const std::set<bitcoin::Txid>& wanted_;
  std::vector<Node> hashes_;
  std::vector<bool> bits_;
};

/// Computes the root from hashes and flag bits.
class ProofReader {
 public:
  explicit ProofReader(ByteView data) {
    Reader in(data, "proof");
    proof_.header = bitcoin::Header::parse(in.bytes(80));
    proof_.transactions = in.u32();
    std::uint64_t count = in.compact_size();
    if (count > max_transactions) in.fail("invalid", "has more hashes than a block has transactions");
    for (std::uint64_t i = 0; i < count; ++i) {
      Node hash;
      std::ranges::copy(in.bytes(32), hash.begin());
      hashes_.push_back(hash);
    }
    for (std::uint8_t byte : in.var_bytes())
      for (int bit = 0; bit < 8; ++bit) bits_.push_back(byte >> bit & 1);
  }

  TxoutProof read() {
    std::uint32_t count = proof_.transactions;
    bool plausible =
        count > 0 && count <= max_transactions && hashes_.size() <= count && bits_.size() >= hashes_.size();
    if (plausible) {
      Node root = visit(height_of(count), 0);
      bool used_up = (next_bit_ + 7) / 8 == bits_.size() / 8 && next_hash_ == hashes_.size();
      if (!bad_ && used_up && root == proof_.header.merkle_root) return std::move(proof_);
    }
    proof_.matches.clear();
    return std::move(proof_);
  }

 private:
  Node visit(int level, std::size_t at) {
    if (bad_ || next_bit_ >= bits_.size()) return fail();
    bool inside = bits_[next_bit_++];
    if (level == 0 || !inside) {
      if (next_hash_ >= hashes_.size()) return fail();
      const Node& hash = hashes_[next_hash_++];
      if (level == 0 && inside) proof_.matches.push_back(bitcoin::Txid{{{{hash}}}});
      return hash;
    }
    Node left = visit(level - 1, at * 2);
    if (at * 2 + 1 >= width_at(proof_.transactions, level - 1)) return hash_pair(left, left);
    Node right = visit(level - 1, at * 2 + 1);
    if (left == right) return fail();  // CVE-2012-2459
    return hash_pair(left, right);
  }

  Node fail() {
    bad_ = true;
    return {};
  }

  TxoutProof proof_{};
  std::vector<Node> hashes_;
  std::vector<bool> bits_;
  std::size_t next_hash_ = 0, next_bit_ = 0;
  bool bad_ = false;
};

}  // namespace

Bytes make_txout_proof(const RegtestBlock& block, const std::set<bitcoin::Txid>& wanted) {
  return ProofWriter(block, wanted).write();
}

TxoutProof read_txout_proof(ByteView data) {
  return ProofReader(data).read();
}

}  // namespace pegkit::regtest
