#include "bridge/custody_tree.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

#include "bridge/policies/leaf_script.hpp"

namespace pegkit::bridge {
namespace {

using bitcoin::TapNode;

/// True when two hashes are equal. Sorts 8 bytes of each, and whole hashes only where those agree.
bool has_duplicates(const std::vector<TapNode>& hashes) {
  std::vector<std::uint64_t> heads;
  heads.reserve(hashes.size());
  for (const TapNode& hash : hashes) {
    std::uint64_t head = 0;
    for (int i = 0; i < 8; ++i) head = head << 8 | hash[i];
    heads.push_back(head);
  }
  std::ranges::sort(heads);
  if (std::ranges::adjacent_find(heads) == heads.end()) return false;
  std::vector<TapNode> all = hashes;
  std::ranges::sort(all);
  return std::ranges::adjacent_find(all) != all.end();
}

}  // namespace

crypto::XOnlyKey Custody::internal_key() const {
  if (!tree_->internal_key) tree_->internal_key = policy_->internal_key();
  return *tree_->internal_key;
}

const std::vector<TapNode>& Custody::leaf_hashes() const {
  if (tree_->leaves) return *tree_->leaves;
  std::vector<TapNode> hashes = policy_->leaf_hashes();
  TapNode all = bitcoin::tapleaf_hash(checksig_script(internal_key()));
  if (has_duplicates(hashes) || std::ranges::find(hashes, all) != hashes.end())
    throw input_error("custody.duplicate", "two sets of custodians have the same aggregate key")
        .field("keys");
  tree_->leaves = hashes;
  tree_->custody_root = bitcoin::balanced_root(hashes);
  if (auto stated = std::exchange(tree_->stated_root, std::nullopt); stated && stated != merkle_root())
    throw input_error("document.derived", "the stated merkle root is not that of these custodians")
        .field("merkle_root");
  return *tree_->leaves;
}

std::optional<TapNode> Custody::custody_root() const {
  if (leaf_count() == 0) return std::nullopt;
  if (!tree_->custody_root) leaf_hashes();
  return tree_->custody_root;
}

std::optional<TapNode> Custody::merkle_root() const {
  if (tree_->stated_root) return tree_->stated_root;
  std::optional<TapNode> root = custody_root();
  if (!recovery_) return root;
  TapNode recovery = bitcoin::tapleaf_hash(recovery_->script());
  return root ? bitcoin::tapbranch_hash(*root, recovery) : recovery;
}

std::vector<TapNode> Custody::leaf_path(std::uint64_t index) const {
  if (index >= leaf_count())
    throw input_error("custody.index", fmt::format("there is no custody leaf {}", index));
  const std::vector<TapNode>& hashes = leaf_hashes();
  if (!tree_->last_path || tree_->last_path->index != index)
    tree_->last_path = {
        index, bitcoin::balanced_path(hashes.size(), index, [&](std::uint64_t i) { return hashes[i]; })};
  std::vector<TapNode> path = tree_->last_path->nodes;
  if (recovery_) path.push_back(bitcoin::tapleaf_hash(recovery_->script()));
  return path;
}

std::vector<TapNode> Custody::recovery_path() const {
  if (!recovery_) throw input_error("custody.recovery", "this custody has no recovery path");
  if (leaf_count() == 0) return {};
  leaf_hashes();  // this also checks a stated root
  return {*custody_root()};
}

Bytes Custody::leaf_control_block(std::uint64_t index) const {
  return bitcoin::control_block(internal_key(), output().odd, leaf_path(index));
}

Bytes Custody::recovery_control_block() const {
  return bitcoin::control_block(internal_key(), output().odd, recovery_path());
}

}  // namespace pegkit::bridge
