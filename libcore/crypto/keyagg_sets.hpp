#pragma once

#include <memory>
#include <span>
#include <vector>

#include "crypto/keys.hpp"

namespace pegkit::crypto {

/// BIP327 aggregates of many subsets of the same keys, each in KeySort order: the same value as
/// KeyAgg(sorted subset).xonly(), several times as fast when there are thousands of them.
///
/// The multiples of every key are tabled (half a megabyte each), so that an aggregate costs additions only.
/// Can be shared by threads.
class SubsetAggregator {
 public:
  /// Throws Error `key.invalid` (exit 3) naming a key that is not on the curve, `musig.keys` for no key or
  /// two equal ones. `expected` is about how many aggregates will be asked for; few need no tables.
  explicit SubsetAggregator(const std::vector<PublicKey>& keys, std::uint64_t expected = UINT64_MAX);
  ~SubsetAggregator();
  SubsetAggregator(SubsetAggregator&&) noexcept;

  /// `members` are different indexes into the keys, at least one, in any order. Throws `musig.keys` when the
  /// sum is the point at infinity.
  XOnlyKey xonly(std::span<const std::uint32_t> members) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pegkit::crypto
