#include "evm/word.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace pegkit;
using namespace pegkit::evm;

namespace {
Word word_hex(std::string_view digits) {
  return from_hex_array<32>(std::string(64 - digits.size(), '0') + std::string(digits));
}
}  // namespace

TEST_CASE("one satoshi is ten thousand million wei") {
  CHECK(wei_from_sat(Sat{0}) == Word{});
  CHECK(wei_from_sat(Sat{1}) == word_hex("02540be400"));
  CHECK(wei_from_sat(Sat{100'000'000}) == word_hex("0de0b6b3a7640000"));
  CHECK(wei_from_sat(max_money) == word_hex("115eec47f6cf7e35000000"));
  for (std::int64_t sat :
       {0LL, 1LL, 546LL, 123'456'789LL, 2'099'999'997'690'000LL, max_money.value() + 0LL}) {
    CHECK(sat_from_wei(wei_from_sat(Sat{sat})) == Sat{sat});
  }
}

TEST_CASE("wei that is no amount of satoshis") {
  CHECK_THROWS_AS(wei_from_sat(Sat{-1}), Error);
  CHECK_THROWS_AS(sat_from_wei(word_hex("01")), Error);
  CHECK_THROWS_AS(sat_from_wei(word_hex("02540be401")), Error);
  CHECK_THROWS_AS(sat_from_wei(wei_from_sat(max_money + Sat{1})), Error);
  Word huge;
  huge.fill(0xff);
  CHECK_THROWS_AS(sat_from_wei(huge), Error);
}

TEST_CASE("words and 64-bit numbers") {
  CHECK(u64_from(word_from(0xfedcba9876543210)) == 0xfedcba9876543210);
  CHECK(word_from(0x0102) == word_hex("0102"));
  CHECK_THROWS_AS(u64_from(word_hex("010000000000000000")), Error);
  CHECK(quantity(std::uint64_t{0}) == "0x0");
  CHECK(quantity(500) == "0x1f4");
  CHECK(quantity(wei_from_sat(Sat{1})) == "0x2540be400");
}
