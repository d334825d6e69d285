#pragma once

#include "bn254/limbs.hpp"

namespace pegkit::bn254::detail {

/// factor/value mod m; both are below m. Zero's is zero. Bernstein and Yang, "Fast constant-time gcd
/// computation and modular inversion" (2019), in variable time.
Limbs divide_modulo(const Limbs& factor, const Limbs& value, const Modulus& modulus);

}  // namespace pegkit::bn254::detail
