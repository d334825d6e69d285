#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "bn254/x86.hpp"

/// Arithmetic on 256-bit integers and Montgomery reduction, for bn254/. Everything is written in
/// portable C++, which constant expressions and other processors use; on x86-64 some functions call
/// bn254/x86.hpp instead.

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
  bool negative;  ///< true when a < b; `limbs` is then a - b + 2^256
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

/// a + b mod m, for a and b below m, and m below 2^254.
constexpr Limbs add_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return x86::add_modulo(a, b, modulus);
#endif
  return subtract_once(add(a, b), modulus);
}

/// a - b mod m, for a and b below m.
constexpr Limbs subtract_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
#if defined(__x86_64__)
  if (!std::is_constant_evaluated()) return x86::subtract_modulo(a, b, modulus);
#endif
  auto [difference, negative] = subtract_with_sign(a, b);
  if (!negative) return difference;
  Limbs sum{};
  std::uint64_t carry = 0;  // the last carry cancels the borrow
  for (std::size_t i = 0; i < 4; ++i) sum[i] = add_carry(difference[i], modulus[i], carry);
  return sum;
}

/// Constants of Montgomery's method for an odd modulus m below 2^254; R is 2^256.
struct Modulus {
  Limbs value{};
  std::uint64_t negative_inverse = 0;  ///< -1/m mod 2^64
  Limbs one{};                         ///< R mod m
  Limbs square{};                      ///< R² mod m

  constexpr explicit Modulus(const Limbs& modulus) : value(modulus) {
    std::uint64_t inverse = 1;  // Newton's method: each step doubles the number of right bits
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

/// The operands of sum_of_products, Σ aₖ·bₖ.
template <std::size_t N>
struct Products {
  std::array<const Limbs*, N> a, b;
};

/// Σ aₖ·bₖ/R mod m with one reduction. Each a is below m, each b is any 256-bit number. The sum is below R·m
/// (5.2m²) for up to four products, below 2R·m for five or six.
template <std::size_t N>
constexpr Limbs sum_of_products(const Products<N>& products, const Modulus& modulus) {
  static_assert(N <= 6);
  // Each row multiplies by one limb of every b, then reduces by one limb. A row starts below (N + 1)·m and
  // adds at most (N + 1)·m·(2^64 - 1). It stays below (N + 1)·m·2^64, which fits five limbs up to N = 4.
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
  // The result is below Σ/R + m, so below 2m (N up to 4) or 3m, which is below R.
  Limbs sum = subtract_once({t[0], t[1], t[2], t[3]}, modulus.value);
  return N > 4 ? subtract_once(sum, modulus.value) : sum;
}

#if defined(__x86_64__)
/// sum_of_products with the MULX instruction.
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

/// sum_of_products with MULX where the processor has it.
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

/// small_multiple with MULX where the processor has it.
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

/// v/2^252, rounded down, for v below 2^316.
constexpr std::size_t top_bits(const std::array<std::uint64_t, 5>& v) {
  return v[4] << 4 | v[3] >> 60;
}

/// For each h below 32: the largest multiple of m that is at most h·2^252.
struct SmallMultiples {
  std::array<Limbs, 32> of{};

  constexpr explicit SmallMultiples(const Limbs& modulus) {
    for (std::uint64_t h = 0, k = 0; h < of.size(); ++h) {
      if (top_bits(small_multiple(k + 1, modulus, {})) < h) ++k;  // m is above 2^252, so once is enough
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
  // The difference is below m + 2^252, so its fifth limb is zero and is not computed.
  return subtract_once(subtract({sum[0], sum[1], sum[2], sum[3]}, multiples.of[top_bits(sum) % 32]), modulus);
}

}  // namespace detail
}  // namespace pegkit::bn254
