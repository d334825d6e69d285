#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bn254/field.hpp"

namespace pegkit::proofs {

/// The domain of PLONK's polynomials: the powers of a root of unity ω in Fr, whose order is 2^1 to 2^28.
class PlonkDomain {
 public:
  /// Throws Error `vk.domain` (exit 3) when `size` is no power of two from 2^1 to 2^28, or is not the order
  /// of `generator`.
  PlonkDomain(std::uint64_t size, const bn254::Fr& generator);
  /// The domain with the generator of circom, snarkjs and gnark: 5^((r - 1)/2^log_size).
  static PlonkDomain of_log_size(unsigned log_size);

  std::uint64_t size() const { return size_; }
  const bn254::Fr& generator() const { return generator_; }
  const bn254::Fr& size_inverse() const { return size_inverse_; }
  /// x^size.
  bn254::Fr to_size(bn254::Fr x) const;
  /// True when the domain H and its shifts k1·H and k2·H do not overlap. PLONK's permutation of three wires
  /// needs this.
  bool cosets_differ(const bn254::Fr& k1, const bn254::Fr& k2) const;
  /// The Lagrange polynomials of `indexes` at x: Lᵢ(x) = ωⁱ·(xⁿ - 1)/(n·(x - ωⁱ)). `vanishing` is xⁿ - 1 and
  /// must not be zero: x is outside the domain.
  std::vector<bn254::Fr> lagrange(const bn254::Fr& x, const bn254::Fr& vanishing,
                                  std::span<const std::uint64_t> indexes) const;

 private:
  std::uint64_t size_;
  bn254::Fr generator_, size_inverse_;
};

}  // namespace pegkit::proofs
