#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/amount.hpp"

namespace pegkit::regtest {

/// A fee in satoshis for a size in (sigop-adjusted) weight units.
struct FeeSize {
  std::int64_t fee = 0;
  std::int64_t size = 0;
  FeeSize operator+(const FeeSize& other) const { return {fee + other.fee, size + other.size}; }
};
/// By fee rate; exact. Sizes are positive.
std::strong_ordering compare_rates(const FeeSize& a, const FeeSize& b);

/// A transaction among others; `parents` are indexes into the same vector.
struct GraphNode {
  FeeSize fee_size;
  std::vector<std::size_t> parents;
};

/// An order in which parents stand before children and what pays best stands first: again and again the
/// transaction that has, with the ancestors not yet taken, the highest fee rate.
std::vector<std::size_t> linearize(const std::vector<GraphNode>& nodes);

/// A stretch of an order that is mined together, because its later part pays for the earlier one.
struct Chunk {
  FeeSize total;
  std::vector<std::size_t> nodes;
};
/// Cuts an order into chunks of falling fee rate.
std::vector<Chunk> chunks_of(const std::vector<GraphNode>& nodes, const std::vector<std::size_t>& order);

/// True when the fee-by-size curve of `a` lies nowhere below that of `b` and somewhere above (both are cut
/// into chunks of falling fee rate and go on flat after their end).
bool better_diagram(const std::vector<Chunk>& a, const std::vector<Chunk>& b);

}  // namespace pegkit::regtest
