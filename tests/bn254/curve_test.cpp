#include "bn254/curve.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "bn254/glv.hpp"
#include "support/bn254_groups.hpp"

using namespace pegkit;
using namespace pegkit::bn254;
using namespace pegkit::test;

namespace {

/// The order of the twist is r times this.
constexpr std::uint64_t small_primes[] = {10069, 5864401};
constexpr Limbs cofactor_without_first{0x6c3cd334915f1659, 0x207142f7671af448, 0x9e28bcf65b5681da,
                                       0x00013af7a58fce69};
constexpr Limbs cofactor_without_second{0xd3865bed56710dfd, 0xd47f2c69679e3e75, 0x67a5f8660434f091,
                                        0x0000008a712e2645};
constexpr Limbs large_prime{0xaf6cd49c00d8fc09, 0x5a33b9e8abb3d17a, 0x30bfcb44c899abde, 0x00000000038513a8};
constexpr Limbs product_of_small_primes{0x0000000dbf92f365, 0, 0, 0};

template <class F>
Affine<F> sum(const Affine<F>& a, const Affine<F>& b) {
  return (Jacobian<F>::from(a) + b).affine();
}

/// The same point with another z.
template <class F>
Jacobian<F> rescaled(const Affine<F>& point, const F& z) {
  if (point.infinity) return {};
  return {point.x * z.square(), point.y * z.square() * z, z};
}

template <class F, class Make>
void check_group(Bn254Random& random, Make make) {
  for (int i = 0; i < 20; ++i) {
    Affine<F> p = make(), q = make(), s = make();
    CHECK(p.is_on_curve());
    CHECK(sum(p, q) == sum(q, p));
    CHECK(sum(sum(p, q), s) == sum(p, sum(q, s)));
    CHECK(sum(p, Affine<F>{}) == p);
    CHECK(sum(Affine<F>{}, p) == p);
    CHECK(sum(p, -p).infinity);
    CHECK(sum(p, p) == Jacobian<F>::from(p).doubled().affine());
    CHECK(sum(sum(p, q), -q) == p);
    F z = F::one().doubled() + (i % 2 == 0 ? p.x : q.y);
    CHECK((rescaled(p, z) + rescaled(q, F::one() + z)).affine() == sum(p, q));
    CHECK((rescaled(p, z) + rescaled(p, F::one() + z)).affine() == sum(p, p));
    CHECK((rescaled(p, z) + rescaled(-p, F::one() + z)).is_infinity());
    CHECK((rescaled(p, z) + p).affine() == sum(p, p));
    CHECK((rescaled(p, z) + -p).is_infinity());
    CHECK((rescaled(p, z) + Jacobian<F>{}).affine() == p);
    CHECK((Jacobian<F>{} + rescaled(p, z)).affine() == p);
    // Below r also as integers in their sum: r times a point outside the subgroup is not infinity.
    Fr a = random.field<Fr>(), b = Fr::from_integer({random.word(), random.word(), random.word(), 0});
    if (bn254::detail::is_below((a + b).integer(), a.integer())) a = Fr::zero();
    CHECK(same(multiply(p, a), plain_multiple(p, a.integer())));
    CHECK(same(multiply(p, a) + multiply(p, b), multiply(p, a + b)));
  }
  CHECK(Jacobian<F>{}.doubled().is_infinity());
  CHECK((Jacobian<F>{} + Jacobian<F>{}).is_infinity());
  CHECK(Jacobian<F>{}.affine() == Affine<F>{});
}

}  // namespace

TEST_CASE("sums and multiples in G1 are those of EIP-196's vectors") {
  auto at = [](const char* hex) { return read_g1(from_hex(hex)).point; };
  CHECK(to_hex(write(sum(at("18b18acfb4c2c30276db5411368e7185b311dd124691610c5d3b74034e093dc9"
                            "063c909c4720840cb5134cb9f59fa749755796819658d32efc0d288198f37266"),
                         at("07c2b7f58a84bd6145f00c9c2bc0bb1a187f20ff2c92963a88019e7c6a014eed"
                            "06614e20c147e940f2d70da3f74c9a17df361706a4485c742bd6788478fa17d7")))) ==
        "2243525c5efd4b9c3d3c45ac0ca3fe4dd85e830a4ce6b65fa1eeaee202839703"
        "301d1d33be6da8e509df21cc35964723180eed7532537db9ae5e7d48f195c915");
  CHECK(to_hex(write(sum(g1_generator(), g1_generator()))) ==
        "030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3"
        "15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4");
  G1 base =
      at("1a87b0584ce92f4593d161480614f2989035225609f08058ccfa3d0f940febe3"
         "1a2f3c951f6dadcc7ee9007dff81504b0fcd6d7cf59996efdc33d92bf7f9f8f6");
  CHECK(to_hex(write(multiply(base, Fr::from_u64(9)).affine())) ==
        "1dbad7d39dbc56379f78fac1bca147dc8e66de1b9d183c7b167351bfe0aeab74"
        "2cd757d51289cd8dbd0acf9e673ad67d0f0a89f912af47ed1be53664f5692575");
  CHECK(to_hex(write(multiply(base, Fr::reduce(Bytes(32, 0xff))).affine())) ==
        "2cde5879ba6f13c0b5aa4ef627f159a3347df9722efce88a9afbb20b763b4c41"
        "1aa7e43076f6aee272755a7f9b84832e71559ba0d2e0b17d5f9f01755e5b0d11");
  CHECK(multiply(base, -Fr::one()).affine() == -base);
}

TEST_CASE("both groups are groups of order r") {
  Bn254Random random(1);
  check_group<Fp>(random, [&] { return random_g1(random); });
  check_group<Fp2>(random, [&] { return random_g2(random); });
  CHECK(g1_generator().is_on_curve());
  CHECK(g2_generator().is_on_curve());
  CHECK(plain_multiple(g1_generator(), scalar_modulus).is_infinity());
  CHECK(plain_multiple(g2_generator(), scalar_modulus).is_infinity());
  CHECK(plain_multiple(random_g1(random), scalar_modulus).is_infinity());
}

TEST_CASE("the twist's points outside the subgroup add up as well") {
  Bn254Random random(2);
  check_group<Fp2>(random, [&] { return random_on_twist(random); });
}

TEST_CASE("the subgroup check agrees with multiplication by r") {
  Bn254Random random(3);
  CHECK(is_in_subgroup(G2{}));
  CHECK(is_in_subgroup(g2_generator()));
  int inside = 0, outside = 0;
  auto check = [&](const G2& point) {
    REQUIRE(point.is_on_curve());
    bool in = plain_multiple(point, scalar_modulus).is_infinity();
    CHECK(is_in_subgroup(point) == in);
    ++(in ? inside : outside);
  };
  for (int i = 0; i < 30; ++i) {
    G2 point = random_on_twist(random), member = random_g2(random);
    check(member);
    check(point);
    G2 torsion = plain_multiple(point, scalar_modulus).affine();  // its order divides the cofactor
    for (const Limbs& by :
         {cofactor_without_first, cofactor_without_second, large_prime, product_of_small_primes}) {
      G2 component = plain_multiple(torsion, by).affine();
      CHECK_FALSE(component.infinity);
      check(component);
      check(sum(component, member));
    }
    for (auto [prime, by] : {std::pair{small_primes[0], cofactor_without_first},
                             std::pair{small_primes[1], cofactor_without_second}})
      CHECK(plain_multiple(plain_multiple(torsion, by).affine(), {prime}).is_infinity());
  }
  CHECK(inside == 30);
  CHECK(outside == 30 * 9);
}

TEST_CASE("points off the curve are seen") {
  CHECK(G1{}.is_on_curve());
  CHECK(G2{}.is_on_curve());
  CHECK_FALSE(G1::at(Fp::one(), Fp::one()).is_on_curve());
  CHECK_FALSE(G1::at(Fp::zero(), Fp::zero()).is_on_curve());
  G2 point = g2_generator();
  point.y = point.y + Fp2::one();
  CHECK_FALSE(point.is_on_curve());
  CHECK_FALSE(G2::at(Fp2::zero(), Fp2::zero()).is_on_curve());
}

TEST_CASE("the endomorphism of G1 and the halves of a scalar") {
  Bn254Random random(4);
  G1 p = random_g1(random);
  // λ as the half that a scalar of it alone has.
  Fr lambda = *Fr::from_bytes(from_hex("0000000000000000b3c4d79d41a917585bfc41088d8daaa78b17ea66b99c90dd"));
  CHECK(endomorphism(p) == plain_multiple(p, lambda.integer()).affine());
  CHECK(endomorphism(G1{}).infinity);
  auto value = [](const SignedNumber& number) {
    CHECK((number.magnitude[1] >> 63 | number.magnitude[2] | number.magnitude[3]) == 0);
    Fr magnitude = Fr::from_integer(number.magnitude);
    return number.negative ? -magnitude : magnitude;
  };
  auto check = [&](const Fr& scalar) {
    SplitScalar halves = split(scalar);
    CHECK(value(halves.first) + lambda * value(halves.second) == scalar);
  };
  for (const Fr& edge : edge_elements<Fr>()) check(edge);
  check(lambda);
  check(-lambda);
  for (int i = 0; i < 2000; ++i) check(random.field<Fr>());
}

TEST_CASE("many points become affine at once") {
  Bn254Random random(5);
  std::vector<G1> points{G1{}, random_g1(random), G1{}, G1{}, random_g1(random), g1_generator(), G1{}};
  std::vector<G1Sum> sums;
  for (const G1& point : points) sums.push_back(rescaled(point, random.field<Fp>()));
  CHECK(to_affine(sums) == points);
  CHECK(to_affine({}).empty());
}
