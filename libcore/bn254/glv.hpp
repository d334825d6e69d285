#pragma once

#include "bn254/curve.hpp"

/// G1's cheap endomorphism (Gallant, Lambert, Vanstone 2001); for bn254_*.cpp.
namespace pegkit::bn254 {

/// (βx, y) = λ·(x, y), β a cube root of one in Fp and λ one in Fr.
G1 endomorphism(const G1& point);

/// A number as sign and magnitude.
struct SignedNumber {
  Limbs magnitude{};
  bool negative = false;
};
/// first + λ·second = scalar, both magnitudes below 2^127.
struct SplitScalar {
  SignedNumber first, second;
};
SplitScalar split(const Fr& scalar);

}  // namespace pegkit::bn254
