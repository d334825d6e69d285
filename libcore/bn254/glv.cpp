#include "bn254/glv.hpp"

namespace pegkit::bn254 {
namespace {

// λ = 0xb3c4d79d41a917585bfc41088d8daaa78b17ea66b99c90dd. The vectors (a1, b1) and (b1, -b2) are a short
// basis of the pairs (x, y) with x + λ·y = 0 mod r.
constexpr Limbs a1{0x0be4e1541221250b, 0x6f4d8248eeb859fd};
constexpr Limbs b1{0x89d3256894d213e3};
constexpr Limbs b2{0x8211bbeb7d4f1128, 0x6f4d8248eeb859fc};
// 2^256·b2/r and 2^256·b1/r, rounded. tests/bn254/msm_test.cpp checks sums of multiples that use them.
constexpr Limbs first_quotient{0x7a7bd9d4391eb18e, 0x4ccef014a773d2cf, 0x2};
constexpr Limbs second_quotient{0xd91d232ec7e0b3d7, 0x2};

constexpr Fp beta =
    Fp::from_integer({0x5763473177fffffe, 0xd4f263f1acdb5c4f, 0x59e26bcea0d48bac, 0x0000000000000000});

/// A 512-bit integer, least significant limb first.
using Wide = std::array<std::uint64_t, 8>;

Wide product(const Limbs& a, const Limbs& b) {
  Wide out{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 4; ++j) out[i + j] = detail::multiply_add(a[i], b[j], out[i + j], carry);
    out[i + 4] = carry;
  }
  return out;
}

Limbs low_product(const Limbs& a, const Limbs& b) {
  Wide wide = product(a, b);
  return {wide[0], wide[1], wide[2], wide[3]};
}

/// a·b/2^256, rounded to the nearest integer.
Limbs scaled(const Limbs& a, const Limbs& b) {
  Wide wide = product(a, b);
  return detail::add({wide[4], wide[5], wide[6], wide[7]}, {wide[3] >> 63});
}

/// Reads two's complement; the number's magnitude is below 2^255.
SignedNumber signed_number(const Limbs& value) {
  if (value[3] >> 63 == 0) return {value, false};
  return {detail::subtract({}, value), true};
}

}  // namespace

G1 endomorphism(const G1& point) {
  return {point.x * beta, point.y, point.infinity};
}

SplitScalar split(const Fr& scalar) {
  Limbs first = scalar.integer();
  Limbs c1 = scaled(first, first_quotient), c2 = scaled(first, second_quotient);
  first = detail::subtract(detail::subtract(first, low_product(c1, a1)), low_product(c2, b1));
  Limbs second = detail::subtract(low_product(c2, b2), low_product(c1, b1));
  return {signed_number(first), signed_number(second)};
}

}  // namespace pegkit::bn254
