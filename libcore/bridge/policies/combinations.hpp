#pragma once

#include <cstdint>
#include <vector>

namespace pegkit::bridge {

/// C(n, k), or `limit` + 1 when it is more than `limit`.
std::uint64_t combinations(std::uint64_t n, std::uint64_t k, std::uint64_t limit);

/// The place of a k-combination of 0…n-1 among all of them in lexicographic order, counted from 0, and the
/// combination at a place. `members` ascend; `rank` is below C(n, k), which is at most 2^63.
std::uint64_t combination_rank(const std::vector<std::uint32_t>& members, std::uint64_t n);
std::vector<std::uint32_t> combination_at(std::uint64_t rank, std::uint64_t n, std::uint64_t k);

/// Turns `members` into the next combination of 0…n-1 in lexicographic order; false after the last.
bool next_combination(std::vector<std::uint32_t>& members, std::uint32_t n);

}  // namespace pegkit::bridge
