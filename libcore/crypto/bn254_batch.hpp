#pragma once

#include <span>

#include "crypto/bn254_curve.hpp"

/// Many inversions for the price of one; for bn254_*.cpp.
namespace pegkit::crypto::bn254 {

/// Montgomery's trick, without heap: `scratch` is as long as `values`. Zeros stay zero.
template <class F>
void invert_all(std::span<F> values, std::span<F> scratch) {
  F product = F::one();
  for (std::size_t i = 0; i < values.size(); ++i) {
    scratch[i] = product;
    if (!values[i].is_zero()) product = product * values[i];
  }
  F inverse = product.inverse();
  for (std::size_t i = values.size(); i-- > 0;) {
    if (values[i].is_zero()) continue;
    F value = values[i];
    values[i] = inverse * scratch[i];
    inverse = inverse * value;
  }
}

/// A point whose z has the given inverse.
template <class F>
Affine<F> affine_by(const Jacobian<F>& point, const F& z_inverse) {
  if (point.is_infinity()) return {};
  F square = z_inverse.square();
  return Affine<F>::at(point.x * square, point.y * square * z_inverse);
}

}  // namespace pegkit::crypto::bn254
