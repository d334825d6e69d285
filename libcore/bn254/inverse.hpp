#pragma once

#include "bn254/limbs.hpp"

namespace pegkit::bn254::detail {

/// factor/value mod m, for factor and value below m; zero when value is zero. The method is that of Bernstein
/// and Yang, "Fast constant-time gcd computation and modular inversion" (2019), here in variable time.
Limbs divide_modulo(const Limbs& factor, const Limbs& value, const Modulus& modulus);

}  // namespace pegkit::bn254::detail
