#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/bn254_groups.hpp"

using namespace pegkit;
using namespace pegkit::bn254;
using namespace pegkit::test;

namespace {

template <class F>
Jacobian<F> plain_sum(std::span<const Affine<F>> points, std::span<const Fr> scalars) {
  Jacobian<F> sum;
  for (std::size_t i = 0; i < points.size(); ++i) sum = sum + plain_multiple(points[i], scalars[i].integer());
  return sum;
}

template <class F, class Make>
void check_sums(std::uint64_t seed, std::initializer_list<std::size_t> counts, Make make) {
  Bn254Random random(seed);
  const std::vector<Fr> edges = edge_elements<Fr>();
  for (std::size_t count : counts) {
    CAPTURE(count);
    std::vector<Affine<F>> points;
    std::vector<Fr> scalars;
    for (std::size_t i = 0; i < count; ++i) {
      points.push_back(make(random));
      scalars.push_back(random.field<Fr>());
    }
    CHECK(same(multi_scalar(points, scalars), plain_sum<F>(points, scalars)));
    for (std::size_t i = 0; i < count; ++i) {
      if (i % 5 == 1) points[i] = {};
      if (i % 5 == 2) points[i] = points[i / 2];
      if (i % 5 == 3) points[i] = -points[i - 1];
      if (i % 3 != 0) scalars[i] = edges[i % edges.size()];
      if (i % 7 == 4) scalars[i] = scalars[i - 1];
    }
    CHECK(same(multi_scalar(points, scalars), plain_sum<F>(points, scalars)));
    // Short scalars alone, and none but zero.
    for (Fr& scalar : scalars) scalar = Fr::from_integer({random.word(), random.word(), 0, 0});
    CHECK(same(multi_scalar(points, scalars), plain_sum<F>(points, scalars)));
    std::ranges::fill(scalars, Fr::zero());
    CHECK(multi_scalar(points, scalars).is_infinity());
    std::ranges::fill(scalars, Fr::one());
    CHECK(same(multi_scalar(points, scalars), plain_sum<F>(points, scalars)));
  }
}

}  // namespace

TEST_CASE("a sum of multiples is that of plain multiples, for few and for many") {
  check_sums<Fp>(1, {0, 1, 2, 3, 7, 15, 16, 17, 18, 33, 100, 300},
                 [](Bn254Random& random) { return random_g1(random); });
  check_sums<Fp2>(2, {0, 1, 2, 15, 16, 17, 95, 96, 110},
                  [](Bn254Random& random) { return random_g2(random); });
}

TEST_CASE("one multiple, by every power of two and its neighbours") {
  Bn254Random random(3);
  G1 p = random_g1(random);
  G2 q = random_g2(random), outside = random_on_twist(random);
  Fr power = Fr::one();
  for (int i = 0; i < 254; ++i, power = power.doubled()) {
    for (const Fr& scalar : {power, power - Fr::one(), power + Fr::one()}) {
      CHECK(same(multiply(p, scalar), plain_multiple(p, scalar.integer())));
      if (i % 8 != 0) continue;
      CHECK(same(multiply(q, scalar), plain_multiple(q, scalar.integer())));
      CHECK(same(multiply(outside, scalar), plain_multiple(outside, scalar.integer())));
    }
  }
  for (const Fr& scalar : edge_elements<Fr>())
    CHECK(same(multiply(p, scalar), plain_multiple(p, scalar.integer())));
  CHECK(multiply(G1{}, power).is_infinity());
  CHECK(multiply(G2{}, power).is_infinity());
  CHECK(multiply(p, Fr::zero()).is_infinity());
}

TEST_CASE("all points the same, all buckets one") {
  Bn254Random random(4);
  G1 p = random_g1(random);
  Fr scalar = random.field<Fr>();
  for (std::uint64_t count : {8, 16, 200}) {
    std::vector<G1> points(count, p);
    std::vector<Fr> scalars(count, scalar);
    CHECK(same(multi_scalar(points, scalars), multiply(p, scalar * Fr::from_u64(count))));
    for (std::size_t i = 0; i < count; i += 2) points[i] = -p;
    CHECK(multi_scalar(points, scalars).is_infinity());
  }
}

TEST_CASE("not as many scalars as points is a fault of the caller") {
  std::vector<G1> points(2, g1_generator());
  std::vector<Fr> scalars(1, Fr::one());
  CHECK_THROWS_AS(multi_scalar(points, scalars), Error);
}
