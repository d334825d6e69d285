#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/bn254_groups.hpp"

using namespace pegkit;
using namespace pegkit::bn254;
using namespace pegkit::test;

namespace {

const std::string zeros(64, '0'), p_hex = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47",
                                  all_ones(64, 'f');

std::string number(std::uint64_t value) {
  return to_hex(Fp::from_u64(value).bytes());
}
PointFault g1_fault(const std::string& hex) {
  auto read = hex.size() == 128 ? read_g1(from_hex(hex)) : read_g1_compressed(from_hex(hex));
  CHECK((read.fault == PointFault::none || read.point.infinity));
  return read.fault;
}
PointFault g2_fault(const std::string& hex) {
  auto read = hex.size() == 256 ? read_g2(from_hex(hex)) : read_g2_compressed(from_hex(hex));
  CHECK((read.fault == PointFault::none || read.point.infinity));
  return read.fault;
}

}  // namespace

TEST_CASE("points go out and come back") {
  Bn254Random random(1);
  for (int i = 0; i < 60; ++i) {
    G1 p = i == 0 ? G1{} : i == 1 ? g1_generator() : random_g1(random);
    G2 q = i == 0 ? G2{} : i == 1 ? g2_generator() : random_g2(random);
    auto back = [](const auto& read, const auto& point) { return read && read.point == point; };
    for (const G1& point : {p, -p}) {
      CHECK(back(read_g1(write(point)), point));
      CHECK(back(read_g1_compressed(write_compressed(point)), point));
    }
    for (const G2& point : {q, -q}) {
      CHECK(back(read_g2(write(point)), point));
      CHECK(back(read_g2_compressed(write_compressed(point)), point));
    }
  }
}

TEST_CASE("the forms are the EVM's and gnark's") {
  CHECK(to_hex(write(g1_generator())) == number(1) + number(2));
  CHECK(to_hex(write(g2_generator())) ==
        "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
        "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
        "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
        "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa");
  CHECK(to_hex(write_compressed(g1_generator())) == "80" + zeros.substr(4) + "01");
  CHECK(to_hex(write_compressed(-g1_generator())) == "c0" + zeros.substr(4) + "01");
  CHECK(to_hex(write_compressed(g2_generator())) ==
        "998e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
        "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed");
  CHECK(to_hex(write(G1{})) == zeros + zeros);
  CHECK(to_hex(write_compressed(G1{})) == "40" + zeros.substr(2));
  CHECK(to_hex(write_compressed(G2{})) == "40" + zeros.substr(2) + zeros);
}

TEST_CASE("coordinates at or above the field's order are refused") {
  // 1 + p and 2 + p: the generator once more.
  CHECK(g1_fault("30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd48" + number(2)) ==
        PointFault::coordinate);
  CHECK(g1_fault(number(1) + "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd49") ==
        PointFault::coordinate);
  for (const std::string& large : {p_hex, all_ones}) {
    CHECK(g1_fault(large + zeros) == PointFault::coordinate);
    CHECK(g1_fault(zeros + large) == PointFault::coordinate);
    std::string q = to_hex(write(g2_generator()));
    for (std::size_t place = 0; place < 4; ++place) {
      std::string altered = q;
      CHECK(g2_fault(altered.replace(64 * place, 64, large)) == PointFault::coordinate);
    }
    std::string compressed = to_hex(write_compressed(g2_generator()));
    CHECK(g2_fault(compressed.replace(64, 64, large)) == PointFault::coordinate);
  }
  CHECK(g1_fault("b0" + p_hex.substr(2)) == PointFault::coordinate);
  CHECK(g1_fault("f0" + p_hex.substr(2)) == PointFault::coordinate);
  CHECK(g2_fault("b0" + p_hex.substr(2) + zeros) == PointFault::coordinate);
  // An uncompressed point must have no flags.
  for (const char* flagged : {"40", "80", "c0"}) {
    CHECK(g1_fault(flagged + zeros.substr(2) + zeros) == PointFault::coordinate);
    CHECK(g2_fault(flagged + zeros.substr(2) + zeros + zeros + zeros) == PointFault::coordinate);
  }
}

TEST_CASE("points off the curve or outside the subgroup are refused") {
  CHECK(g1_fault(number(1) + number(1)) == PointFault::curve);
  CHECK(g1_fault(zeros + number(1)) == PointFault::curve);
  CHECK(g1_fault(number(1) + zeros) == PointFault::curve);
  CHECK(g1_fault("80" + zeros.substr(2)) == PointFault::curve);  // 3 is no square
  CHECK(g2_fault(zeros + zeros + zeros + number(1)) == PointFault::curve);
  CHECK(g2_fault(number(1) + zeros + zeros + zeros) == PointFault::curve);
  Bn254Random random(2);
  int off = 0;
  for (int i = 0; i < 40; ++i) {
    G2 q = random_on_twist(random);
    CHECK(read_g2(write(q)).fault == PointFault::subgroup);
    CHECK(read_g2_compressed(write_compressed(q)).fault == PointFault::subgroup);
    auto bytes = write_compressed(random_g1(random));
    bytes[31] ^= 1;
    off += read_g1_compressed(bytes).fault == PointFault::curve;
  }
  CHECK(off > 5);  // half of all x have no y
}

TEST_CASE("flags of compressed points are mandatory and infinity has one form") {
  CHECK(g1_fault(zeros) == PointFault::flags);
  CHECK(g1_fault(number(1)) == PointFault::flags);
  CHECK(g2_fault(zeros + zeros) == PointFault::flags);
  for (std::size_t bit = 0; bit < 254; ++bit) {
    ByteArray<32> bytes{0x40};
    bytes[31 - bit / 8] |= static_cast<std::uint8_t>(1 << (bit % 8));
    CHECK(read_g1_compressed(bytes).fault == PointFault::flags);
  }
  ByteArray<64> bytes{0x40};
  CHECK(read_g2_compressed(bytes).fault == PointFault::none);
  bytes[63] = 1;
  CHECK(read_g2_compressed(bytes).fault == PointFault::flags);
}

TEST_CASE("every fault has its text, and a wrong length is an error") {
  CHECK(point_fault_text(PointFault::none) == std::string());
  CHECK(point_fault_text(PointFault::coordinate) ==
        std::string("a coordinate is not below the field's order"));
  CHECK(point_fault_text(PointFault::curve) == std::string("not on the curve"));
  CHECK(point_fault_text(PointFault::subgroup) == std::string("not in the subgroup"));
  CHECK(point_fault_text(PointFault::flags) == std::string("wrong flag bits"));
  CHECK_THROWS_AS(read_g1(Bytes(63)), Error);
  CHECK_THROWS_AS(read_g2(Bytes(129)), Error);
  CHECK_THROWS_AS(read_g1_compressed(Bytes(0)), Error);
  CHECK_THROWS_AS(read_g2_compressed(Bytes(32)), Error);
}
