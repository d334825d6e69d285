#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace pegkit::crypto::bn254 {

/// A 256-bit integer, least significant limb first.
using Limbs = std::array<std::uint64_t, 4>;

/// The two primes of BN254 (alt_bn128, EIP-196).
struct BaseModulus;    ///< p, of the coordinates
struct ScalarModulus;  ///< r, the order of the groups

/// An element of a prime field, in Montgomery form (x·2^256 mod m), always below the modulus. Not constant
/// time: proofs and keys are public.
template <class Modulus>
struct Field {
  Limbs limbs{};

  static constexpr Field zero() { return {}; }
  static Field one();
  static Field from_u64(std::uint64_t value);
  /// 32 bytes, most significant first; nullopt when the number is not below the modulus.
  static std::optional<Field> from_bytes(ByteView big_endian);
  /// A number of 1 to 64 bytes, most significant first, modulo the modulus.
  static Field reduce(ByteView big_endian);
  /// An integer below the modulus.
  static Field from_integer(const Limbs& value);

  /// Out of Montgomery form.
  Limbs integer() const;
  ByteArray<32> bytes() const;  ///< most significant first
  bool is_zero() const;
  /// The number is above (m - 1)/2, as gnark's compression asks.
  bool is_larger_half() const;

  Field operator+(const Field& other) const;
  Field operator-(const Field& other) const;
  Field operator-() const;
  Field operator*(const Field& other) const;
  Field& operator+=(const Field& other) { return *this = *this + other; }
  Field& operator-=(const Field& other) { return *this = *this - other; }
  Field& operator*=(const Field& other) { return *this = *this * other; }
  Field doubled() const;
  Field square() const;
  /// Zero's is zero.
  Field inverse() const;
  Field pow(const Limbs& exponent) const;
  /// A root, either one; nullopt when there is none.
  std::optional<Field> sqrt() const;

  friend bool operator==(const Field&, const Field&) = default;
};

using Fp = Field<BaseModulus>;
using Fr = Field<ScalarModulus>;

/// p and r as integers.
extern const Limbs base_modulus, scalar_modulus;

/// All inverses with one inversion (Montgomery's trick); zeros stay zero.
template <class Modulus>
void invert_all(std::span<Field<Modulus>> values);

}  // namespace pegkit::crypto::bn254
