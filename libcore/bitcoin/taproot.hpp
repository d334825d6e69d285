#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bitcoin {

inline constexpr std::uint8_t tapscript_version = 0xc0;
/// BIP341's point H, whose discrete logarithm nobody knows.
crypto::XOnlyKey nums_point();

using TapNode = ByteArray<32>;
TapNode tapleaf_hash(ByteView script, std::uint8_t leaf_version = tapscript_version);
/// The leaf hashes of scripts of `length` bytes each that follow each other in `scripts`. Up to 53 bytes they
/// are hashed by multi-way SHA-256. Throws Error `taptree.scripts` (exit 3) when they do not divide evenly.
std::vector<TapNode> tapleaf_hashes(ByteView scripts, std::size_t length,
                                    std::uint8_t leaf_version = tapscript_version);
TapNode tapbranch_hash(const TapNode& a, const TapNode& b);  ///< sorts its arguments
/// BIP341's TapTweak hash of an internal key. `merkle_root` is empty or 32 bytes; else throws Error
/// `taptree.root` (exit 3).
ByteArray<32> taptweak_hash(const crypto::XOnlyKey& internal, ByteView merkle_root);

struct TaprootOutput {
  crypto::XOnlyKey key;
  bool odd;
};
TaprootOutput taproot_output(const crypto::XOnlyKey& internal, ByteView merkle_root);

/// A control block (BIP341): leaf version | parity bit, internal key, merkle path from the leaf up.
Bytes control_block(const crypto::XOnlyKey& internal, bool odd, const std::vector<TapNode>& path,
                    std::uint8_t leaf_version = tapscript_version);

/// A leaf of a TapTree.
struct TapLeaf {
  std::uint8_t depth;
  std::uint8_t version;
  Script script;
};
/// A script tree of any shape: its leaves with their depths, in depth-first order as in BIP371.
struct TapTree {
  std::vector<TapLeaf> leaves;
  /// The merkle root. Throws Error `taptree.shape` (exit 3) when the depths do not make a full binary tree or
  /// exceed 128.
  TapNode root() const;
  /// The merkle path of a leaf, from the leaf up. Throws also `taptree.index` (exit 3) for no such leaf.
  std::vector<TapNode> path(std::size_t leaf) const;
};

/// Computes the root of a balanced tree leaf by leaf: nodes are paired bottom-up from the left, and an odd
/// node is promoted. It keeps one hash per level.
class TapTreeStream {
 public:
  void add(const TapNode& leaf_hash);
  /// Adds many leaves at once by multi-way SHA-256, with the same result; overwrites the hashes. A few
  /// thousand at a time stay in the cache.
  void add_many(std::span<TapNode> leaf_hashes);
  std::uint64_t count() const { return count_; }
  TapNode root() const;  ///< throws `taptree.empty` (exit 3)

 private:
  void place(TapNode node, std::size_t level);  ///< adds the root of a full subtree of 2^level leaves

  std::vector<std::optional<TapNode>> levels_;
  std::uint64_t count_ = 0;
};
/// The root of TapTreeStream's tree from all leaf hashes at once, by multi-way SHA-256; overwrites `hashes`.
TapNode balanced_root(std::vector<TapNode>& hashes);
/// The merkle path of leaf `index` in TapTreeStream's tree of `count` leaves; `leaf(i)` gives the hash of
/// leaf i. Throws Error `taptree.index` (exit 3).
std::vector<TapNode> balanced_path(std::uint64_t count, std::uint64_t index,
                                   const std::function<TapNode(std::uint64_t)>& leaf);

/// The parts of a control block (BIP341). `parse` gives nullopt when the length is not 33 + 32·m with m of 0
/// to 128.
struct ControlBlock {
  std::uint8_t leaf_version;
  bool odd;
  crypto::XOnlyKey internal;
  std::vector<TapNode> path;
  static std::optional<ControlBlock> parse(ByteView data);
};
/// BIP341's script-path rule: true when the output key commits to the leaf through the control block.
bool verify_taproot_commitment(const ControlBlock& control, ByteView output_key32, const TapNode& leaf_hash);

}  // namespace pegkit::bitcoin
