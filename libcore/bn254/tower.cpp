#include "bn254/tower.hpp"

namespace pegkit::bn254 {
namespace {

constexpr Fp2 integers(const Limbs& c0, const Limbs& c1) {
  return {Fp::from_integer(c0), Fp::from_integer(c1)};
}

using Factors = std::array<Fp2, 6>;

/// ξ^(i·(p - 1)/6) for i of 0 to 5.
constexpr Factors first_factors{
    Fp2::one(),
    integers({0xd60b35dadcc9e470, 0x5c521e08292f2176, 0xe8b99fdd76e68b60, 0x1284b71c2865a7df},
             {0xca5cf05f80f362ac, 0x747992778eeec7e5, 0xa6327cfe12150b8e, 0x246996f3b4fae7e6}),
    integers({0x99e39557176f553d, 0xb78cc310c2c3330c, 0x4c0bec3cf559b143, 0x2fb347984f7911f7},
             {0x1665d51c640fcba2, 0x32ae2a1d0b7c9dce, 0x4ba4cc8bd75a0794, 0x16c9e55061ebae20}),
    integers({0xdc54014671a0135a, 0xdbaae0eda9c95998, 0xdc5ec698b6e2f9b9, 0x063cf305489af5dc},
             {0x82d37f632623b0e3, 0x21807dc98fa25bd2, 0x0704b5a7ec796f2b, 0x07c03cbcac41049a}),
    integers({0x848a1f55921ea762, 0xd33365f7be94ec72, 0x80f3c0b75a181e84, 0x05b54f5e64eea801},
             {0xc13b4711cd2b8126, 0x3685d2ea1bdec763, 0x9f3a80b03b0b1c92, 0x2c145edbe7fd8aee}),
    integers({0x2ea2c810eab7692f, 0x425c459b55aa1bd3, 0xe93a3661a4353ff4, 0x0183c1e74f798649},
             {0x24c6b8ee6e0c2c4b, 0xb080cb99678e2ac0, 0xa27fb246c7729f7d, 0x12acf2ca76fd0675}),
};

constexpr Fp2 product(const Fp2& a, const Fp2& b) {
  return {a.c0 * b.c0 - a.c1 * b.c1, a.c0 * b.c1 + a.c1 * b.c0};
}

/// The factors of the next power of Frobenius, because the p-th power of an element of Fp2 is its conjugate.
constexpr Factors next_factors(const Factors& factors) {
  Factors out;
  for (std::size_t i = 0; i < 6; ++i) out[i] = product(factors[i].conjugate(), first_factors[i]);
  return out;
}

constexpr Factors second_factors = next_factors(first_factors);
constexpr std::array<Factors, 3> frobenius_factors{first_factors, second_factors,
                                                   next_factors(second_factors)};

constexpr const detail::Modulus& modulus = BaseModulus::modulus;

/// A factor of a sum of products in Fp2, together with -c1. Its coordinates may be any 256-bit numbers while
/// the sum stays within sum_of_products' bound.
struct Factor {
  Limbs c0, c1, minus_c1;
  explicit Factor(const Fp2& value)
      : c0(value.c0.limbs), c1(value.c1.limbs), minus_c1(detail::subtract(modulus.value, c1)) {}
};

/// Σ aₖ·bₖ in Fp2 for up to three products. Each coordinate is reduced once.
template <std::size_t N>
Fp2 dot(const std::array<const Fp2*, N>& a, const std::array<const Factor*, N>& b) {
  detail::Products<2 * N> real, imaginary;
  for (std::size_t k = 0; k < N; ++k) {
    real.a[2 * k] = imaginary.a[2 * k] = &a[k]->c0.limbs;
    real.a[2 * k + 1] = imaginary.a[2 * k + 1] = &a[k]->c1.limbs;
    real.b[2 * k] = &b[k]->c0;
    real.b[2 * k + 1] = &b[k]->minus_c1;
    imaginary.b[2 * k] = &b[k]->c1;
    imaginary.b[2 * k + 1] = &b[k]->c0;
  }
  return {Fp{detail::fast_sum_of_products(real, modulus)},
          Fp{detail::fast_sum_of_products(imaginary, modulus)}};
}

/// a + b, not reduced: below 2p.
Limbs loose_sum(const Fp& a, const Fp& b) {
  return detail::add(a.limbs, b.limbs);
}

/// a·b; b is any 256-bit number.
Fp product(const Fp& a, const Limbs& b) {
  return a * Fp{b};
}

/// k·a + b, for a sum below 10p.
Fp combine(std::uint64_t k, const Fp& a, const Limbs& b) {
  return {detail::small_combination<base_modulus>(k, a.limbs, b)};
}
Limbs minus(const Fp& a) {  // not reduced: zero gives p
  return detail::subtract(modulus.value, a.limbs);
}

/// An element c0 + c1·t of Fp2[t]/(t² - ξ). fp4_square gives (a + b·t)².
struct Fp4 {
  Fp2 c0, c1;
};
Fp4 fp4_square(const Fp2& a, const Fp2& b) {
  // c0 = a² + b·ξb. The coordinates of a² are (a0 + a1)·(a0 - a1) and 2·a0·a1.
  const Factor wrapped(b.times_nonresidue());
  const Fp difference = a.c0 - a.c1;
  const Limbs sum = loose_sum(a.c0, a.c1), twice_a1 = loose_sum(a.c1, a.c1);
  Fp real{detail::fast_sum_of_products<3>(
      {{&difference.limbs, &b.c0.limbs, &b.c1.limbs}, {&sum, &wrapped.c0, &wrapped.minus_c1}}, modulus)};
  Fp imaginary{detail::fast_sum_of_products<3>(
      {{&a.c0.limbs, &b.c0.limbs, &b.c1.limbs}, {&twice_a1, &wrapped.c1, &wrapped.c0}}, modulus)};
  const Factor twice_b(b.doubled());
  return {{real, imaginary}, dot<1>({&a}, {&twice_b})};
}

/// 3a - 2b and 3a + 2b.
Fp2 triple_less(const Fp2& a, const Fp2& b) {
  Limbs b0 = minus(b.c0), b1 = minus(b.c1);
  return {combine(3, a.c0, detail::add(b0, b0)), combine(3, a.c1, detail::add(b1, b1))};
}
Fp2 triple_more(const Fp2& a, const Fp2& b) {
  return {combine(3, a.c0, loose_sum(b.c0, b.c0)), combine(3, a.c1, loose_sum(b.c1, b.c1))};
}

}  // namespace

const Fp2& frobenius_factor(int power, int i) {
  return frobenius_factors[static_cast<std::size_t>(power - 1)][static_cast<std::size_t>(i)];
}

Fp2 Fp2::operator*(const Fp2& other) const {
  const Factor b(other);
  return dot<1>({this}, {&b});
}

Fp2 Fp2::square() const {
  return {product(c0 - c1, loose_sum(c0, c1)), product(c0, loose_sum(c1, c1))};
}

Fp2 Fp2::times_nonresidue() const {
  return {combine(9, c0, minus(c1)), combine(9, c1, c0.limbs)};
}

Fp2 Fp2::inverse() const {
  Fp norm = (c0.square() + c1.square()).inverse();
  return {c0 * norm, -(c1 * norm)};
}

std::optional<Fp2> Fp2::sqrt() const {
  if (c1.is_zero()) {
    if (auto root = c0.sqrt()) return Fp2{*root, Fp::zero()};
    return Fp2{Fp::zero(), *(-c0).sqrt()};  // -1 is no square
  }
  // (x + y·u)² is this when x² = (c0 ± √(c0² + c1²))/2 for one of the signs and y = c1/(2x). Let s be the
  // value with plus, inverse = s^((p - 3)/4), root = s·inverse. When s is a square, inverse is 1/root and x =
  // root. Otherwise root² = -s and inverse = -1/root; then y is the root, because x² - y² = c0.
  constexpr Limbs exponent{0x4f082305b61f3f51, 0x65e05aa45a1c72a3, 0x6e14116da0605617, 0x0c19139cb84c680a};
  constexpr Fp half = Fp::from_integer(
      {0x9e10460b6c3e7ea4, 0xcbc0b548b438e546, 0xdc2822db40c0ac2e, 0x183227397098d014});  // (p + 1)/2
  auto norm_root = (c0.square() + c1.square()).sqrt();
  if (!norm_root) return std::nullopt;
  Fp s = (c0 + *norm_root) * half;
  Fp inverse = s.pow(exponent), root = s * inverse, other = c1 * half * inverse;
  return root.square() == s ? Fp2{root, other} : Fp2{-other, root};
}

Fp6 Fp6::operator*(const Fp6& other) const {
  const Factor b0(other.c0), b1(other.c1), b2(other.c2);
  const Factor wrapped_b1(other.c1.times_nonresidue()), wrapped_b2(other.c2.times_nonresidue());
  return {dot<3>({&c0, &c1, &c2}, {&b0, &wrapped_b2, &wrapped_b1}),
          dot<3>({&c0, &c1, &c2}, {&b1, &b0, &wrapped_b2}), dot<3>({&c0, &c1, &c2}, {&b2, &b1, &b0})};
}

Fp6 Fp6::square() const {
  const Factor b0(c0), b1(c1), twice_b1(c1.doubled()), twice_b2(c2.doubled());
  Fp2 wrapped_c2 = c2.times_nonresidue();
  const Factor wrapped_b2(wrapped_c2), twice_wrapped_b2(wrapped_c2.doubled());
  return {dot<2>({&c0, &c1}, {&b0, &twice_wrapped_b2}), dot<2>({&c0, &c2}, {&twice_b1, &wrapped_b2}),
          dot<2>({&c1, &c0}, {&b1, &twice_b2})};
}

Fp6 Fp6::inverse() const {
  Fp2 t0 = c0.square() - (c1 * c2).times_nonresidue();
  Fp2 t1 = c2.square().times_nonresidue() - c0 * c1;
  Fp2 t2 = c1.square() - c0 * c2;
  Fp2 norm = (c0 * t0 + (c2 * t1 + c1 * t2).times_nonresidue()).inverse();
  return {t0 * norm, t1 * norm, t2 * norm};
}

Fp12 Fp12::operator*(const Fp12& other) const {
  Fp6 v0 = c0 * other.c0, v1 = c1 * other.c1;
  return {v0 + v1.times_v(), (c0 + c1) * (other.c0 + other.c1) - v0 - v1};
}

Fp12 Fp12::square() const {
  Fp6 cross = c0 * c1;
  Fp6 shifted = cross.times_v();
  return {(c0 + c1) * (c0 + c1.times_v()) - cross - shifted, cross + cross};
}

Fp12 Fp12::cyclotomic_square() const {
  Fp4 a = fp4_square(c0.c0, c1.c1), b = fp4_square(c1.c0, c0.c2), c = fp4_square(c0.c1, c1.c2);
  return {{triple_less(a.c0, c0.c0), triple_less(b.c0, c0.c1), triple_less(c.c0, c0.c2)},
          {triple_more(c.c1.times_nonresidue(), c1.c0), triple_more(a.c1, c1.c1), triple_more(b.c1, c1.c2)}};
}

Fp12 Fp12::inverse() const {
  Fp6 norm = (c0.square() - c1.square().times_v()).inverse();
  return {c0 * norm, -(c1 * norm)};
}

Fp12 Fp12::frobenius(int power) const {
  const Factors& factors = frobenius_factors[static_cast<std::size_t>(power - 1)];
  auto image = [&](const Fp2& c, std::size_t i) {
    Fp2 conjugated = power % 2 == 1 ? c.conjugate() : c;
    return i == 0 ? conjugated : conjugated * factors[i];
  };
  return {{image(c0.c0, 0), image(c0.c1, 2), image(c0.c2, 4)},
          {image(c1.c0, 1), image(c1.c1, 3), image(c1.c2, 5)}};
}

Fp12 Fp12::times_line(const Fp2& l1, const Fp2& l3) const {
  // The coefficient of wᵏ is fₖ + fₖ₋₁·l1 + fₖ₋₃·l3, with w⁶ = ξ.
  const Factor b1(l1), b3(l3), wrapped_b1(l1.times_nonresidue()), wrapped_b3(l3.times_nonresidue());
  const Fp2 &f0 = c0.c0, &f1 = c1.c0, &f2 = c0.c1, &f3 = c1.c1, &f4 = c0.c2, &f5 = c1.c2;
  return {{f0 + dot<2>({&f5, &f3}, {&wrapped_b1, &wrapped_b3}), f2 + dot<2>({&f1, &f5}, {&b1, &wrapped_b3}),
           f4 + dot<2>({&f3, &f1}, {&b1, &b3})},
          {f1 + dot<2>({&f0, &f4}, {&b1, &wrapped_b3}), f3 + dot<2>({&f2, &f0}, {&b1, &b3}),
           f5 + dot<2>({&f4, &f2}, {&b1, &b3})}};
}

}  // namespace pegkit::bn254
