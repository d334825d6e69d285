#pragma once

#include "crypto/bn254_limbs.hpp"

namespace pegkit::crypto::bn254::detail {

/// factor/value mod m; both are below m. Zero's is zero. Bernstein and Yang, "Fast constant-time gcd
/// computation and modular inversion" (2019), in variable time.
Limbs divide_modulo(const Limbs& factor, const Limbs& value, const Modulus& modulus);

}  // namespace pegkit::crypto::bn254::detail
