#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "bitcoin/chain.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::bitcoin {

/// A block header, 80 bytes on the wire.
struct Header {
  std::int32_t version = 0;
  BlockHash previous;
  ByteArray<32> merkle_root{};  ///< in byte order
  std::uint32_t time = 0;       ///< seconds since 1970
  std::uint32_t bits = 0;       ///< compact target
  std::uint32_t nonce = 0;

  ByteArray<80> serialize() const;
  BlockHash hash() const;
  static Header parse(ByteView data80);  ///< throws `header.length` (exit 3) unless it gets 80 bytes
  friend bool operator==(const Header&, const Header&) = default;
};

struct Block {
  Header header;
  std::vector<Transaction> transactions;
  Bytes serialize() const;
  /// Throws Error (exit 3): `block.truncated`, `block.trailing`, `block.invalid`.
  static Block parse(ByteView data);
  /// The txids in byte order, as merkle_root and merkle_path take them.
  std::vector<ByteArray<32>> merkle_leaves() const;
};

/// The result of scan_block.
struct BlockScan {
  Header header;
  ByteArray<32> merkle_root;  ///< computed from the transactions, in byte order
  bool mutated;               ///< as merkle_root() sets it
};

/// Walks a raw block one transaction at a time, without keeping them. `visit` gets each transaction, its raw
/// bytes and its txid. The caller compares the merkle root with the header's. Throws as Block::parse.
BlockScan scan_block(ByteView raw,
                     const std::function<void(const Transaction&, ByteView raw_tx, const Txid&)>& visit);

/// Merkle root of txids in byte order; 32 zero bytes for none. Sets `mutated` when two equal nodes are paired
/// (CVE-2012-2459): another list of transactions then has the same root.
ByteArray<32> merkle_root(std::vector<ByteArray<32>> hashes, bool* mutated = nullptr);
/// The siblings of the leaf at `index`, from leaf to root. Throws Error `merkle.index` (exit 3) when there is
/// no such leaf.
std::vector<ByteArray<32>> merkle_path(const std::vector<ByteArray<32>>& hashes, std::size_t index);
/// The root that `leaf` at `index` reaches over the siblings in `path`.
ByteArray<32> merkle_fold(ByteArray<32> leaf, std::uint32_t index, const std::vector<ByteArray<32>>& path);
/// Checks the witness commitment in the coinbase (BIP141). True also when the block needs none: no
/// transaction has a witness and no output looks like a commitment.
bool check_witness_commitment(const Block& block);
/// The merkle root of the wtxids in byte order, with zero for the coinbase (BIP141).
ByteArray<32> witness_merkle_root(const Block& block);

}  // namespace pegkit::bitcoin
