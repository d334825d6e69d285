#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "bitcoin/chain.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::bitcoin {

/// An 80-byte block header.
struct Header {
  std::int32_t version = 0;
  BlockHash previous;
  ByteArray<32> merkle_root{};  ///< in byte order
  std::uint32_t time = 0;       ///< seconds since 1970
  std::uint32_t bits = 0;       ///< compact target
  std::uint32_t nonce = 0;

  ByteArray<80> serialize() const;
  BlockHash hash() const;
  static Header parse(ByteView data80);  ///< exactly 80 bytes; throws `header.length`
  friend bool operator==(const Header&, const Header&) = default;
};

struct Block {
  Header header;
  std::vector<Transaction> transactions;
  Bytes serialize() const;
  static Block parse(ByteView data);
  /// The txids, as merkle_root and merkle_path take them.
  std::vector<ByteArray<32>> merkle_leaves() const;
};

/// Walks a raw block one transaction at a time without keeping them; `visit` gets the transaction, its raw
/// bytes and its txid. Returns the header and the merkle root computed on the way. Throws `block.truncated`,
/// `block.trailing`.
struct BlockScan {
  Header header;
  ByteArray<32> merkle_root;
  bool mutated;
};
BlockScan scan_block(ByteView raw,
                     const std::function<void(const Transaction&, ByteView raw_tx, const Txid&)>& visit);

/// Merkle root of txids (byte order). `mutated` is set when two equal nodes are paired (CVE-2012-2459).
ByteArray<32> merkle_root(std::vector<ByteArray<32>> hashes, bool* mutated = nullptr);
/// The siblings from leaf to root for the leaf at `index`.
std::vector<ByteArray<32>> merkle_path(const std::vector<ByteArray<32>>& hashes, std::size_t index);
/// Root reached from `leaf` at `index` over `path`.
ByteArray<32> merkle_fold(ByteArray<32> leaf, std::uint32_t index, const std::vector<ByteArray<32>>& path);
/// BIP141 commitment check of a block's coinbase; true also when no commitment is needed.
bool check_witness_commitment(const Block& block);
/// The block's witness merkle root (coinbase as zero).
ByteArray<32> witness_merkle_root(const Block& block);

}  // namespace pegkit::bitcoin
