#include "bn254/pairing.hpp"

#include <doctest/doctest.h>

#include "support/bn254_groups.hpp"

using namespace pegkit;
using namespace pegkit::bn254;
using namespace pegkit::test;

namespace {

template <std::size_t N>
Fp12 power(const Fp12& base, const std::array<std::uint64_t, N>& exponent) {
  Fp12 out = Fp12::one();
  for (std::size_t bit = 64 * N; bit-- > 0;) {
    out = out.square();
    if (exponent[bit / 64] >> (bit % 64) & 1) out = out * base;
  }
  return out;
}

Fp12 pair(const G1& p, const G2& q) {
  std::array terms{PairingTerm(p, q)};
  return pairing(terms);
}

/// The lists of EIP-197: 192 bytes a term.
bool published(const std::string& hex) {
  Bytes data = from_hex(hex);
  std::vector<PairingTerm> terms;
  for (std::size_t at = 0; at < data.size(); at += 192) {
    auto p = read_g1(ByteView(data).subspan(at, 64));
    auto q = read_g2(ByteView(data).subspan(at + 64, 128));
    REQUIRE(p);
    REQUIRE(q);
    terms.emplace_back(p.point, q.point);
  }
  return pairing_is_one(terms);
}

}  // namespace

TEST_CASE("products of pairings are those of EIP-197's vectors") {
  const std::string first =
      "1c76476f4def4bb94541d57ebba1193381ffa7aa76ada664dd31c16024c43f593034dd2920f673e204fee2811c678745"
      "fc819b55d3e9d294e45c9b03a76aef41209dd15ebff5d46c4bd888e51a93cf99a7329636c63514396b4a452003a35bf7"
      "04bf11ca01483bfa8b34b43561848d28905960114c8ac04049af4b6315a416782bb8324af6cfc93537a2ad1a445cfd0c"
      "a2a71acd7ac41fadbf933c2a51be344d120a2a4cf30c1bf9845f20c6fe39e07ea2cce61f0c9bb048165fe5e4de877550";
  const std::string generator =
      "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479"
      "674322d4f75edadd46debd5cd992f6ed090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
      "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa";
  const std::string x = "111e129f1cf1097710d41c4ac70fcdfa5ba2023c6ff1cbeac322de49d1b6df7c";
  CHECK(
      published(first + x + "2032c61a830e3c17286de9462bf242fca2883585b93870a73853face6a6bf411" + generator));
  CHECK_FALSE(
      published(first + x + "103188585e2364128fe25c70558f1560f4f9350baf3959e603cc91486e110936" + generator));
  CHECK(published(""));
}

TEST_CASE("the pairing is bilinear, of order r, and not degenerate") {
  Bn254Random random(1);
  Fp12 base = pair(g1_generator(), g2_generator());
  CHECK_FALSE(base.is_one());
  CHECK(power(base, scalar_modulus).is_one());
  for (int i = 0; i < 10; ++i) {
    Fr a = random.field<Fr>(), b = random.field<Fr>();
    G1 p = random_g1(random), other = random_g1(random);
    G2 q = random_g2(random);
    Fp12 value = pair(p, q);
    CHECK_FALSE(value.is_one());
    CHECK(pair(multiply(p, a).affine(), multiply(q, b).affine()) == power(value, (a * b).integer()));
    CHECK(pair(multiply(p, a * b).affine(), q) == pair(p, multiply(q, a * b).affine()));
    CHECK(pair((G1Sum::from(p) + other).affine(), q) == value * pair(other, q));
    CHECK(pair(-p, q) == value.conjugate());
    CHECK(pair(p, -q) == value.conjugate());
  }
}

TEST_CASE("the final exponentiation is the power that it says") {
  // (p⁴ - p² + 1)/r and 2t(6t² + 3t + 1).
  constexpr std::array<std::uint64_t, 12> hard{0xe81bb482ccdf42b1, 0x5abf5cc4f49c36d4, 0xf1154e7e1da014fd,
                                               0xdcc7b44c87cdbacf, 0xaaa441e3954bcf8a, 0x6b887d56d5095f23,
                                               0x79581e16f3fd90c6, 0x3b1b1355d189227d, 0x4e529a5861876f6b,
                                               0x6c0eb522d5b12278, 0x331ec15183177faf, 0x01baaa710b0759ad};
  constexpr std::array<std::uint64_t, 3> multiple{0x2e5d4e223ddedaf4, 0x1ea96b02d9d9e38d, 0x3bec47df15e307c8};
  Bn254Random random(2);
  for (int i = 0; i < 5; ++i) {
    Fp12 f = random.fp12();
    Fp12 easy = f.conjugate() * f.inverse();  // p⁶ - 1
    easy = easy.frobenius(2) * easy;          // p² + 1
    CHECK(final_exponentiation(f) == power(power(easy, hard), multiple));
  }
  CHECK(final_exponentiation(Fp12::one()).is_one());
}

TEST_CASE("prepared points give what the points give") {
  Bn254Random random(3);
  for (int i = 0; i < 5; ++i) {
    G1 p = random_g1(random), p2 = random_g1(random);
    G2 q = random_g2(random), q2 = random_g2(random);
    PreparedG2 lines(q), lines2(q2);
    std::array plain{PairingTerm(p, q), PairingTerm(p2, q2)};
    std::array prepared{PairingTerm(p, lines), PairingTerm(p2, lines2)};
    std::array mixed{PairingTerm(p, lines), PairingTerm(p2, q2)};
    Fp12 f = miller_loop(plain);
    CHECK(miller_loop(prepared) == f);
    CHECK(miller_loop(mixed) == f);
    CHECK(final_exponentiation(f) == pair(p, q) * pair(p2, q2));
  }
}

TEST_CASE("infinity on either side, anywhere, is a factor of one") {
  Bn254Random random(4);
  G1 p = random_g1(random);
  G2 q = random_g2(random);
  PreparedG2 none{G2{}}, lines(q);
  CHECK(none.is_infinity());
  CHECK_FALSE(lines.is_infinity());
  CHECK(miller_loop({}).is_one());
  CHECK(pairing_is_one({}));
  Fp12 value = pair(p, q);
  std::array factors{PairingTerm(G1{}, q), PairingTerm(p, G2{}),     PairingTerm(G1{}, G2{}),
                     PairingTerm(p, none), PairingTerm(G1{}, lines), PairingTerm(G1{}, none)};
  CHECK(pairing_is_one(factors));
  for (const PairingTerm& factor : factors) {
    CHECK(pairing_is_one({&factor, 1}));
    std::array before{factor, PairingTerm(p, q)}, after{PairingTerm(p, lines), factor};
    CHECK(pairing(before) == value);
    CHECK(pairing(after) == value);
  }
}

TEST_CASE("products of any number of terms") {
  Bn254Random random(5);
  std::vector<G1> points;
  std::vector<PairingTerm> terms;
  Fp12 product = Fp12::one();
  Fr exponent = Fr::zero();
  PreparedG2 generator(g2_generator());
  for (int i = 0; i < 19; ++i) {
    Fr a = random.field<Fr>(), b = i % 3 == 0 ? Fr::one() : random.field<Fr>();
    G1 p = multiply(g1_generator(), a).affine();
    if (i % 3 == 0) {
      terms.emplace_back(p, generator);
    } else {
      terms.emplace_back(p, multiply(g2_generator(), b).affine());
    }
    exponent += a * b;
    product = product * pair(p, multiply(g2_generator(), b).affine());
    CHECK(pairing(terms) == product);
    CHECK_FALSE(pairing_is_one(terms));
    std::vector<PairingTerm> closed = terms;
    closed.emplace_back(multiply(g1_generator(), -exponent).affine(), generator);
    CHECK(pairing_is_one(closed));
  }
}
