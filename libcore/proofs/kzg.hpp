#pragma once

#include <array>
#include <vector>

#include "bn254/pairing.hpp"

namespace pegkit::proofs {

/// Σ scalar·point, gathered term by term and computed at once.
class G1Terms {
 public:
  void add(const bn254::G1& point, const bn254::Fr& scalar);
  void add(const bn254::G1& point) { plain_.push_back(point); }
  bn254::G1 sum() const;

 private:
  std::vector<bn254::G1> points_, plain_;
  std::vector<bn254::Fr> scalars_;
};

/// The two points of G2 that a polynomial commitment is checked with (Kate, Zaverucha, Goldberg 2010), their
/// lines prepared.
class KzgVerifier {
 public:
  KzgVerifier(const bn254::G2& one, const bn254::G2& tau) : one_(one), tau_(tau) {}

  /// e(by_one, [1]₂) = e(by_tau, [τ]₂). A polynomial committed to as F with value y at x and opening W has
  /// F - y·[1]₁ + x·W on the left, W on the right; many such claims are added up with random weights.
  bool equal(const bn254::G1& by_one, const bn254::G1& by_tau) const;

 private:
  bn254::PreparedG2 one_, tau_;
};

}  // namespace pegkit::proofs
