#pragma once

#include "bn254/curve.hpp"
#include "support/bn254_random.hpp"

namespace pegkit::test {

/// Bit by bit, with an integer that need not be below r.
template <class F>
bn254::Jacobian<F> plain_multiple(const bn254::Affine<F>& point, const bn254::Limbs& by) {
  bn254::Jacobian<F> sum;
  for (std::size_t bit = 256; bit-- > 0;) {
    sum = sum.doubled();
    if (by[bit / 64] >> (bit % 64) & 1) sum = sum + point;
  }
  return sum;
}

template <class F>
bool same(const bn254::Jacobian<F>& a, const bn254::Jacobian<F>& b) {
  return a.affine() == b.affine();
}

inline bn254::G1 random_g1(Bn254Random& random) {
  return multiply(bn254::g1_generator(), random.field<bn254::Fr>()).affine();
}
inline bn254::G2 random_g2(Bn254Random& random) {
  return multiply(bn254::g2_generator(), random.field<bn254::Fr>()).affine();
}

/// On the twist, anywhere: in the subgroup with a probability of 2^-254.
inline bn254::G2 random_on_twist(Bn254Random& random) {
  using bn254::Fp;
  using bn254::Fp2;
  const Fp2 b = Fp2{Fp::from_u64(9), Fp::one()}.inverse() * Fp::from_u64(3);
  for (;;) {
    Fp2 x = random.fp2();
    if (auto y = (x.square() * x + b).sqrt()) return bn254::G2::at(x, *y);
  }
}

}  // namespace pegkit::test
