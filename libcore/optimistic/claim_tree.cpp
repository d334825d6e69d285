#include "optimistic/claim_tree.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/error.hpp"

namespace pegkit::optimistic {
namespace {

void check_distinct(std::vector<bitcoin::TapNode> hashes) {
  std::ranges::sort(hashes);
  if (std::ranges::adjacent_find(hashes) != hashes.end())
    throw input_error("taptree.duplicate", "two leaves of the tree are equal");
}

}  // namespace

ClaimTree::ClaimTree(std::size_t count, std::function<bitcoin::Script(std::size_t)> leaf)
    : leaf_(std::move(leaf)) {
  bitcoin::TapTreeStream tree;
  for (std::size_t i = 0; i < count; ++i) {
    bitcoin::Script script = leaf_(i);
    hashes_.push_back(bitcoin::tapleaf_hash(script));
    sizes_.push_back(static_cast<std::uint32_t>(script.size()));
    tree.add(hashes_.back());
  }
  root_ = tree.root();
  check_distinct(hashes_);
}

bitcoin::Script ClaimTree::leaf(std::size_t index) const {
  hash(index);
  return leaf_(index);
}

const bitcoin::TapNode& ClaimTree::hash(std::size_t index) const {
  if (index >= hashes_.size())
    throw input_error("claim.leaf", fmt::format("the tree has {} leaves", hashes_.size()));
  return hashes_[index];
}

std::size_t ClaimTree::leaf_size(std::size_t index) const {
  hash(index);
  return sizes_[index];
}

std::vector<bitcoin::TapNode> ClaimTree::path(std::size_t index) const {
  hash(index);
  return bitcoin::balanced_path(size(), index, [&](std::uint64_t i) { return hashes_[i]; });
}

Bytes ClaimTree::control_block(std::size_t index, const crypto::XOnlyKey& internal_key) const {
  bool odd = bitcoin::taproot_output(internal_key, root_).odd;
  return bitcoin::control_block(internal_key, odd, path(index));
}

ClaimTree disprove_tree(const ClaimProgram& program, const ClaimKeys& keys, const crypto::XOnlyKey& signers) {
  check_keys(program, keys);
  return ClaimTree(program.steps().size(),
                   [=](std::size_t step) { return disprove_leaf(program, step, keys, signers); });
}

ClaimTree epoch_tree(const ClaimProgram& program, const ClaimKeys& keys, const crypto::XOnlyKey& operator_key,
                     std::vector<crypto::OtsPublicKey> sequencer, std::uint32_t first_epoch) {
  std::size_t count = sequencer.size();
  EpochLeaves leaves(program, ClaimLayout(program), keys, operator_key);
  return ClaimTree(count, [=, sequencer = std::move(sequencer)](std::size_t i) {
    return leaves.leaf(first_epoch + static_cast<std::uint32_t>(i), sequencer[i]);
  });
}

}  // namespace pegkit::optimistic
