#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.hpp"
#include "bn254/limbs.hpp"

namespace pegkit::bn254 {

/// p and r as integers: the two primes of BN254 (alt_bn128, EIP-196).
inline constexpr Limbs base_modulus{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d,
                                    0x30644e72e131a029};
inline constexpr Limbs scalar_modulus{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d,
                                      0x30644e72e131a029};

/// The prime p of the field of coordinates.
struct BaseModulus {
  static constexpr detail::Modulus modulus{base_modulus};
  static constexpr std::uint64_t nonresidue = 3;  ///< p - 1 = 2·odd
  static constexpr unsigned twos = 1;
};
/// The prime r, the order of the groups.
struct ScalarModulus {
  static constexpr detail::Modulus modulus{scalar_modulus};
  static constexpr std::uint64_t nonresidue = 5;  ///< r - 1 = 2^28·odd
  static constexpr unsigned twos = 28;
};

/// An element of a prime field in Montgomery form (x·2^256 mod m), always below the modulus. Operations take
/// variable time, because proofs and verifying keys are public.
template <class Modulus>
struct Field {
  Limbs limbs{};

  static constexpr Field zero() { return {}; }
  static constexpr Field one() { return {Modulus::modulus.one}; }
  static constexpr Field from_u64(std::uint64_t value) { return from_integer({value, 0, 0, 0}); }
  /// Reads 32 bytes, most significant first; nullopt when the number is not below the modulus, or for another
  /// number of bytes.
  static std::optional<Field> from_bytes(ByteView big_endian);
  /// Reduces a number of 1 to 64 bytes, most significant first, by the modulus. Throws Error `bytes.length`
  /// (exit 3) for another length.
  static Field reduce(ByteView big_endian);
  /// Takes an integer below the modulus.
  static constexpr Field from_integer(const Limbs& value) {
    return Field{Modulus::modulus.square} * Field{value};
  }

  /// The integer that the element stands for.
  constexpr Limbs integer() const { return (*this * Field{{1, 0, 0, 0}}).limbs; }
  ByteArray<32> bytes() const;  ///< most significant first
  constexpr bool is_zero() const { return (limbs[0] | limbs[1] | limbs[2] | limbs[3]) == 0; }
  /// True when the integer is above (m - 1)/2, which gnark's compression asks.
  bool is_larger_half() const;

  constexpr Field operator+(const Field& other) const {
    return {detail::add_modulo(limbs, other.limbs, Modulus::modulus.value)};
  }
  constexpr Field operator-(const Field& other) const {
    return {detail::subtract_modulo(limbs, other.limbs, Modulus::modulus.value)};
  }
  constexpr Field operator-() const { return zero() - *this; }
  constexpr Field operator*(const Field& other) const {
    if (std::is_constant_evaluated()) {
      return {detail::sum_of_products<1>({{&limbs}, {&other.limbs}}, Modulus::modulus)};
    }
    return {multiply(limbs, other.limbs)};
  }
  constexpr Field& operator+=(const Field& other) { return *this = *this + other; }
  constexpr Field& operator-=(const Field& other) { return *this = *this - other; }
  constexpr Field& operator*=(const Field& other) { return *this = *this * other; }
  constexpr Field doubled() const { return *this + *this; }
  constexpr Field square() const { return *this * *this; }
  /// The inverse; zero for zero.
  Field inverse() const;
  Field pow(const Limbs& exponent) const;
  /// One of the two square roots; nullopt when there is none.
  std::optional<Field> sqrt() const;

  friend constexpr bool operator==(const Field&, const Field&) = default;

 private:
  static Limbs multiply(const Limbs& a, const Limbs& b);
};

using Fp = Field<BaseModulus>;
using Fr = Field<ScalarModulus>;

/// Replaces each value in Fp, Fr or Fp2 by its inverse, with one inversion in all (Montgomery's trick). Zeros
/// stay zero. `scratch` is as long as `values`.
template <class F>
void invert_all(std::span<F> values, std::span<F> scratch) {
  F product = F::one();
  for (std::size_t i = 0; i < values.size(); ++i) {
    scratch[i] = product;
    if (!values[i].is_zero()) product = product * values[i];
  }
  F inverse = product.inverse();
  for (std::size_t i = values.size(); i-- > 0;) {
    if (values[i].is_zero()) continue;
    F value = values[i];
    values[i] = inverse * scratch[i];
    inverse = inverse * value;
  }
}
/// As above, but allocates its scratch itself.
template <class Modulus>
void invert_all(std::span<Field<Modulus>> values);

extern template struct Field<BaseModulus>;
extern template struct Field<ScalarModulus>;
extern template void invert_all(std::span<Fp>);
extern template void invert_all(std::span<Fr>);

}  // namespace pegkit::bn254
