#pragma once

#include <array>
#include <cstdint>

/// Arithmetic on 256-bit and 512-bit integers and Montgomery reduction, for bn254_field and bn254_tower.

namespace pegkit::crypto::bn254 {

/// A 256-bit integer, least significant limb first.
using Limbs = std::array<std::uint64_t, 4>;

namespace detail {

__extension__ using Uint128 = unsigned __int128;

/// A 512-bit integer, least significant limb first.
using Wide = std::array<std::uint64_t, 8>;

constexpr std::uint64_t add_carry(std::uint64_t a, std::uint64_t b, std::uint64_t& carry) {
  Uint128 sum = Uint128{a} + b + carry;
  carry = static_cast<std::uint64_t>(sum >> 64);
  return static_cast<std::uint64_t>(sum);
}

constexpr std::uint64_t subtract_borrow(std::uint64_t a, std::uint64_t b, std::uint64_t& borrow) {
  Uint128 difference = Uint128{a} - b - borrow;
  borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
  return static_cast<std::uint64_t>(difference);
}

/// a·b + c + carry.
constexpr std::uint64_t multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c,
                                     std::uint64_t& carry) {
  Uint128 sum = Uint128{a} * b + c + carry;
  carry = static_cast<std::uint64_t>(sum >> 64);
  return static_cast<std::uint64_t>(sum);
}

/// a += b, to the number of limbs of a; gives the carry.
template <std::size_t N>
constexpr std::uint64_t add_to(std::array<std::uint64_t, N>& a, const std::array<std::uint64_t, N>& b) {
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < N; ++i) a[i] = add_carry(a[i], b[i], carry);
  return carry;
}

/// a -= b; gives the borrow.
template <std::size_t N>
constexpr std::uint64_t subtract_from(std::array<std::uint64_t, N>& a,
                                      const std::array<std::uint64_t, N>& b) {
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < N; ++i) a[i] = subtract_borrow(a[i], b[i], borrow);
  return borrow;
}

constexpr bool is_below(const Limbs& a, const Limbs& b) {
  Limbs copy = a;
  return subtract_from(copy, b) != 0;
}

/// a mod m, for a below 2m.
constexpr Limbs subtract_once(const Limbs& a, const Limbs& modulus) {
  Limbs less = a;
  std::uint64_t keep = 0 - subtract_from(less, modulus);
  for (std::size_t i = 0; i < 4; ++i) less[i] ^= keep & (less[i] ^ a[i]);
  return less;
}

/// a + b mod m, of numbers below m.
constexpr Limbs add_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
  Limbs sum = a;
  add_to(sum, b);  // no carry: m is below 2^254
  return subtract_once(sum, modulus);
}

/// a - b mod m, of numbers below m.
constexpr Limbs subtract_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
  Limbs difference = a;
  std::uint64_t negative = 0 - subtract_from(difference, b);
  Limbs correction{};
  for (std::size_t i = 0; i < 4; ++i) correction[i] = modulus[i] & negative;
  add_to(difference, correction);
  return difference;
}

/// What Montgomery's method needs to know of an odd modulus m below 2^254, R being 2^256.
struct Modulus {
  Limbs value{};
  std::uint64_t negative_inverse = 0;  ///< -1/m mod 2^64
  Limbs one{};                         ///< R mod m
  Limbs square{};                      ///< R² mod m

  constexpr explicit Modulus(const Limbs& modulus) : value(modulus) {
    std::uint64_t inverse = 1;  // Newton: the number of right bits doubles
    for (int i = 0; i < 6; ++i) inverse *= 2 - modulus[0] * inverse;
    negative_inverse = 0 - inverse;
    Limbs power{1, 0, 0, 0};
    for (int i = 0; i < 512; ++i) {
      power = add_modulo(power, power, modulus);
      if (i == 255) one = power;
    }
    square = power;
  }
};

/// a·b/R mod m. a is below m; b is any 256-bit number.
constexpr Limbs multiply(const Limbs& a, const Limbs& b, const Modulus& modulus) {
  // Coarsely integrated operand scanning. The two top limbs' carries fit one limb as m is below 2^254.
  Limbs t{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint64_t product_carry = 0, reduction_carry = 0;
    std::uint64_t low = multiply_add(a[0], b[i], t[0], product_carry);
    std::uint64_t quotient = low * modulus.negative_inverse;
    multiply_add(quotient, modulus.value[0], low, reduction_carry);
    for (std::size_t j = 1; j < 4; ++j) {
      std::uint64_t limb = multiply_add(a[j], b[i], t[j], product_carry);
      t[j - 1] = multiply_add(quotient, modulus.value[j], limb, reduction_carry);
    }
    t[3] = product_carry + reduction_carry;
  }
  return subtract_once(t, modulus.value);
}

}  // namespace detail
}  // namespace pegkit::crypto::bn254
