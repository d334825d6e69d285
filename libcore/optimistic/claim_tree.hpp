#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bitcoin/taproot.hpp"
#include "optimistic/claim_leaves.hpp"

namespace pegkit::optimistic {

/// A balanced tree of leaves that are made, hashed and dropped one by one; any can be made again.
class ClaimTree {
 public:
  /// `leaf` must give the same script for a number every time. Throws Error `taptree.duplicate` (exit 3) for
  /// two equal leaves, `taptree.empty` for none.
  ClaimTree(std::size_t count, std::function<bitcoin::Script(std::size_t)> leaf);

  std::size_t size() const { return hashes_.size(); }
  bitcoin::Script leaf(std::size_t index) const;          ///< throws `claim.leaf` (exit 3)
  const bitcoin::TapNode& hash(std::size_t index) const;  ///< of the leaf; throws `claim.leaf`
  std::size_t leaf_size(std::size_t index) const;         ///< bytes of the script; throws `claim.leaf`
  const bitcoin::TapNode& root() const { return root_; }
  /// Siblings from the leaf to the root.
  std::vector<bitcoin::TapNode> path(std::size_t index) const;
  Bytes control_block(std::size_t index, const crypto::XOnlyKey& internal_key) const;

 private:
  std::function<bitcoin::Script(std::size_t)> leaf_;
  std::vector<bitcoin::TapNode> hashes_;
  std::vector<std::uint32_t> sizes_;
  bitcoin::TapNode root_{};
};

/// The disprove leaves of a graph, one for each step in order.
ClaimTree disprove_tree(const ClaimProgram& program, const ClaimKeys& keys, const crypto::XOnlyKey& signers);
/// Assert part 0: leaf i is that of epoch first_epoch + i.
ClaimTree epoch_tree(const ClaimProgram& program, const ClaimKeys& keys, const crypto::XOnlyKey& operator_key,
                     std::vector<crypto::OtsPublicKey> sequencer, std::uint32_t first_epoch);

}  // namespace pegkit::optimistic
