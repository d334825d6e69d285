#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "bn254/x86.hpp"

/// Arithmetic on 256-bit integers and Montgomery reduction, for bn254_*.cpp.

namespace pegkit::bn254 {

/// A 256-bit integer, least significant limb first.
using Limbs = std::array<std::uint64_t, 4>;

namespace detail {

__extension__ using Uint128 = unsigned __int128;

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

/// a + b modulo 2^256.
constexpr Limbs add(const Limbs& a, const Limbs& b) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return x86::add(a, b);
#endif
  Limbs sum{};
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < 4; ++i) sum[i] = add_carry(a[i], b[i], carry);
  return sum;
}

struct Difference {
  Limbs limbs;
  bool negative;  ///< and 2^256 too much
};
constexpr Difference subtract_with_sign(const Limbs& a, const Limbs& b) {
  Limbs difference{};
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < 4; ++i) difference[i] = subtract_borrow(a[i], b[i], borrow);
  return {difference, borrow != 0};
}
constexpr bool is_below(const Limbs& a, const Limbs& b) {
  return subtract_with_sign(a, b).negative;
}

/// a - b modulo 2^256.
constexpr Limbs subtract(const Limbs& a, const Limbs& b) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return x86::subtract(a, b);
#endif
  return subtract_with_sign(a, b).limbs;
}

/// a mod m, for a below 2m.
constexpr Limbs subtract_once(const Limbs& a, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return x86::subtract_once(a[0], a[1], a[2], a[3], modulus);
#endif
  auto [less, negative] = subtract_with_sign(a, modulus);
  return negative ? a : less;
}

/// a + b mod m, of numbers below m, and m below 2^254.
constexpr Limbs add_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return x86::add_modulo(a, b, modulus);
#endif
  return subtract_once(add(a, b), modulus);
}

/// a - b mod m, of numbers below m.
constexpr Limbs subtract_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return x86::subtract_modulo(a, b, modulus);
#endif
  auto [difference, negative] = subtract_with_sign(a, b);
  if (!negative) return difference;
  Limbs sum{};
  std::uint64_t carry = 0;  // the last one makes up for the borrow
  for (std::size_t i = 0; i < 4; ++i) sum[i] = add_carry(difference[i], modulus[i], carry);
  return sum;
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

/// Σ aₖ·bₖ, the operands of sum_of_products.
template <std::size_t N>
struct Products {
  std::array<const Limbs*, N> a, b;
};

/// Σ aₖ·bₖ/R mod m, one reduction for all. Each a is below m, each b any number, and the sum below R·m
/// (5.2m²) for up to four products, below 2R·m for five or six.
template <std::size_t N>
constexpr Limbs sum_of_products(const Products<N>& products, const Modulus& modulus) {
  static_assert(N <= 6);
  // Rows of a long multiplication, one limb of all b at a time, then one limb of the reduction. A row begins
  // with less than (N + 1)·m and adds as much times 2^64 - 1: it stays below (N + 1)·m·2^64, which is five
  // limbs up to N = 4.
  std::array<std::uint64_t, 6> t{};
  auto add = [&](const Limbs& a, std::uint64_t b) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 4; ++j) t[j] = multiply_add(a[j], b, t[j], carry);
    t[4] += carry;
    t[5] += t[4] < carry;
  };
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < N; ++k) add(*products.a[k], (*products.b[k])[i]);
    add(modulus.value, t[0] * modulus.negative_inverse);
    t = {t[1], t[2], t[3], t[4], t[5], 0};
  }
  // Below Σ/R + m, that is 2m or 3m, which is below R.
  Limbs sum = subtract_once({t[0], t[1], t[2], t[3]}, modulus.value);
  return N > 4 ? subtract_once(sum, modulus.value) : sum;
}

#if defined(__x86_64__)
template <std::size_t N>
[[gnu::always_inline]] inline Limbs sum_of_products_mulx(const Products<N>& products,
                                                         const Modulus& modulus) {
  x86::Accumulator sum;
#pragma GCC unroll 4
  for (std::size_t i = 0; i < 4; ++i) {
#pragma GCC unroll 6
    for (std::size_t k = 0; k < N; ++k) {
      const Limbs& a = *products.a[k];
      std::uint64_t b = (*products.b[k])[i];
      if (i == 0 && k == 0) {
        sum.set(a, b);
      } else {
        k < 4 ? sum.add(a, b) : sum.add_long(a, b);
      }
    }
    std::uint64_t quotient = sum.t0 * modulus.negative_inverse;
    N <= 4 ? sum.add(modulus.value, quotient) : sum.add_long(modulus.value, quotient);
    sum.shift();
  }
  Limbs out = x86::subtract_once(sum.t0, sum.t1, sum.t2, sum.t3, modulus.value);
  return N > 4 ? x86::subtract_once(out[0], out[1], out[2], out[3], modulus.value) : out;
}
#endif

/// sum_of_products by the processor's best means.
template <std::size_t N>
[[gnu::always_inline]] inline Limbs fast_sum_of_products(const Products<N>& products,
                                                         const Modulus& modulus) {
#if defined(__x86_64__)
  if (x86::has_mulx) return sum_of_products_mulx(products, modulus);
#endif
  return sum_of_products(products, modulus);
}

/// k·a + b.
constexpr std::array<std::uint64_t, 5> small_multiple(std::uint64_t k, const Limbs& a, const Limbs& b) {
  std::array<std::uint64_t, 5> out{};
  for (std::size_t i = 0; i < 4; ++i) out[i] = multiply_add(a[i], k, b[i], out[4]);
  return out;
}

/// small_multiple by the processor's best means.
inline std::array<std::uint64_t, 5> fast_small_multiple(std::uint64_t k, const Limbs& a, const Limbs& b) {
#if defined(__x86_64__)
  if (x86::has_mulx) {
    x86::Accumulator sum{b[0], b[1], b[2], b[3]};
    sum.add(a, k);
    return {sum.t0, sum.t1, sum.t2, sum.t3, sum.t4};
  }
#endif
  return small_multiple(k, a, b);
}

/// v/2^252 of a v below 2^316.
constexpr std::size_t top_bits(const std::array<std::uint64_t, 5>& v) {
  return v[4] << 4 | v[3] >> 60;
}

/// For each h below 32 the largest multiple of m that is not above h·2^252.
struct SmallMultiples {
  std::array<Limbs, 32> of{};

  constexpr explicit SmallMultiples(const Limbs& modulus) {
    for (std::uint64_t h = 0, k = 0; h < of.size(); ++h) {
      if (top_bits(small_multiple(k + 1, modulus, {})) < h) ++k;  // m is above 2^252: once is enough
      auto multiple = small_multiple(k, modulus, {});
      of[h] = {multiple[0], multiple[1], multiple[2], multiple[3]};
    }
  }
};

/// k·a + b mod m, for a sum below 10m.
template <const Limbs& modulus>
inline Limbs small_combination(std::uint64_t k, const Limbs& a, const Limbs& b) {
  static constexpr SmallMultiples multiples{modulus};
  auto sum = fast_small_multiple(k, a, b);
  // What is left is below m + 2^252, so that the fifth limb need not be looked at.
  return subtract_once(subtract({sum[0], sum[1], sum[2], sum[3]}, multiples.of[top_bits(sum) % 32]), modulus);
}

}  // namespace detail
}  // namespace pegkit::bn254
