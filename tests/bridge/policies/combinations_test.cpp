#include "bridge/policies/combinations.hpp"

#include <doctest/doctest.h>

using namespace pegkit::bridge;

TEST_CASE("combinations are counted up to a limit") {
  CHECK(combinations(18, 9, 1u << 20) == 48'620);
  CHECK(combinations(5, 0, 10) == 1);
  CHECK(combinations(5, 6, 10) == 0);
  CHECK(combinations(1000, 667, 1u << 20) == (1u << 20) + 1);
}

TEST_CASE("combinations stand in lexicographic order, and each is found by its place") {
  for (auto [n, k] : {std::pair{7u, 3u}, {6u, 1u}, {5u, 4u}, {4u, 4u}}) {
    std::vector<std::uint32_t> members, last;
    for (std::uint32_t i = 0; i < k; ++i) members.push_back(i);
    std::uint64_t count = 0;
    do {
      CHECK(last < members);
      CHECK(combination_rank(members, n) == count);
      CHECK(combination_at(count, n, k) == members);
      last = members;
      ++count;
    } while (next_combination(members, n));
    CHECK(count == combinations(n, k, 1'000));
  }
}
