#pragma once

#include <array>
#include <span>

#include "crypto/bn254_curve.hpp"

namespace pegkit::crypto::bn254 {

/// The lines of the Miller loop for one point of G2, of the subgroup: made once for a fixed point (some 90
/// lines of 2 Fp2 each, normalised so that a line at P in G1 costs two multiplications by a coordinate).
class PreparedG2 {
 public:
  explicit PreparedG2(const G2& point);
  struct Line {
    Fp2 slope, constant;
  };
  static constexpr std::size_t line_count = 0;  // filled in with the loop
  bool is_infinity() const { return infinity_; }
  std::span<const Line> lines() const { return lines_; }

 private:
  std::array<Line, line_count> lines_;
  bool infinity_ = false;
};

/// One factor e(p, q): q prepared, or as a point whose lines are made on the way.
struct PairingTerm {
  G1 p;
  const PreparedG2* prepared = nullptr;
  G2 q;  ///< when prepared is null

  PairingTerm(const G1& p, const PreparedG2& q) : p(p), prepared(&q) {}
  PairingTerm(const G1& p, const G2& q) : p(p), q(q) {}
};

/// Π of the Miller loops, one shared accumulator (optimal ate, 6t + 2 in signed digits). No heap for up to 8
/// terms.
Fp12 miller_loop(std::span<const PairingTerm> terms);
/// f^((p¹² - 1)/r).
Fp12 final_exponentiation(const Fp12& f);
/// Π e(pᵢ, qᵢ).
Fp12 pairing(std::span<const PairingTerm> terms);
/// Π e(pᵢ, qᵢ) == 1.
bool pairing_is_one(std::span<const PairingTerm> terms);

}  // namespace pegkit::crypto::bn254
