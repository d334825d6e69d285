#include "bridge/policies/combinations.hpp"

#include <algorithm>

namespace pegkit::bridge {
namespace {

constexpr std::uint64_t no_limit = std::uint64_t{1} << 63;

}  // namespace

std::uint64_t combinations(std::uint64_t n, std::uint64_t k, std::uint64_t limit) {
  if (k > n) return 0;
  k = std::min(k, n - k);
  std::uint64_t out = 1;
  for (std::uint64_t i = 1; i <= k; ++i) {
    // C(n-k+i, i) is whole at every step and never falls, so the first excess decides.
    unsigned __int128 next = static_cast<unsigned __int128>(out) * (n - k + i) / i;
    if (next > limit) return limit + 1;
    out = static_cast<std::uint64_t>(next);
  }
  return out;
}

std::uint64_t combination_rank(const std::vector<std::uint32_t>& members, std::uint64_t n) {
  std::uint64_t rank = 0, k = members.size();
  std::uint32_t next = 0;
  for (std::size_t place = 0; place < k; ++place) {
    for (; next < members[place]; ++next) rank += combinations(n - next - 1, k - place - 1, no_limit);
    ++next;
  }
  return rank;
}

std::vector<std::uint32_t> combination_at(std::uint64_t rank, std::uint64_t n, std::uint64_t k) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t next = 0; k > 0; ++next) {
    std::uint64_t with_next = combinations(n - next - 1, k - 1, no_limit);
    if (rank < with_next) {
      out.push_back(next);
      --k;
    } else {
      rank -= with_next;
    }
  }
  return out;
}

bool next_combination(std::vector<std::uint32_t>& members, std::uint32_t n) {
  std::size_t k = members.size(), place = k;
  while (place > 0 && members[place - 1] == n - k + place - 1) --place;
  if (place == 0) return false;
  ++members[place - 1];
  for (; place < k; ++place) members[place] = members[place - 1] + 1;
  return true;
}

}  // namespace pegkit::bridge
