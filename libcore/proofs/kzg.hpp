#pragma once

#include <array>
#include <vector>

#include "bn254/pairing.hpp"

namespace pegkit::proofs {

/// Gathers the terms of Σ scalar·point, and computes the sum at once.
class G1Terms {
 public:
  void add(const bn254::G1& point, const bn254::Fr& scalar);
  void add(const bn254::G1& point) { plain_.push_back(point); }
  bn254::G1 sum() const;

 private:
  std::vector<bn254::G1> points_, plain_;
  std::vector<bn254::Fr> scalars_;
};

/// Checks openings of KZG polynomial commitments (Kate, Zaverucha, Goldberg 2010) with two points of G2,
/// whose lines it prepares.
class KzgVerifier {
 public:
  KzgVerifier(const bn254::G2& one, const bn254::G2& tau) : one_(one), tau_(tau) {}

  /// Checks e(by_one, [1]₂) = e(by_tau, [τ]₂). For the claim that commitment F has value y at x with opening
  /// W, by_one is F - y·[1]₁ + x·W and by_tau is W. Several claims are added up with random weights.
  bool equal(const bn254::G1& by_one, const bn254::G1& by_tau) const;

 private:
  bn254::PreparedG2 one_, tau_;
};

}  // namespace pegkit::proofs
