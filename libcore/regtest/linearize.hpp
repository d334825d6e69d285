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
/// Compares feerates exactly. Sizes must be positive.
std::strong_ordering compare_rates(const FeeSize& a, const FeeSize& b);

/// A transaction in a vector of transactions; `parents` are indexes into that vector.
struct GraphNode {
  FeeSize fee_size;
  std::vector<std::size_t> parents;
};

/// An order with parents before children and the best feerates first. Each step takes the transaction with
/// the highest feerate, counted together with its ancestors not yet taken, and these ancestors.
std::vector<std::size_t> linearize(const std::vector<GraphNode>& nodes);

/// A part of an order that is mined together, because its later transactions pay for its earlier ones.
struct Chunk {
  FeeSize total;
  std::vector<std::size_t> nodes;
};
/// Cuts an order into chunks of falling feerate.
std::vector<Chunk> chunks_of(const std::vector<GraphNode>& nodes, const std::vector<std::size_t>& order);

/// True when the fee-by-size curve of `a` is nowhere below that of `b` and somewhere above it. Chunks come in
/// falling feerate; a curve is flat after its end.
bool better_diagram(const std::vector<Chunk>& a, const std::vector<Chunk>& b);

}  // namespace pegkit::regtest
