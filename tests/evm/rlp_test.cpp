#include "evm/rlp.hpp"

#include <doctest/doctest.h>

#include "support/errors.hpp"

using namespace pegkit;
using evm::Rlp;

namespace {

Rlp text(std::string_view s) {
  return Rlp::string(as_bytes(s));
}

std::string decode_error(const std::string& hex) {
  return test::error_code([&] { Rlp::decode(from_hex(hex)); });
}

}  // namespace

TEST_CASE("RLP's published examples") {
  struct Case {
    Rlp value;
    std::string hex;
  };
  std::string lorem = "Lorem ipsum dolor sit amet, consectetur adipisicing elit";
  Rlp empty = Rlp::list({});
  for (const Case& c : {
           Case{text("dog"), "83646f67"},
           Case{Rlp::list({text("cat"), text("dog")}), "c88363617483646f67"},
           Case{text(""), "80"},
           Case{empty, "c0"},
           Case{Rlp::number(0), "80"},
           Case{Rlp::string(from_hex("00")), "00"},
           Case{Rlp::string(from_hex("0f")), "0f"},
           Case{Rlp::number(15), "0f"},
           Case{Rlp::number(1024), "820400"},
           Case{Rlp::list({empty, Rlp::list({empty}), Rlp::list({empty, Rlp::list({empty})})}),
                "c7c0c1c0c3c0c1c0"},
           Case{text(lorem), "b838" + to_hex(as_bytes(lorem))},
       }) {
    CAPTURE(c.hex);
    CHECK(to_hex(c.value.encode()) == c.hex);
    CHECK(Rlp::decode(from_hex(c.hex)) == c.value);
  }
}

TEST_CASE("RLP comes back at every kind of length") {
  for (std::size_t length : {0u, 1u, 2u, 54u, 55u, 56u, 255u, 256u, 65535u, 65536u}) {
    Rlp value = Rlp::list({Rlp::string(Bytes(length, 0xaa)), Rlp::number(length)});
    CHECK(Rlp::decode(value.encode()) == value);
    CHECK(Rlp::decode(value.encode()).items[1].as_u64() == length);
  }
  CHECK(Rlp::number(0xffffffffffffffff).as_u64() == 0xffffffffffffffff);
}

TEST_CASE("RLP in any other form is refused") {
  CHECK(decode_error("") == "rlp.truncated");
  CHECK(decode_error("83646f") == "rlp.truncated");
  CHECK(decode_error("b8") == "rlp.truncated");
  CHECK(decode_error("bfffffffffffffffff") == "rlp.truncated");
  CHECK(decode_error("ffffffffffffffffff") == "rlp.truncated");
  CHECK(decode_error("c883636174") == "rlp.truncated");
  CHECK(decode_error("c28364") == "rlp.truncated");
  CHECK(decode_error("8000") == "rlp.trailing");
  CHECK(decode_error("8101") == "rlp.invalid");      // one byte below 0x80 stands for itself
  CHECK(decode_error("b80161") == "rlp.invalid");    // a long length for a short string
  CHECK(decode_error("b9000161") == "rlp.invalid");  // a length with a leading zero
  CHECK(decode_error("f800") == "rlp.invalid");

  Rlp value = Rlp::list({});
  for (int i = 0; i < 64; ++i) value = Rlp::list({value});
  CHECK(decode_error(to_hex(value.encode())) == "rlp.depth");
  CHECK_THROWS_AS(Rlp::list({}).as_u64(), Error);
  CHECK_THROWS_AS(Rlp::string(from_hex("0001")).as_u64(), Error);
  CHECK_THROWS_AS(Rlp::string(from_hex("010000000000000000")).as_u64(), Error);
}
