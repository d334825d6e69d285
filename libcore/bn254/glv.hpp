#pragma once

#include "bn254/curve.hpp"

/// G1's cheap endomorphism (Gallant, Lambert, Vanstone 2001), which halves the doublings of a multiplication.
/// Only bn254/*.cpp include this.
namespace pegkit::bn254 {

/// The point (βx, y) = λ·(x, y), where β is a cube root of one in Fp and λ is one in Fr.
G1 endomorphism(const G1& point);

/// A number as sign and magnitude.
struct SignedNumber {
  Limbs magnitude{};
  bool negative = false;
};
/// Two numbers with first + λ·second = scalar modulo r; both magnitudes are below 2^127.
struct SplitScalar {
  SignedNumber first, second;
};
SplitScalar split(const Fr& scalar);

}  // namespace pegkit::bn254
