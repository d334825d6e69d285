#pragma once

#include <span>

#include "bn254/curve.hpp"

namespace pegkit::test {

/// A point of the twist whose order does not divide r: the first with a small x.
inline bn254::G2 twist_point_outside_subgroup() {
  using bn254::Fp;
  using bn254::Fp2;
  const bn254::G2 generator = bn254::g2_generator();
  const Fp2 b = generator.y.square() - generator.x.square() * generator.x;
  for (std::uint64_t i = 1;; ++i) {
    const Fp2 x = {Fp::from_u64(i), Fp::zero()};
    auto y = (x.square() * x + b).sqrt();
    if (!y) continue;
    auto point = bn254::G2::at(x, *y);
    if (!is_in_subgroup(point)) return point;
  }
}

/// The big-endian number plus the modulus: a verifier that reduces reads the same element. The sum must fit.
inline void raise(std::span<std::uint8_t> number, const bn254::Limbs& modulus) {
  unsigned carry = 0;
  for (std::size_t i = 0; i < number.size(); ++i) {
    std::uint8_t& byte = number[number.size() - 1 - i];
    carry += byte + (i < 32 ? static_cast<std::uint8_t>(modulus[i / 8] >> (8 * (i % 8))) : 0u);
    byte = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
}

}  // namespace pegkit::test
