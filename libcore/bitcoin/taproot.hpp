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
/// The leaf hashes of scripts of `length` bytes each that stand one after the other (multi-way SHA-256 up to
/// 53 bytes). Throws `taptree.scripts` when they do not divide evenly.
std::vector<TapNode> tapleaf_hashes(ByteView scripts, std::size_t length,
                                    std::uint8_t leaf_version = tapscript_version);
TapNode tapbranch_hash(const TapNode& a, const TapNode& b);  ///< sorts
/// TapTweak of an internal key; `merkle_root` empty or 32 bytes.
ByteArray<32> taptweak_hash(const crypto::XOnlyKey& internal, ByteView merkle_root);

struct TaprootOutput {
  crypto::XOnlyKey key;
  bool odd;
};
TaprootOutput taproot_output(const crypto::XOnlyKey& internal, ByteView merkle_root);

/// leaf version | parity, internal key, path (BIP341).
Bytes control_block(const crypto::XOnlyKey& internal, bool odd, const std::vector<TapNode>& path,
                    std::uint8_t leaf_version = tapscript_version);

/// Any tree, as its leaves in depth-first order with their depths (BIP371's order).
struct TapLeaf {
  std::uint8_t depth;
  std::uint8_t version;
  Script script;
};
struct TapTree {
  std::vector<TapLeaf> leaves;
  /// Throws `taptree.shape` when depths do not make a full binary tree or exceed 128.
  TapNode root() const;
  std::vector<TapNode> path(std::size_t leaf) const;
};

/// Streams the root of a balanced tree: leaves are paired bottom-up from the left, an odd node is promoted.
/// Memory is one hash a level.
class TapTreeStream {
 public:
  void add(const TapNode& leaf_hash);
  /// The same as adding them one by one, by multi-way SHA-256; the hashes are overwritten. A few thousand at
  /// a time stay in the cache.
  void add_many(std::span<TapNode> leaf_hashes);
  std::uint64_t count() const { return count_; }
  TapNode root() const;  ///< throws `taptree.empty`

 private:
  void place(TapNode node, std::size_t level);  ///< the root of a full subtree of 2^level leaves

  std::vector<std::optional<TapNode>> levels_;
  std::uint64_t count_ = 0;
};
/// The same tree over all leaf hashes at once (multi-way SHA-256); `hashes` is overwritten.
TapNode balanced_root(std::vector<TapNode>& hashes);
/// Path of leaf `index` in the balanced tree of `count` leaves, whose hashes `leaf` gives.
std::vector<TapNode> balanced_path(std::uint64_t count, std::uint64_t index,
                                   const std::function<TapNode(std::uint64_t)>& leaf);

/// Root reached from a leaf hash over a control block's path; nullopt when the control block's length is
/// wrong.
struct ControlBlock {
  std::uint8_t leaf_version;
  bool odd;
  crypto::XOnlyKey internal;
  std::vector<TapNode> path;
  static std::optional<ControlBlock> parse(ByteView data);
};
/// BIP341 script path rule for an output key.
bool verify_taproot_commitment(const ControlBlock& control, ByteView output_key32, const TapNode& leaf_hash);

}  // namespace pegkit::bitcoin
