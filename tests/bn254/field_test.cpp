#include "bn254/field.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/bn254_random.hpp"

using namespace pegkit;
using namespace pegkit::bn254;
namespace arithmetic = pegkit::bn254::detail;
using test::Bn254Random;

namespace {

constexpr const char* p_hex = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";
constexpr const char* r_hex = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";

std::string hex_of(Limbs value) {
  std::string out;
  for (std::size_t i = 4; i-- > 0;) {
    ByteArray<8> limb;
    for (std::size_t j = 0; j < 8; ++j) limb[j] = static_cast<std::uint8_t>(value[i] >> (56 - 8 * j));
    out += to_hex(limb);
  }
  return out;
}

template <class F>
F from_hex_element(std::string_view hex) {
  return F::from_bytes(from_hex(hex)).value();
}

template <class F>
Limbs modulus() {
  return std::is_same_v<F, Fp> ? base_modulus : scalar_modulus;
}

/// By additions alone, from the top bit.
template <class F>
F slow_reduce(ByteView big_endian) {
  F out;
  for (std::uint8_t byte : big_endian) {
    for (int bit = 7; bit >= 0; --bit) {
      out = out + out;
      if (byte >> bit & 1) out = out + F::one();
    }
  }
  return out;
}
template <class F>
F slow_product(const F& a, const F& b) {
  F out;
  for (std::uint8_t byte : a.bytes()) {
    for (int bit = 7; bit >= 0; --bit) {
      out = out + out;
      if (byte >> bit & 1) out = out + b;
    }
  }
  return out;
}

/// b - a as integers of equal length, a not above b.
Limbs minus(const Limbs& b, std::uint64_t a) {
  Limbs out = b;
  for (auto& limb : out) {
    std::uint64_t before = limb;
    limb -= a;
    a = limb > before;
  }
  return out;
}

}  // namespace

TEST_CASE("BN254: the primes of EIP-196 and their Montgomery constants") {
  CHECK(hex_of(base_modulus) == p_hex);
  CHECK(hex_of(scalar_modulus) == r_hex);
  CHECK(hex_of(Fp::one().limbs) == "0e0a77c19a07df2f666ea36f7879462c0a78eb28f5c70b3dd35d438dc58f0d9d");
  CHECK(hex_of(Fr::one().limbs) == "0e0a77c19a07df2f666ea36f7879462e36fc76959f60cd29ac96341c4ffffffb");
  CHECK(hex_of(BaseModulus::modulus.square) ==
        "06d89f71cab8351f47ab1eff0a417ff6b5e71911d44501fbf32cfc5b538afa89");
  CHECK(hex_of(ScalarModulus::modulus.square) ==
        "0216d0b17f4e44a58c49833d53bb808553fe3ab1e35c59e31bb8e645ae216da7");
  CHECK(BaseModulus::modulus.negative_inverse == 0x87d20782e4866389);
  CHECK(ScalarModulus::modulus.negative_inverse == 0xc2e1f593efffffff);
}

TEST_CASE("BN254 fields: values made with Python") {
  Bytes a = from_hex("1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef");
  Bytes b = from_hex("0fedcba9876543210fedcba9876543210fedcba9876543210fedcba987654321");
  CHECK(to_hex((Fp::reduce(a) * Fp::reduce(b)).bytes()) ==
        "189a069642c51258b3664432deef061fedd81f5a66960e0ef6f104cc7e6deced");
  CHECK(to_hex((Fr::reduce(a) * Fr::reduce(b)).bytes()) ==
        "0dc5521a3d3804c5afb37e5b1020faff6ea73a00c3dd1413401063ea0026434b");
  CHECK(to_hex(Fp::from_u64(7).inverse().bytes()) ==
        "1ba70841a540edceb2770343b7b7a0357b256177a9659850b4a4e256329090bb");
  CHECK(to_hex(Fr::from_u64(7).inverse().bytes()) ==
        "06e9c21069503b73ac9dc0d0edede80d4ee2d80a5a8834a709b290cbfdb6db6e");
  Limbs exponent{19, 0, 0, std::uint64_t{1} << 63};
  CHECK(to_hex(Fp::from_u64(3).pow(exponent).bytes()) ==
        "2cddb178898e2f9dd1f11f4eeac388339b8b1023b28909082bac9cab1a1382cd");
  CHECK(to_hex(Fr::from_u64(3).pow(exponent).bytes()) ==
        "0993a931bb8c1cbe108b9a63370fbe2bb33356862154ca9aafdec147bd36211a");
  Bytes wide = from_hex(
      "76a7c74974eab6af75e5cce3851bdf43fd291f9c8dacc0ccc9ee4e4bab863299"
      "d1b091d2313b08cd9b3fe562405dfba4971ba6a9ae966dbda6790ec623a64fe5");
  CHECK(to_hex(Fp::reduce(wide).bytes()) ==
        "2da34fc91885ddc4b631dddc1bce3823a4d4a2513733e9a78cb73f4ac1d2881e");
  CHECK(to_hex(Fr::reduce(wide).bytes()) ==
        "04b4a25116cacb0807c5d4622311686ca6a6cdf222113693080994d92053e731");
  CHECK(to_hex(Fp::reduce(Bytes(64, 0xff)).bytes()) ==
        "06d89f71cab8351f47ab1eff0a417ff6b5e71911d44501fbf32cfc5b538afa88");
  CHECK(to_hex(Fr::reduce(Bytes(33, 0xff)).bytes()) ==
        "0d791464ef86e357276f48b709e2a3495d7570ac31329faef6e31f8c9ffffab5");
}

TEST_CASE_TEMPLATE("BN254 fields: bytes at or above the modulus are refused", F, Fp, Fr) {
  Bytes m = from_hex(std::is_same_v<F, Fp> ? p_hex : r_hex);
  CHECK_FALSE(F::from_bytes(m));
  Bytes above = m;
  ++above.back();
  CHECK_FALSE(F::from_bytes(above));
  CHECK_FALSE(F::from_bytes(Bytes(32, 0xff)));
  Bytes top = m;
  ++top.front();
  CHECK_FALSE(F::from_bytes(top));
  Bytes below = m;
  --below.back();  // both moduli are odd
  CHECK(F::from_bytes(below) == -F::one());
  CHECK(F::from_bytes(Bytes(32, 0)) == F::zero());
  CHECK_FALSE(F::from_bytes(Bytes(31, 0)));
  CHECK_FALSE(F::from_bytes(Bytes(33, 0)));
  CHECK_FALSE(F::from_bytes({}));
}

TEST_CASE_TEMPLATE("BN254 fields: reduction of 1 to 64 bytes", F, Fp, Fr) {
  Bn254Random random(1);
  for (std::size_t size = 1; size <= 64; ++size) {
    Bytes data(size);
    for (auto& byte : data) byte = static_cast<std::uint8_t>(random.word());
    CHECK(F::reduce(data) == slow_reduce<F>(data));
    Bytes ones(size, 0xff);
    CHECK(F::reduce(ones) == slow_reduce<F>(ones));
  }
  Bytes m = from_hex(std::is_same_v<F, Fp> ? p_hex : r_hex);
  CHECK(F::reduce(m).is_zero());
  CHECK_THROWS_AS(F::reduce({}), Error);
  CHECK_THROWS_AS(F::reduce(Bytes(65, 0)), Error);
}

TEST_CASE_TEMPLATE("BN254 fields: integers and bytes there and back", F, Fp, Fr) {
  CHECK(F::from_u64(5).integer() == Limbs{5, 0, 0, 0});
  CHECK(F::from_u64(~std::uint64_t{0}).integer() == Limbs{~std::uint64_t{0}, 0, 0, 0});
  CHECK(F::one().integer() == Limbs{1, 0, 0, 0});
  for (const F& a : test::edge_elements<F>()) {
    CHECK(F::from_integer(a.integer()) == a);
    CHECK(F::from_bytes(a.bytes()) == a);
  }
}

TEST_CASE_TEMPLATE("BN254 fields: sums and products of edge values agree with slow ones", F, Fp, Fr) {
  auto edges = test::edge_elements<F>();
  Bn254Random random(2);
  for (int i = 0; i < 6; ++i) edges.push_back(random.field<F>());
  for (const F& a : edges) {
    CHECK(a.square() == slow_product(a, a));
    CHECK(a.doubled() == a + a);
    CHECK(a + (-a) == F::zero());
    CHECK(F::zero() - a == -a);
    for (const F& b : edges) {
      CHECK(a * b == slow_product(a, b));
      CHECK(a - b + b == a);
      CHECK(a + b == b + a);
      CHECK(a - b == -(b - a));
    }
  }
}

namespace {

/// N products of edge values, the processor's way, the portable way and one by one.
template <std::size_t N, class F, class FieldModulus>
void check_sum_of_products(const std::vector<F>& edges, Bn254Random& random) {
  for (int round = 0; round < 300; ++round) {
    arithmetic::Products<N> products;
    F expected;
    for (std::size_t k = 0; k < N; ++k) {
      const F &a = edges[random.word() % edges.size()], &b = edges[random.word() % edges.size()];
      products.a[k] = &a.limbs;
      products.b[k] = &b.limbs;
      expected += slow_product(a, b);
    }
    CHECK(F{arithmetic::sum_of_products(products, FieldModulus::modulus)} == expected);
    CHECK(F{arithmetic::fast_sum_of_products(products, FieldModulus::modulus)} == expected);
  }
}

template <class F, class FieldModulus>
void check_sums_of_products() {
  Bn254Random random(9);
  auto edges = test::edge_elements<F>();
  for (int i = 0; i < 8; ++i) edges.push_back(-F::from_u64(static_cast<std::uint64_t>(i)));
  check_sum_of_products<1, F, FieldModulus>(edges, random);
  check_sum_of_products<2, F, FieldModulus>(edges, random);
  check_sum_of_products<3, F, FieldModulus>(edges, random);
  check_sum_of_products<4, F, FieldModulus>(edges, random);
  check_sum_of_products<5, F, FieldModulus>(edges, random);
  check_sum_of_products<6, F, FieldModulus>(edges, random);
}

}  // namespace

TEST_CASE("BN254 fields: sums of products, by the processor's means and without") {
  check_sums_of_products<Fp, BaseModulus>();
  check_sums_of_products<Fr, ScalarModulus>();
}

namespace {

/// N times m - 1 by a number whose lower limbs are all ones: rows and sum are as large as they may be.
template <std::size_t N, class F, class FieldModulus>
void check_largest_sum(std::uint64_t top_limb) {
  const Limbs last = minus(modulus<F>(), 1), factor{~0ULL, ~0ULL, ~0ULL, top_limb};
  arithmetic::Products<N> products;
  products.a.fill(&last);
  products.b.fill(&factor);
  const F expected = F{last} * F{F::reduce(from_hex(hex_of(factor))).integer()} * F::from_u64(N);
  CHECK(F{arithmetic::sum_of_products(products, FieldModulus::modulus)} == expected);
  CHECK(F{arithmetic::fast_sum_of_products(products, FieldModulus::modulus)} == expected);
}

template <class F, class FieldModulus>
void check_largest_sums() {
  check_largest_sum<1, F, FieldModulus>(~0ULL);  // 2^256
  check_largest_sum<2, F, FieldModulus>(~0ULL / 2);
  check_largest_sum<3, F, FieldModulus>(~0ULL / 3 - 1);
  check_largest_sum<4, F, FieldModulus>(~0ULL / 4);
  check_largest_sum<5, F, FieldModulus>(~0ULL / 5 * 2 - 1);  // 2·2^256
  check_largest_sum<6, F, FieldModulus>(~0ULL / 3 - 1);
}

}  // namespace

TEST_CASE("BN254 fields: the largest sums of products that are allowed") {
  check_largest_sums<Fp, BaseModulus>();
  check_largest_sums<Fr, ScalarModulus>();
}

TEST_CASE("BN254 fields: small combinations") {
  Bn254Random random(10);
  auto edges = test::edge_elements<Fp>();
  for (int i = 0; i < 200; ++i) edges.push_back(random.field<Fp>());
  for (const Fp& a : edges) {
    for (std::uint64_t k : {1, 3, 8, 9}) {
      const Fp& b = edges[random.word() % edges.size()];
      CHECK(Fp{arithmetic::small_combination<base_modulus>(k, a.limbs, b.limbs)} == Fp::from_u64(k) * a + b);
      CHECK(arithmetic::small_multiple(k, a.limbs, b.limbs) ==
            arithmetic::fast_small_multiple(k, a.limbs, b.limbs));
    }
  }
  Limbs last = (-Fp::one()).integer();
  CHECK(Fp{arithmetic::small_combination<base_modulus>(9, last, last)} ==
        Fp{last}.doubled().doubled().doubled() + Fp{last}.doubled());
}

TEST_CASE_TEMPLATE("BN254 fields: laws", F, Fp, Fr) {
  Bn254Random random(3);
  for (int i = 0; i < 1000; ++i) {
    F a = random.field<F>(), b = random.field<F>(), c = random.field<F>();
    CHECK(a * b == b * a);
    CHECK((a * b) * c == a * (b * c));
    CHECK(a * (b + c) == a * b + a * c);
    CHECK((a + b).square() == a.square() + (a * b).doubled() + b.square());
    CHECK((a + b) * (a - b) == a.square() - b.square());
    F d = a;
    d += b;
    d *= c;
    d -= a;
    CHECK(d == (a + b) * c - a);
  }
}

TEST_CASE_TEMPLATE("BN254 fields: inverses", F, Fp, Fr) {
  CHECK(F::zero().inverse().is_zero());
  CHECK(F::one().inverse() == F::one());
  Bn254Random random(4);
  auto values = test::edge_elements<F>();
  for (int i = 0; i < 500; ++i) values.push_back(random.field<F>());
  for (std::uint64_t i = 1; i < 100; ++i) values.push_back(F::from_u64(i));
  Limbs fermat = minus(modulus<F>(), 2);
  for (const F& a : values) {
    if (!a.is_zero()) CHECK(a * a.inverse() == F::one());
    CHECK(a.inverse() == a.pow(fermat));
  }
}

TEST_CASE_TEMPLATE("BN254 fields: many inverses at once, zeros among them", F, Fp, Fr) {
  Bn254Random random(5);
  std::vector<F> values;
  for (int i = 0; i < 50; ++i) values.push_back(i % 7 == 0 ? F::zero() : random.field<F>());
  auto inverses = values;
  invert_all(std::span(inverses));
  for (std::size_t i = 0; i < values.size(); ++i) CHECK(inverses[i] == values[i].inverse());
  std::vector<F> zeros(3), none;
  invert_all(std::span(zeros));
  CHECK(zeros == std::vector<F>(3));
  invert_all(std::span(none));
}

TEST_CASE_TEMPLATE("BN254 fields: powers", F, Fp, Fr) {
  Bn254Random random(6);
  for (int i = 0; i < 20; ++i) {
    F a = random.field<F>();
    CHECK(a.pow({}) == F::one());
    CHECK(a.pow({1, 0, 0, 0}) == a);
    CHECK(a.pow({16, 0, 0, 0}) == a.square().square().square().square());
    CHECK(a.pow(modulus<F>()) == a);
    Limbs b{random.word(), random.word(), 0, 0}, c{0, 0, random.word(), random.word()};
    CHECK(a.pow(b) * a.pow(c) == a.pow({b[0], b[1], c[2], c[3]}));
  }
  CHECK(F::zero().pow({}) == F::one());
  CHECK(F::zero().pow({3, 0, 0, 0}) == F::zero());
}

TEST_CASE_TEMPLATE("BN254 fields: square roots", F, Fp, Fr) {
  Limbs half = minus(modulus<F>(), 1);  // (m - 1)/2: Euler's criterion
  for (std::size_t i = 0; i < 4; ++i) half[i] = half[i] >> 1 | (i < 3 ? half[i + 1] << 63 : 0);
  Bn254Random random(7);
  auto values = test::edge_elements<F>();
  for (int i = 0; i < 200; ++i) values.push_back(random.field<F>());
  for (std::uint64_t i = 1; i < 50; ++i) values.push_back(F::from_u64(i));
  int roots = 0, none = 0;
  for (const F& a : values) {
    auto root = a.sqrt();
    CHECK(root.has_value() == (a.is_zero() || a.pow(half) == F::one()));
    if (root) CHECK(root->square() == a);
    (root ? roots : none) += 1;
    auto of_square = a.square().sqrt();
    REQUIRE(of_square);
    CHECK((*of_square == a || *of_square == -a));
  }
  CHECK(roots > 80);
  CHECK(none > 80);
}

TEST_CASE_TEMPLATE("BN254 fields: the larger half", F, Fp, Fr) {
  F half = F::from_u64(2).inverse();  // (m + 1)/2
  CHECK(half.is_larger_half());
  CHECK_FALSE((half - F::one()).is_larger_half());
  CHECK_FALSE(F::zero().is_larger_half());
  CHECK_FALSE(F::one().is_larger_half());
  CHECK((-F::one()).is_larger_half());
  Bn254Random random(8);
  for (int i = 0; i < 100; ++i) {
    F a = random.field<F>();
    CHECK(a.is_larger_half() != (-a).is_larger_half());
  }
}
