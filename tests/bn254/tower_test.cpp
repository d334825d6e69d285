#include "bn254/tower.hpp"

#include <doctest/doctest.h>

#include "support/bn254_random.hpp"

using namespace pegkit;
using namespace pegkit::bn254;
using test::Bn254Random;

namespace {

template <class F>
F power(const F& base, const Limbs& exponent) {
  F out = F::one();
  for (std::size_t bit = 256; bit-- > 0;) {
    out = out * out;
    if (exponent[bit / 64] >> (bit % 64) & 1) out = out * base;
  }
  return out;
}

/// By the definition of the extension, with no trick.
Fp2 schoolbook(const Fp2& a, const Fp2& b) {
  return {a.c0 * b.c0 - a.c1 * b.c1, a.c0 * b.c1 + a.c1 * b.c0};
}
Fp2 nonresidue() {
  return {Fp::from_u64(9), Fp::one()};
}
Fp6 schoolbook(const Fp6& a, const Fp6& b) {
  std::array<Fp2, 3> x{a.c0, a.c1, a.c2}, y{b.c0, b.c1, b.c2};
  std::array<Fp2, 5> product{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) product[i + j] = product[i + j] + schoolbook(x[i], y[j]);
  }
  return {product[0] + schoolbook(product[3], nonresidue()),
          product[1] + schoolbook(product[4], nonresidue()), product[2]};
}
Fp12 schoolbook(const Fp12& a, const Fp12& b) {
  Fp6 v{{}, Fp2::one(), {}};
  return {schoolbook(a.c0, b.c0) + schoolbook(schoolbook(a.c1, b.c1), v),
          schoolbook(a.c0, b.c1) + schoolbook(a.c1, b.c0)};
}

/// Pairs of edge values, and random ones.
std::vector<Fp2> fp2_values() {
  std::vector<Fp2> out;
  auto edges = test::edge_elements<Fp>();
  for (std::size_t i = 0; i < edges.size(); ++i) {
    for (std::size_t j = 0; j < edges.size(); j += 3)
      out.push_back({edges[i], edges[(i + j) % edges.size()]});
  }
  Bn254Random random(1);
  for (int i = 0; i < 50; ++i) out.push_back(random.fp2());
  return out;
}

/// Coefficients of zero, one, minus one and the like: carries at their extremes.
std::vector<Fp6> fp6_values() {
  auto edges = test::edge_elements<Fp>();
  Bn254Random random(2);
  auto any = [&] { return edges[random.word() % edges.size()]; };
  std::vector<Fp6> out{Fp6::zero(), Fp6::one()};
  Fp2 last{-Fp::one(), -Fp::one()};
  out.push_back({last, last, last});
  for (const Fp& edge : edges) out.push_back({{edge, edge}, {edge, edge}, {edge, edge}});
  for (int i = 0; i < 60; ++i) out.push_back({{any(), any()}, {any(), any()}, {any(), any()}});
  for (int i = 0; i < 20; ++i) out.push_back(random.fp6());
  return out;
}

std::vector<Fp12> fp12_values() {
  auto halves = fp6_values();
  std::vector<Fp12> out;
  for (std::size_t i = 0; i < halves.size(); ++i) out.push_back({halves[i], halves[i * 7 % halves.size()]});
  return out;
}

}  // namespace

TEST_CASE("BN254 Fp2: products, squares and sums by definition") {
  auto values = fp2_values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Fp2 &a = values[i], &b = values[(i * 31 + 7) % values.size()];
    CHECK(a * b == schoolbook(a, b));
    CHECK(b * a == schoolbook(a, b));
    CHECK(a.square() == schoolbook(a, a));
    CHECK(a * b.c0 == schoolbook(a, {b.c0, Fp::zero()}));
    CHECK(a.times_nonresidue() == schoolbook(a, nonresidue()));
    CHECK(a.doubled() == a + a);
    CHECK(a - b + b == a);
    CHECK(a + (-a) == Fp2::zero());
    CHECK(a.conjugate() * a == Fp2{a.c0.square() + a.c1.square(), Fp::zero()});
  }
}

TEST_CASE("BN254 Fp2: inverses") {
  CHECK(Fp2::zero().inverse().is_zero());
  for (const Fp2& a : fp2_values()) {
    if (!a.is_zero()) CHECK(a * a.inverse() == Fp2::one());
  }
}

TEST_CASE("BN254 Fp2: square roots") {
  int roots = 0, none = 0;
  auto values = fp2_values();
  for (std::uint64_t i = 0; i < 50; ++i) {  // of the subfield: all of them are squares in Fp2
    values.push_back({Fp::from_u64(i), Fp::zero()});
    values.push_back({Fp::zero(), Fp::from_u64(i)});
    CHECK(Fp2{Fp::from_u64(i), Fp::zero()}.sqrt());
  }
  Limbs half = base_modulus;
  for (std::size_t i = 0; i < 4; ++i) half[i] = half[i] >> 1 | (i < 3 ? half[i + 1] << 63 : 0);
  for (const Fp2& a : values) {
    auto root = a.sqrt();
    Fp norm = a.c0.square() + a.c1.square();  // a is a square in Fp2 just when its norm is one in Fp
    CHECK(root.has_value() == (norm.is_zero() || norm.pow(half) == Fp::one()));
    if (root) CHECK(*root * *root == a);
    (root ? roots : none) += 1;
    auto of_square = a.square().sqrt();
    REQUIRE(of_square);
    CHECK((*of_square == a || *of_square == -a));
  }
  CHECK(roots > 100);
  CHECK(none > 100);
}

TEST_CASE("BN254 Fp2: gnark's order") {
  Fp one = Fp::one();
  CHECK(Fp2{one, -one}.is_larger_half());
  CHECK_FALSE(Fp2{-one, one}.is_larger_half());
  CHECK(Fp2{-one, Fp::zero()}.is_larger_half());
  CHECK_FALSE(Fp2{one, Fp::zero()}.is_larger_half());
  CHECK_FALSE(Fp2::zero().is_larger_half());
}

TEST_CASE("BN254 Fp6: products and squares by definition, inverses") {
  auto values = fp6_values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Fp6 &a = values[i], &b = values[(i * 13 + 5) % values.size()];
    CHECK(a * b == schoolbook(a, b));
    CHECK(a.square() == schoolbook(a, a));
    CHECK(a.times_v() == schoolbook(a, {{}, Fp2::one(), {}}));
    CHECK(a - b == -(b - a));
    CHECK(a - b + b == a);
    if (a != Fp6::zero()) CHECK(a * a.inverse() == Fp6::one());
  }
  CHECK(Fp6::zero().inverse() == Fp6::zero());
}

TEST_CASE("BN254 Fp12: products and squares by definition, inverses") {
  auto values = fp12_values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Fp12 &a = values[i], &b = values[(i * 17 + 3) % values.size()];
    CHECK(a * b == schoolbook(a, b));
    CHECK(a.square() == schoolbook(a, a));
    if (a != Fp12{}) CHECK((a * a.inverse()).is_one());
  }
  CHECK(Fp12::one().is_one());
  CHECK_FALSE(Fp12{}.is_one());
}

TEST_CASE("BN254 Fp12: laws") {
  Bn254Random random(3);
  for (int i = 0; i < 50; ++i) {
    Fp12 a = random.fp12(), b = random.fp12(), c = random.fp12();
    CHECK(a * b == b * a);
    CHECK((a * b) * c == a * (b * c));
    CHECK((a * b).square() == a.square() * b.square());
    CHECK((a * b).inverse() == a.inverse() * b.inverse());
    CHECK((a * b).conjugate() == a.conjugate() * b.conjugate());
  }
}

TEST_CASE("BN254: Frobenius is the p-th power") {
  Bn254Random random(4);
  for (int i = 0; i < 4; ++i) {
    Fp12 a = random.fp12();
    Fp12 p1 = power(a, base_modulus), p2 = power(p1, base_modulus), p3 = power(p2, base_modulus);
    CHECK(a.frobenius(1) == p1);
    CHECK(a.frobenius(2) == p2);
    CHECK(a.frobenius(3) == p3);
    CHECK(a.frobenius(3).frobenius(3) == a.conjugate());
    CHECK(power(a.c0.c0, base_modulus) == a.c0.c0.conjugate());
  }
}

TEST_CASE("BN254: Frobenius' factors are powers of the nonresidue") {
  // (p - 1)/6.
  Limbs sixth{};
  bn254::detail::Uint128 rest = 0;
  for (std::size_t i = 4; i-- > 0;) {
    rest = rest << 64 | base_modulus[i];
    sixth[i] = static_cast<std::uint64_t>(rest / 6);
    rest %= 6;
  }
  CHECK(static_cast<unsigned>(rest) == 1);
  Fp2 first = power(nonresidue(), sixth), expected = Fp2::one();
  for (int i = 0; i < 6; ++i, expected = expected * first) CHECK(frobenius_factor(1, i) == expected);
  for (int k = 1; k < 3; ++k) {
    for (int i = 0; i < 6; ++i) {
      CHECK(frobenius_factor(k + 1, i) == frobenius_factor(k, i).conjugate() * frobenius_factor(1, i));
    }
  }
}

TEST_CASE("BN254: cyclotomic squares are squares, in the cyclotomic subgroup") {
  Bn254Random random(5);
  for (int i = 0; i < 50; ++i) {
    Fp12 a = random.cyclotomic();
    for (int j = 0; j < 4; ++j) {
      CHECK(a.cyclotomic_square() == a.square());
      a = a.cyclotomic_square();
    }
    CHECK((a * a.conjugate()).is_one());
    CHECK(a.inverse() == a.conjugate());
  }
  CHECK(Fp12::one().cyclotomic_square().is_one());
}

TEST_CASE("BN254: the product with a line is the full product") {
  auto values = fp12_values();
  auto coefficients = fp2_values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Fp2 &l1 = coefficients[i * 3 % coefficients.size()],
              &l3 = coefficients[i * 5 % coefficients.size()];
    CHECK(values[i].times_line(l1, l3) == schoolbook(values[i], Fp12{{Fp2::one(), {}, {}}, {l1, l3, {}}}));
  }
}
