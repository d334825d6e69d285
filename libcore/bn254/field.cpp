#include "bn254/field.hpp"

#include <vector>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "bn254/inverse.hpp"

namespace pegkit::bn254 {

#if defined(__x86_64__)
namespace x86 {
namespace {
bool ask_mulx() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_BMI2) != 0;
}
}  // namespace
const bool has_mulx = ask_mulx();
}  // namespace x86
#endif

namespace {

/// Reads up to 32 bytes, most significant first.
Limbs read_limbs(ByteView big_endian) {
  Limbs out{};
  std::size_t place = 0;
  for (std::size_t i = big_endian.size(); i-- > 0; ++place) {
    out[place / 8] |= std::uint64_t{big_endian[i]} << (8 * (place % 8));
  }
  return out;
}

Limbs shifted_right(const Limbs& value, unsigned bits) {  // bits: 1 to 63
  Limbs out{};
  for (std::size_t i = 0; i < 4; ++i) {
    out[i] = value[i] >> bits;
    if (i < 3) out[i] |= value[i + 1] << (64 - bits);
  }
  return out;
}

unsigned nibble(const Limbs& value, unsigned index) {
  return static_cast<unsigned>(value[index / 16] >> (4 * (index % 16))) & 15;
}

}  // namespace

template <class Modulus>
Limbs Field<Modulus>::multiply(const Limbs& a, const Limbs& b) {
  return detail::fast_sum_of_products<1>({{&a}, {&b}}, Modulus::modulus);
}

template <class Modulus>
std::optional<Field<Modulus>> Field<Modulus>::from_bytes(ByteView big_endian) {
  if (big_endian.size() != 32) return std::nullopt;
  Limbs value = read_limbs(big_endian);
  if (!detail::is_below(value, Modulus::modulus.value)) return std::nullopt;
  return from_integer(value);
}

template <class Modulus>
Field<Modulus> Field<Modulus>::reduce(ByteView big_endian) {
  if (big_endian.empty() || big_endian.size() > 64) {
    pegkit::detail::throw_length("bytes.length", 64, big_endian.size());
  }
  std::size_t high = big_endian.size() > 32 ? big_endian.size() - 32 : 0;
  // from_integer works for any 256-bit number, because its multiplication reduces.
  Field low = from_integer(read_limbs(big_endian.subspan(high)));
  return from_integer(read_limbs(big_endian.first(high))) * Field{Modulus::modulus.square} + low;
}

template <class Modulus>
ByteArray<32> Field<Modulus>::bytes() const {
  Limbs value = integer();
  ByteArray<32> out{};
  for (std::size_t i = 0; i < 32; ++i) out[31 - i] = static_cast<std::uint8_t>(value[i / 8] >> (8 * (i % 8)));
  return out;
}

template <class Modulus>
bool Field<Modulus>::is_larger_half() const {
  return detail::is_below(shifted_right(Modulus::modulus.value, 1), integer());
}

template <class Modulus>
Field<Modulus> Field<Modulus>::pow(const Limbs& exponent) const {
  std::array<Field, 16> powers;
  powers[0] = one();
  for (std::size_t i = 1; i < 16; ++i) powers[i] = powers[i - 1] * *this;
  unsigned digits = 64;
  while (digits > 0 && nibble(exponent, digits - 1) == 0) --digits;
  Field out = one();
  for (unsigned i = digits; i-- > 0;) {
    if (i + 1 != digits) out = out.square().square().square().square();
    if (unsigned digit = nibble(exponent, i)) out *= powers[digit];
  }
  return out;
}

template <class Modulus>
Field<Modulus> Field<Modulus>::inverse() const {
  return {detail::divide_modulo(Modulus::modulus.square, limbs, Modulus::modulus)};
}

template <class Modulus>
std::optional<Field<Modulus>> Field<Modulus>::sqrt() const {
  // Tonelli-Shanks; for p, which is 3 mod 4, the loop is one comparison.
  const Limbs odd = shifted_right(Modulus::modulus.value, Modulus::twos);
  static const Field root_of_unity = from_u64(Modulus::nonresidue).pow(odd);  // of order 2^twos
  if (is_zero()) return zero();
  Field power = pow(shifted_right(odd, 1));  // this^((odd - 1)/2)
  Field root = *this * power;
  Field rest = root * power;  // this^odd, of order 2^k; root² = this·rest
  Field correction = root_of_unity;
  unsigned order = Modulus::twos;
  while (rest != one()) {
    unsigned k = 0;
    for (Field square = rest; square != one(); square = square.square()) {
      if (++k == order) return std::nullopt;
    }
    for (unsigned i = k + 1; i < order; ++i) correction = correction.square();
    root *= correction;
    correction = correction.square();
    rest *= correction;
    order = k;
  }
  return root;
}

template <class Modulus>
void invert_all(std::span<Field<Modulus>> values) {
  std::vector<Field<Modulus>> scratch(values.size());
  invert_all<Field<Modulus>>(values, scratch);
}

template struct Field<BaseModulus>;
template struct Field<ScalarModulus>;
template void invert_all(std::span<Fp>);
template void invert_all(std::span<Fr>);

}  // namespace pegkit::bn254
