#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bn254/field.hpp"

namespace pegkit::proofs {

/// The powers of a root of unity ω of Fr, of order 2^1 to 2^28: where PLONK's polynomials are defined.
class PlonkDomain {
 public:
  /// Throws Error `vk.domain` (exit 3) when `size` is not such a power of two, or the order of `generator`.
  PlonkDomain(std::uint64_t size, const bn254::Fr& generator);
  /// With the generator that circom, snarkjs and gnark take: 5^((r - 1)/2^log_size).
  static PlonkDomain of_log_size(unsigned log_size);

  std::uint64_t size() const { return size_; }
  const bn254::Fr& generator() const { return generator_; }
  const bn254::Fr& size_inverse() const { return size_inverse_; }
  /// x^size.
  bn254::Fr to_size(bn254::Fr x) const;
  /// The domain H and its shifts k1·H and k2·H, which a permutation of three wires runs over, are apart.
  bool cosets_differ(const bn254::Fr& k1, const bn254::Fr& k2) const;
  /// The Lagrange polynomials of `indexes` at x, Lᵢ(x) = ωⁱ·(xⁿ - 1)/(n·(x - ωⁱ)), with `vanishing` = xⁿ - 1,
  /// which must not be zero: x is not of the domain.
  std::vector<bn254::Fr> lagrange(const bn254::Fr& x, const bn254::Fr& vanishing,
                                  std::span<const std::uint64_t> indexes) const;

 private:
  std::uint64_t size_;
  bn254::Fr generator_, size_inverse_;
};

}  // namespace pegkit::proofs
