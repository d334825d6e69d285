#pragma once

#include <optional>

#include "bn254/field.hpp"

namespace pegkit::bn254 {

/// An element c0 + c1·u of Fp[u]/(u² + 1).
struct Fp2 {
  Fp c0, c1;
  static constexpr Fp2 zero() { return {}; }
  static constexpr Fp2 one() { return {Fp::one(), Fp::zero()}; }
  constexpr bool is_zero() const { return c0.is_zero() && c1.is_zero(); }
  constexpr Fp2 operator+(const Fp2& other) const { return {c0 + other.c0, c1 + other.c1}; }
  constexpr Fp2 operator-(const Fp2& other) const { return {c0 - other.c0, c1 - other.c1}; }
  constexpr Fp2 operator-() const { return {-c0, -c1}; }
  Fp2 operator*(const Fp2& other) const;
  constexpr Fp2 operator*(const Fp& scalar) const { return {c0 * scalar, c1 * scalar}; }
  constexpr Fp2 doubled() const { return {c0.doubled(), c1.doubled()}; }
  Fp2 square() const;
  constexpr Fp2 conjugate() const { return {c0, -c1}; }
  Fp2 times_nonresidue() const;  ///< times ξ = 9 + u
  Fp2 inverse() const;           ///< zero for zero
  std::optional<Fp2> sqrt() const;
  /// gnark's order: compares c1, and c0 when c1 is zero.
  bool is_larger_half() const { return c1.is_zero() ? c0.is_larger_half() : c1.is_larger_half(); }
  friend constexpr bool operator==(const Fp2&, const Fp2&) = default;
};

/// An element c0 + c1·v + c2·v² of Fp2[v]/(v³ - ξ).
struct Fp6 {
  Fp2 c0, c1, c2;
  static constexpr Fp6 zero() { return {}; }
  static constexpr Fp6 one() { return {Fp2::one(), {}, {}}; }
  Fp6 operator+(const Fp6& other) const { return {c0 + other.c0, c1 + other.c1, c2 + other.c2}; }
  Fp6 operator-(const Fp6& other) const { return {c0 - other.c0, c1 - other.c1, c2 - other.c2}; }
  Fp6 operator-() const { return {-c0, -c1, -c2}; }
  Fp6 operator*(const Fp6& other) const;
  Fp6 square() const;
  Fp6 times_v() const { return {c2.times_nonresidue(), c0, c1}; }
  Fp6 inverse() const;  ///< zero for zero
  friend constexpr bool operator==(const Fp6&, const Fp6&) = default;
};

/// An element c0 + c1·w of Fp6[w]/(w² - v).
struct Fp12 {
  Fp6 c0, c1;
  static constexpr Fp12 one() { return {Fp6::one(), {}}; }
  bool is_one() const { return *this == one(); }
  Fp12 operator*(const Fp12& other) const;
  Fp12 square() const;
  /// The square, for elements of the cyclotomic subgroup only (Granger and Scott 2010).
  Fp12 cyclotomic_square() const;
  Fp12 conjugate() const { return {c0, -c1}; }  ///< the inverse, in the cyclotomic subgroup
  Fp12 inverse() const;                         ///< zero for zero
  /// this^(p^power), for a power of 1 to 3.
  Fp12 frobenius(int power) const;
  /// The product with 1 + l1·w + l3·w³, the form of a line: l1 is in c1.c0, l3 in c1.c1.
  Fp12 times_line(const Fp2& l1, const Fp2& l3) const;
  friend constexpr bool operator==(const Fp12&, const Fp12&) = default;
};

/// ξ^(i·(p^power - 1)/6), by which frobenius(power) multiplies the coefficient of w^i, for i of 0 to 5 and a
/// power of 1 to 3.
const Fp2& frobenius_factor(int power, int i);

}  // namespace pegkit::bn254
