#pragma once

#include <array>
#include <span>

#include "bn254/curve.hpp"

namespace pegkit::bn254 {

/// The lines of the Miller loop for one point of G2, which must be in the subgroup. A fixed point's lines are
/// made once: 88 lines of two Fp2 each, normalised so that evaluating one at P in G1 costs two
/// multiplications by a number of Fp.
class PreparedG2 {
 public:
  explicit PreparedG2(const G2& point);
  /// A line with slope λ through (x, y) on the twist: λ and the constant λ·x - y.
  struct Line {
    Fp2 slope, constant;
  };
  /// 65 doublings, 21 additions, and 2 additions of the point's Frobenius images.
  static constexpr std::size_t line_count = 88;
  bool is_infinity() const { return infinity_; }
  std::span<const Line> lines() const { return lines_; }

 private:
  std::array<Line, line_count> lines_;
  bool infinity_ = false;
};

/// One factor e(p, q) of a product of pairings. `q` is prepared, or a point whose lines are made on the way.
struct PairingTerm {
  G1 p;
  const PreparedG2* prepared = nullptr;
  G2 q;  ///< when prepared is null

  PairingTerm(const G1& point, const PreparedG2& lines) : p(point), prepared(&lines) {}
  PairingTerm(const G1& point, const G2& other) : p(point), q(other) {}
};

/// The product of the terms' Miller loops (optimal ate, 6t + 2 in signed digits). Eight terms at a time share
/// one accumulator; no heap memory is used.
Fp12 miller_loop(std::span<const PairingTerm> terms);
/// f^(2t(6t² + 3t + 1)·(p¹² - 1)/r) with the curve's t: a power of the reduced pairing whose exponent is
/// prime to r. gnark and snarkjs use the same exponent.
Fp12 final_exponentiation(const Fp12& f);
/// The product Π e(pᵢ, qᵢ).
Fp12 pairing(std::span<const PairingTerm> terms);
/// True when Π e(pᵢ, qᵢ) is one.
bool pairing_is_one(std::span<const PairingTerm> terms);

}  // namespace pegkit::bn254
