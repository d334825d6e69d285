#include "base/bytes.hpp"

#include <doctest/doctest.h>

#include "base/amount.hpp"
#include "base/error.hpp"

using namespace pegkit;

TEST_CASE("hex") {
  CHECK(to_hex(Bytes{0x00, 0xab, 0xff}) == "00abff");
  CHECK(from_hex("00ABff") == Bytes{0x00, 0xab, 0xff});
  CHECK(from_hex("").empty());
  for (const char* bad : {"0", "0g", "0x00", " 00", "00 "}) CHECK_THROWS_AS(from_hex(bad), Error);
  CHECK_THROWS_AS(from_hex_array<2>("00"), Error);
}

TEST_CASE("base64, RFC 4648 section 10") {
  const char* cases[][2] = {{"", ""},
                            {"f", "Zg=="},
                            {"fo", "Zm8="},
                            {"foo", "Zm9v"},
                            {"foob", "Zm9vYg=="},
                            {"fooba", "Zm9vYmE="},
                            {"foobar", "Zm9vYmFy"}};
  for (auto& [plain, encoded] : cases) {
    CHECK(to_base64(as_bytes(plain)) == encoded);
    CHECK(as_text(from_base64(encoded)) == plain);
  }
  for (const char* bad : {"Z", "Zg=", "Zg", "Zh==", "Zm9=", "=m9v", "Zg==Zg==", "Zm9v\n", "Z===", "===="})
    CHECK_THROWS_AS(from_base64(bad), Error);
}

TEST_CASE("amounts of bitcoin are read exactly") {
  CHECK(parse_btc("0.00000001") == Sat(1));
  CHECK(parse_btc("20999999.97690000") == Sat(2099999997690000));
  CHECK(parse_btc("1") == Sat(100'000'000));
  CHECK(parse_btc("1e-8") == Sat(1));
  CHECK(parse_btc("1.5E+1") == Sat(1'500'000'000));
  CHECK(parse_btc("-0.5") == Sat(-50'000'000));
  CHECK(parse_btc("0.000000010") == Sat(1));
  for (const char* bad : {"", "-", ".5", "1.", "1.2.3", "0.000000001", "21000001", "1e", "1e99", "0x1", "1 "})
    CHECK_THROWS_AS(parse_btc(bad), Error);
  CHECK(format_btc(Sat(123456789)) == "1.23456789 BTC");
  CHECK(format_btc(Sat(-1)) == "-0.00000001 BTC");
}

TEST_CASE("arithmetic that leaves 64 bits is an error") {
  CHECK_THROWS_AS(Sat(INT64_MAX) + Sat(1), Error);
  CHECK_THROWS_AS(Sat(INT64_MIN) - Sat(1), Error);
  CHECK_THROWS_AS(Sat(INT64_MAX) * 2, Error);
  CHECK(max_money.in_range());
  CHECK_FALSE((max_money + Sat(1)).in_range());
  CHECK_FALSE(Sat(-1).in_range());
}

TEST_CASE("fees are rounded up") {
  CHECK(FeeRate::per_kvb(1000).fee(141) == Sat(141));
  CHECK(FeeRate::per_kvb(1001).fee(1) == Sat(2));
  CHECK(FeeRate::per_vb(3).fee(100) == Sat(300));
}
