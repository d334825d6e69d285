#pragma once

#include <array>
#include <span>

#include "bn254/curve.hpp"

namespace pegkit::bn254 {

/// The lines of the Miller loop for one point of G2, of the subgroup: made once for a fixed point (88 lines
/// of 2 Fp2 each, normalised so that a line at P in G1 costs two multiplications by a number of Fp).
class PreparedG2 {
 public:
  explicit PreparedG2(const G2& point);
  /// λ and λ·x - y of a line of slope λ through (x, y), on the twist.
  struct Line {
    Fp2 slope, constant;
  };
  /// 65 doublings, 21 additions and two of the Frobenius images of the point.
  static constexpr std::size_t line_count = 88;
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

  PairingTerm(const G1& point, const PreparedG2& lines) : p(point), prepared(&lines) {}
  PairingTerm(const G1& point, const G2& other) : p(point), q(other) {}
};

/// Π of the Miller loops, one shared accumulator (optimal ate, 6t + 2 in signed digits). No heap: eight
/// terms at a time.
Fp12 miller_loop(std::span<const PairingTerm> terms);
/// f^(2t(6t² + 3t + 1)·(p¹² - 1)/r), with t of the curve: the reduced pairing to a power prime to r. gnark
/// and snarkjs take the same.
Fp12 final_exponentiation(const Fp12& f);
/// Π e(pᵢ, qᵢ).
Fp12 pairing(std::span<const PairingTerm> terms);
/// Π e(pᵢ, qᵢ) == 1.
bool pairing_is_one(std::span<const PairingTerm> terms);

}  // namespace pegkit::bn254
