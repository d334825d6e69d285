#pragma once

#include <optional>

#include "crypto/bn254_field.hpp"

namespace pegkit::crypto::bn254 {

/// Fp[u]/(u² + 1): c0 + c1·u.
struct Fp2 {
  Fp c0, c1;
  static Fp2 zero() { return {}; }
  static Fp2 one() { return {Fp::one(), Fp::zero()}; }
  bool is_zero() const { return c0.is_zero() && c1.is_zero(); }
  Fp2 operator+(const Fp2& other) const;
  Fp2 operator-(const Fp2& other) const;
  Fp2 operator-() const;
  Fp2 operator*(const Fp2& other) const;
  Fp2 operator*(const Fp& scalar) const;
  Fp2 doubled() const;
  Fp2 square() const;
  Fp2 conjugate() const;
  Fp2 times_nonresidue() const;  ///< by ξ = 9 + u
  Fp2 inverse() const;           ///< zero's is zero
  std::optional<Fp2> sqrt() const;
  /// gnark's order: by c1, then by c0 (c1 is zero).
  bool is_larger_half() const;
  friend bool operator==(const Fp2&, const Fp2&) = default;
};

/// Fp2[v]/(v³ - ξ).
struct Fp6 {
  Fp2 c0, c1, c2;
  static Fp6 zero() { return {}; }
  static Fp6 one() { return {Fp2::one(), {}, {}}; }
  Fp6 operator+(const Fp6& other) const;
  Fp6 operator-(const Fp6& other) const;
  Fp6 operator-() const;
  Fp6 operator*(const Fp6& other) const;
  Fp6 square() const;
  Fp6 times_v() const;
  Fp6 inverse() const;
  friend bool operator==(const Fp6&, const Fp6&) = default;
};

/// Fp6[w]/(w² - v).
struct Fp12 {
  Fp6 c0, c1;
  static Fp12 one() { return {Fp6::one(), {}}; }
  bool is_one() const { return *this == one(); }
  Fp12 operator*(const Fp12& other) const;
  Fp12 square() const;
  /// Of the cyclotomic subgroup alone (Granger-Scott).
  Fp12 cyclotomic_square() const;
  Fp12 conjugate() const;  ///< the inverse, in the cyclotomic subgroup
  Fp12 inverse() const;
  /// this^(p^power), power 1 to 3.
  Fp12 frobenius(int power) const;
  /// By l0 + l1·w + l3·w³, the shape of a line: l0 in c0.c0, l1 in c1.c0, l3 in c1.c1.
  Fp12 times_line(const Fp2& l0, const Fp2& l1, const Fp2& l3) const;
  friend bool operator==(const Fp12&, const Fp12&) = default;
};

}  // namespace pegkit::crypto::bn254
