#pragma once

#include <memory>
#include <span>
#include <vector>

#include "crypto/keys.hpp"

namespace pegkit::crypto {

/// Computes BIP327 aggregates of many subsets of the same keys, each subset in KeySort order. The result
/// equals KeyAgg(sorted subset).xonly() and comes several times as fast when there are thousands of subsets.
///
/// It tables multiples of every key (half a megabyte a key), so that an aggregate costs only additions.
/// Threads can share one object.
class SubsetAggregator {
 public:
  /// Throws Error `key.invalid` (exit 3) naming a key that is not on the curve, `musig.keys` (exit 3) for no
  /// key or two equal ones. `expected` is about the number of aggregates the caller will ask for: below 2000,
  /// or with more than 64 keys, no tables are made and libsecp256k1's KeyAgg does the work.
  explicit SubsetAggregator(const std::vector<PublicKey>& keys, std::uint64_t expected = UINT64_MAX);
  ~SubsetAggregator();
  SubsetAggregator(SubsetAggregator&&) noexcept;

  /// The aggregate of the keys at the indexes `members`: at least one, all different, in any order. Throws
  /// `musig.keys` when the sum is the point at infinity.
  XOnlyKey xonly(std::span<const std::uint32_t> members) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pegkit::crypto
