// subsets: all custodians sign together by the key path, and each M-subset of them by a leaf of its own,
// `<MuSig2 of the subset> OP_CHECKSIG`. Leaves stand in the lexicographic order of their signers. There may
// be a million of them: they are made one by one, hashed and dropped.
#include <algorithm>
#include <exception>
#include <fmt/core.h>
#include <thread>

#include "bridge/policies/combinations.hpp"
#include "bridge/policies/leaf_script.hpp"
#include "bridge/policies/policy.hpp"
#include "crypto/keyagg_sets.hpp"

namespace pegkit::bridge {
namespace {

using bitcoin::TapNode;

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

class Subsets final : public CustodyPolicy {
 public:
  explicit Subsets(Quorum quorum) : CustodyPolicy(subsets_policy, std::move(quorum)) { set_key_path(true); }

  std::uint64_t leaf_count() const override { return combinations(keys().size(), threshold(), max_leaves); }
  void for_each_leaf(const std::function<void(const CustodyLeaf&)>& visit) const override;
  std::vector<TapNode> leaf_hashes() const override;
  std::string leaf_text(std::uint64_t index) const override {
    return fmt::format("pk({})", musig_text(chosen_keys(keys(), signers_of(index))));
  }
  bool contract_takes_leaves() const override { return true; }

 private:
  void check_limits() const override;

  std::uint64_t place_of(const std::vector<std::uint32_t>& signers) const override {
    return combination_rank(signers, keys().size());
  }
  std::vector<std::uint32_t> signers_at(std::uint64_t index) const override {
    return combination_at(index, keys().size(), threshold());
  }
  bitcoin::Script script_of(const std::vector<std::uint32_t>& signers) const override {
    return checksig_script(musig_key(chosen_keys(keys(), signers)));
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(keys().size()); }
};

void Subsets::check_limits() const {
  if (threshold() == keys().size())
    throw input_error("custody.threshold", "a subset of all repeats the key path: use the policy musig")
        .field("threshold");
  if (leaf_count() > max_leaves)
    throw input_error("custody.leaves",
                      fmt::format("more than {} subsets: use the policy checksigadd", max_leaves))
        .field("threshold");
}

void Subsets::for_each_leaf(const std::function<void(const CustodyLeaf&)>& visit) const {
  crypto::SubsetAggregator aggregator(keys(), leaf_count());
  CustodyLeaf leaf{0, first_indexes(threshold()), {}};
  do {
    leaf.script = checksig_script(aggregator.xonly(leaf.signers));
    visit(leaf);
    ++leaf.index;
  } while (next_combination(leaf.signers, size()));
}

std::vector<TapNode> Subsets::leaf_hashes() const {
  std::vector<TapNode> out(leaf_count());
  crypto::SubsetAggregator aggregator(keys(), out.size());
  in_parallel(out.size(), [&](std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint32_t> signers = signers_at(first);
    for (std::uint64_t i = first; i < last; ++i) {
      out[i] = bitcoin::tapleaf_hash(checksig_script(aggregator.xonly(signers)));
      next_combination(signers, size());
    }
  });
  return out;
}

}  // namespace

const PolicyType subsets_policy{Policy::subsets, "subsets", PolicyType::maker<Subsets>};

}  // namespace pegkit::bridge
