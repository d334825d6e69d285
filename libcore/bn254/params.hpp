#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bn254/curve.hpp"

/// The curve's constants, the map ψ of its twist and a step to affine coordinates. Only bn254/*.cpp
/// include this.
namespace pegkit::bn254 {

/// p = 36t⁴ + 36t³ + 24t² + 6t + 1, r = 36t⁴ + 36t³ + 18t² + 6t + 1.
inline constexpr std::uint64_t curve_t = 4965661367192848881;

/// The b of y² = x³ + b.
template <class F>
constexpr F curve_constant() = delete;
template <>
constexpr Fp curve_constant<Fp>() {
  return Fp::from_u64(3);
}
template <>
constexpr Fp2 curve_constant<Fp2>() {  // 3/ξ
  return {Fp::from_integer({0x3267e6dc24a138e5, 0xb5b4c5e559dbefa3, 0x81be18991be06ac3, 0x2b149d40ceb8aaae}),
          Fp::from_integer({0xe4a2bd0685c315d2, 0xa74fa084e52d1852, 0xcd2cafadeed8fdf4, 0x009713b03af0fed4})};
}

/// A number in signed binary digits -1, 0, 1, of which no two neighbours are both nonzero (NAF).
struct SignedDigits {
  std::array<std::int8_t, 67> digits{};  ///< least significant first
  std::size_t count = 0;                 ///< number of digits; the last one is 1
  std::size_t nonzero = 0;

  constexpr explicit SignedDigits(detail::Uint128 value) {
    for (; value != 0; value >>= 1) {
      int digit = (value & 1) != 0 ? 2 - static_cast<int>(value & 3) : 0;
      digits[count++] = static_cast<std::int8_t>(digit);
      nonzero += digit != 0;
      value -= static_cast<detail::Uint128>(digit);
    }
  }
};
inline constexpr SignedDigits digits_of_t{curve_t};
/// 6t + 2, the length of the optimal ate loop (Vercauteren 2010).
inline constexpr SignedDigits digits_of_loop{detail::Uint128{curve_t} * 6 + 2};

/// ψ: the Frobenius map of the curve over Fp12, seen on the twist. In the subgroup it is multiplication by p.
inline G2 twist_frobenius(const G2& point) {
  return {point.x.conjugate() * frobenius_factor(1, 2), point.y.conjugate() * frobenius_factor(1, 3),
          point.infinity};
}
inline G2Sum twist_frobenius(const G2Sum& point) {
  return {point.x.conjugate() * frobenius_factor(1, 2), point.y.conjugate() * frobenius_factor(1, 3),
          point.z.conjugate()};
}

/// The affine form of a point, given the inverse of its z.
template <class F>
Affine<F> affine_by(const Jacobian<F>& point, const F& z_inverse) {
  if (point.is_infinity()) return {};
  F square = z_inverse.square();
  return Affine<F>::at(point.x * square, point.y * square * z_inverse);
}

}  // namespace pegkit::bn254
