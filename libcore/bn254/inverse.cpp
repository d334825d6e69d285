#include "bn254/inverse.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace pegkit::bn254::detail {
namespace {

__extension__ using Int128 = __int128;

constexpr int step_bits = 62;  // division steps in one matrix
constexpr std::uint64_t low_bits = ~std::uint64_t{0} >> (64 - step_bits);

/// A signed number of up to 310 bits in limbs of 62 bits. Only the last limb can be negative.
using Signed = std::array<std::int64_t, 5>;

Signed to_signed(const Limbs& value) {
  Signed out{};
  for (std::size_t i = 0; i < 5; ++i) {
    std::size_t bit = step_bits * i, limb = bit / 64, shift = bit % 64;
    std::uint64_t part = value[limb] >> shift;
    if (shift > 64 - step_bits && limb + 1 < 4) part |= value[limb + 1] << (64 - shift);
    out[i] = static_cast<std::int64_t>(part & low_bits);
  }
  return out;
}

Limbs to_limbs(const Signed& value) {
  Limbs out{};
  for (std::size_t i = 0; i < 5; ++i) {
    auto part = static_cast<std::uint64_t>(value[i]);
    std::size_t bit = step_bits * i, limb = bit / 64, shift = bit % 64;
    out[limb] |= part << shift;
    if (shift > 64 - step_bits && limb + 1 < 4) out[limb + 1] |= part >> (64 - shift);
  }
  return out;
}

bool is_zero(const Signed& value) {
  return std::ranges::all_of(value, [](std::int64_t limb) { return limb == 0; });
}

/// The matrix of 62 division steps on (f, g), times 2^62. |u| + |v| and |q| + |r| are at most 2^62.
struct Matrix {
  std::int64_t u = 1, v = 0, q = 0, r = 1;
};

/// Makes 62 division steps on the low bits of an odd f and any g, as many at a time as need no swap. `eta` is
/// -δ of the paper.
Matrix division_steps(std::int64_t& eta, std::uint64_t f, std::uint64_t g) {
  Matrix m;
  for (int left = step_bits;;) {
    int zeros = std::min(std::countr_zero(g), left);
    g >>= zeros;
    m.u <<= zeros;
    m.v <<= zeros;
    eta -= zeros;
    left -= zeros;
    if (left == 0) return m;
    if (eta < 0) {
      eta = -eta;
      std::uint64_t minus_f = 0 - f;
      f = g;
      g = minus_f;
      m = {m.q, m.r, -m.u, -m.v};
    }
    // A multiple of f cancels up to 6 bits of g at once: f·(2 - f²) is 1/f modulo 64.
    auto bits = static_cast<unsigned>(std::min<std::int64_t>({eta + 1, left, 6}));
    std::uint64_t multiple = (g * f * (f * f - 2)) & ((std::uint64_t{1} << bits) - 1);
    g += multiple * f;
    m.q += m.u * static_cast<std::int64_t>(multiple);
    m.r += m.v * static_cast<std::int64_t>(multiple);
  }
}

/// (a·x + b·y + k·m)/2^62, for arguments that make it an integer.
Signed combine(std::int64_t a, const Signed& x, std::int64_t b, const Signed& y, std::int64_t k,
               const Signed& m) {
  Signed out{};
  Int128 sum = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    sum += Int128{a} * x[i] + Int128{b} * y[i] + Int128{k} * m[i];
    if (i > 0) out[i - 1] = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) & low_bits);
    sum >>= step_bits;
  }
  out[4] = static_cast<std::int64_t>(sum);
  return out;
}

/// The k of least magnitude that makes a·x + b·y + k·m a multiple of 2^62.
std::int64_t correction(std::int64_t a, const Signed& x, std::int64_t b, const Signed& y,
                        const Modulus& modulus) {
  auto low = static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(x[0]) +
             static_cast<std::uint64_t>(b) * static_cast<std::uint64_t>(y[0]);
  return static_cast<std::int64_t>((low * modulus.negative_inverse) << (64 - step_bits)) >> (64 - step_bits);
}

/// a + b·m.
Signed plus_multiple(const Signed& a, std::int64_t b, const Signed& m) {
  Signed out{};
  std::int64_t carry = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    std::int64_t sum = a[i] + b * m[i] + carry;
    out[i] = i < 4 ? static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) & low_bits) : sum;
    carry = sum >> step_bits;
  }
  return out;
}

}  // namespace

Limbs divide_modulo(const Limbs& factor, const Limbs& value, const Modulus& modulus) {
  const Signed m = to_signed(modulus.value);
  Signed f = m, g = to_signed(value);
  Signed d{}, e = to_signed(factor);  // d·value = f·factor and e·value = g·factor modulo m
  for (std::int64_t eta = -1; !is_zero(g);) {
    Matrix t = division_steps(eta, static_cast<std::uint64_t>(f[0]), static_cast<std::uint64_t>(g[0]));
    Signed next_f = combine(t.u, f, t.v, g, 0, m);
    g = combine(t.q, f, t.r, g, 0, m);
    f = next_f;
    // d and e grow by at most m/2 in a round; there are at most 12 rounds.
    Signed next_d = combine(t.u, d, t.v, e, correction(t.u, d, t.v, e, modulus), m);
    e = combine(t.q, d, t.r, e, correction(t.q, d, t.r, e, modulus), m);
    d = next_d;
  }
  if (f[4] < 0) d = plus_multiple({}, -1, d);  // f is 1 or -1
  while (d[4] < 0) d = plus_multiple(d, 1, m);
  for (Signed less = plus_multiple(d, -1, m); less[4] >= 0; less = plus_multiple(d, -1, m)) d = less;
  return to_limbs(d);
}

}  // namespace pegkit::bn254::detail
