#include "bridge/custody_tree.hpp"

#include <exception>
#include <fmt/core.h>
#include <thread>
#include <utility>

#include "bitcoin/script.hpp"
#include "bridge/unspendable.hpp"
#include "crypto/keyagg_sets.hpp"
#include "crypto/musig.hpp"

namespace pegkit::bridge {
namespace {

using bitcoin::TapNode;

/// The M-combination after this one in lexicographic order; false after the last.
bool next_combination(std::vector<std::uint32_t>& signers, std::uint32_t n) {
  std::size_t m = signers.size(), place = m;
  while (place > 0 && signers[place - 1] == n - m + place - 1) --place;
  if (place == 0) return false;
  ++signers[place - 1];
  for (; place < m; ++place) signers[place] = signers[place - 1] + 1;
  return true;
}

/// Two equal hashes among many, found with 8 bytes a hash.
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

/// Calls `work(first, last)` on about equal parts of [0, count), one thread each; rethrows what one throws.
template <class F>
void in_parallel(std::uint64_t count, const F& work) {
  std::uint64_t threads = std::clamp<std::uint64_t>(std::thread::hardware_concurrency(), 1, 16);
  if (count < 256) threads = 1;
  std::vector<std::exception_ptr> errors(threads);
  {
    std::vector<std::jthread> running;
    auto part = [&](std::uint64_t t) {
      try {
        work(count * t / threads, count * (t + 1) / threads);
      } catch (...) {
        errors[t] = std::current_exception();
      }
    };
    for (std::uint64_t t = 1; t < threads; ++t) running.emplace_back(part, t);
    part(0);
  }
  for (const auto& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace

bitcoin::Script subset_leaf_script(const crypto::XOnlyKey& key) {
  return bitcoin::ScriptBuilder().push(key).op(bitcoin::OP_CHECKSIG).take();
}

crypto::XOnlyKey Custody::internal_key() const {
  if (tree_->internal_key) return *tree_->internal_key;
  crypto::XOnlyKey key;
  if (key_path_) {
    std::vector<crypto::PublicKey> sorted = keys_;
    crypto::key_sort(sorted);
    key = crypto::KeyAgg(sorted).xonly();
  } else {
    Bytes all;
    for (const auto& k : keys_) append(all, k);
    key = unspendable_key(all);
  }
  tree_->internal_key = key;
  return key;
}

std::vector<TapNode> Custody::compute_leaf_hashes() const {
  std::vector<TapNode> out(leaf_count());
  if (policy_ == Policy::checksigadd) {
    out[0] = bitcoin::tapleaf_hash(multi_leaf());
  } else {
    crypto::SubsetAggregator aggregator(keys_, out.size());
    in_parallel(out.size(), [&](std::uint64_t first, std::uint64_t last) {
      std::vector<std::uint32_t> signers = signers_of(first);
      for (std::uint64_t i = first; i < last; ++i) {
        out[i] = bitcoin::tapleaf_hash(subset_leaf_script(aggregator.xonly(signers)));
        next_combination(signers, static_cast<std::uint32_t>(keys_.size()));
      }
    });
  }
  TapNode all = bitcoin::tapleaf_hash(subset_leaf_script(internal_key()));
  if (has_duplicates(out) || std::ranges::find(out, all) != out.end())
    throw input_error("custody.duplicate", "two sets of custodians have the same aggregate key")
        .field("keys");
  return out;
}

const std::vector<TapNode>& Custody::leaf_hashes() const {
  if (tree_->leaves) return *tree_->leaves;
  tree_->leaves = compute_leaf_hashes();
  std::vector<TapNode> hashes = *tree_->leaves;
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

void Custody::for_each_leaf(const std::function<void(const CustodyLeaf&)>& visit) const {
  std::uint64_t count = leaf_count();
  if (count == 0) return;
  CustodyLeaf leaf{0, signers_of(0), {}};
  if (policy_ == Policy::checksigadd) {
    leaf.script = multi_leaf();
    visit(leaf);
    return;
  }
  crypto::SubsetAggregator aggregator(keys_, count);
  do {
    leaf.script = subset_leaf_script(aggregator.xonly(leaf.signers));
    visit(leaf);
    ++leaf.index;
  } while (next_combination(leaf.signers, static_cast<std::uint32_t>(keys_.size())));
}

std::vector<TapNode> Custody::leaf_path(std::uint64_t index) const {
  const std::vector<TapNode>& hashes = leaf_hashes();
  if (index >= hashes.size())
    throw input_error("custody.index", fmt::format("there is no custody leaf {}", index));
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
  leaf_hashes();  // also checks a stated root
  return {*custody_root()};
}

Bytes Custody::leaf_control_block(std::uint64_t index) const {
  return bitcoin::control_block(internal_key(), output().odd, leaf_path(index));
}

Bytes Custody::recovery_control_block() const {
  return bitcoin::control_block(internal_key(), output().odd, recovery_path());
}

}  // namespace pegkit::bridge
