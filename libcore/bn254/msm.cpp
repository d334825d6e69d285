#include <algorithm>
#include <bit>

#include "base/error.hpp"
#include "bn254/glv.hpp"
#include "bn254/params.hpp"

namespace pegkit::bn254 {
namespace {

/// Bits `from` to `from + count - 1` of a number, with zeros beyond its end; `from` is below 256, `count`
/// below 32.
unsigned bits_at(const Limbs& value, std::size_t from, std::size_t count) {
  std::size_t limb = from / 64, shift = from % 64;
  std::uint64_t bits = value[limb] >> shift;
  if (shift + count > 64 && limb < 3) bits |= value[limb + 1] << (64 - shift);
  return static_cast<unsigned>(bits & ((std::uint64_t{1} << count) - 1));
}

std::size_t bit_length(const Limbs& value) {
  for (std::size_t i = 4; i-- > 0;)
    if (value[i] != 0) return 64 * i + static_cast<std::size_t>(std::bit_width(value[i]));
  return 0;
}

/// A point and its factor.
template <class F>
struct Part {
  Affine<F> point;
  Limbs factor{};
};

/// The endomorphism splits a term of G1 into two parts with factors of 127 bits; a term of G2 is one part.
template <class F>
constexpr std::size_t parts_per_term = 1;
template <>
constexpr std::size_t parts_per_term<Fp> = 2;

void split_term(const G1& point, const Fr& scalar, std::span<Part<Fp>> out) {
  SplitScalar by = split(scalar);
  G1 image = endomorphism(point);
  out[0] = {by.first.negative ? -point : point, by.first.magnitude};
  out[1] = {by.second.negative ? -image : image, by.second.magnitude};
}

void split_term(const G2& point, const Fr& scalar, std::span<Part<Fp2>> out) {
  out[0] = {point, scalar.integer()};
}

template <class F>
void split_terms(std::span<const Affine<F>> points, std::span<const Fr> scalars, std::span<Part<F>> out) {
  constexpr std::size_t each = parts_per_term<F>;
  for (std::size_t i = 0; i < points.size(); ++i)
    split_term(points[i], scalars[i], out.subspan(i * each, each));
}

// --- A few points: windows interleaved over shared doublings (Straus) with digits in wNAF -------------

constexpr std::size_t straus_window = 5;
constexpr std::size_t straus_terms = 16;
constexpr std::size_t odd_multiples = std::size_t{1} << (straus_window - 2);
template <class F>
constexpr std::size_t straus_parts = straus_terms* parts_per_term<F>;

/// A number as Σ digit·2^place, where every digit is zero, or odd and below 16 in magnitude.
struct WindowDigits {
  std::array<std::int8_t, 257> digits{};
  std::size_t count = 0;

  void fill(const Limbs& value) {
    std::size_t length = bit_length(value);
    unsigned carry = 0;
    for (std::size_t place = 0; place <= length;) {
      if (bits_at(value, place, 1) == carry) {
        ++place;
        continue;
      }
      unsigned window = bits_at(value, place, straus_window) + carry;
      carry = window >> (straus_window - 1);
      digits[place] =
          static_cast<std::int8_t>(static_cast<int>(window) - static_cast<int>(carry << straus_window));
      count = place + 1;
      place += straus_window;
    }
  }
};

template <class F>
using OddMultiples = std::array<Affine<F>, odd_multiples>;

/// Fills in P, 3P, 5P, … for every part's point P.
template <class F>
void fill_odd_multiples(std::span<const Part<F>> parts, std::span<OddMultiples<F>> out) {
  constexpr std::size_t most = straus_parts<F> * odd_multiples;
  std::array<Jacobian<F>, most> sums;
  std::array<F, most> inverses, scratch;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Jacobian<F>* row = &sums[i * odd_multiples];
    row[0] = Jacobian<F>::from(parts[i].point);
    Jacobian<F> twice = row[0].doubled();
    for (std::size_t j = 1; j < odd_multiples; ++j) row[j] = twice + row[j - 1];
  }
  std::size_t count = parts.size() * odd_multiples;
  for (std::size_t i = 0; i < count; ++i) inverses[i] = sums[i].z;
  invert_all<F>({inverses.data(), count}, {scratch.data(), count});
  for (std::size_t i = 0; i < count; ++i)
    out[i / odd_multiples][i % odd_multiples] = affine_by(sums[i], inverses[i]);
}

/// The sum of at most straus_parts parts.
template <class F>
Jacobian<F> straus(std::span<const Part<F>> parts) {
  std::array<OddMultiples<F>, straus_parts<F>> tables;
  std::array<WindowDigits, straus_parts<F>> factors;
  fill_odd_multiples<F>(parts, tables);
  std::size_t places = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    factors[i].fill(parts[i].factor);
    places = std::max(places, factors[i].count);
  }
  Jacobian<F> sum;
  for (std::size_t place = places; place-- > 0;) {
    sum = sum.doubled();
    for (std::size_t i = 0; i < parts.size(); ++i) {
      int digit = factors[i].digits[place];
      if (digit == 0) continue;
      const Affine<F>& multiple = tables[i][static_cast<std::size_t>(std::abs(digit)) / 2];
      sum = sum + (digit > 0 ? multiple : -multiple);
    }
  }
  return sum;
}

// --- Many points: buckets (Pippenger) with signed digits ----------------------------------------------

/// The signed digit of window `index`, from -2^(width-1) to 2^(width-1) (Booth's recoding).
int booth_digit(const Limbs& value, std::size_t index, std::size_t width) {
  std::size_t from = index * width;
  unsigned window = bits_at(value, from, width);
  unsigned below = from == 0 ? 0 : bits_at(value, from - 1, 1);
  unsigned top = window >> (width - 1);
  return static_cast<int>(window + below) - static_cast<int>(top << width);
}

/// The window width in bits that needs the fewest additions for `parts` factors of `bits` bits.
std::size_t bucket_width(std::size_t parts, std::size_t bits) {
  std::size_t best = 2, least = SIZE_MAX;
  for (std::size_t width = 2; width <= 16; ++width) {
    // A bucket costs two general additions, which are slower than those of an affine point.
    std::size_t cost = (bits / width + 1) * (parts + 3 * (std::size_t{1} << (width - 1)));
    if (cost < least) best = width, least = cost;
  }
  return best;
}

template <class F>
Jacobian<F> pippenger(std::span<const Part<F>> parts) {
  std::size_t bits = 0;
  for (const Part<F>& part : parts) bits = std::max(bits, bit_length(part.factor));
  const std::size_t width = bucket_width(parts.size(), bits);
  std::vector<Jacobian<F>> buckets(std::size_t{1} << (width - 1));
  Jacobian<F> sum;
  for (std::size_t window = bits / width + 1; window-- > 0;) {
    for (std::size_t i = 0; i < width; ++i) sum = sum.doubled();
    std::ranges::fill(buckets, Jacobian<F>{});
    for (const Part<F>& part : parts) {
      int digit = booth_digit(part.factor, window, width);
      if (digit == 0) continue;
      Jacobian<F>& bucket = buckets[static_cast<std::size_t>(std::abs(digit)) - 1];
      bucket = bucket + (digit > 0 ? part.point : -part.point);
    }
    Jacobian<F> running;
    for (std::size_t i = buckets.size(); i-- > 0;) {
      running = running + buckets[i];
      sum = sum + running;
    }
  }
  return sum;
}

/// From this number of terms on, buckets are faster; earlier in G1, where a term is two parts.
template <class F>
constexpr std::size_t pippenger_terms = parts_per_term<F> == 2 ? straus_terms + 1 : 96;

template <class F>
Jacobian<F> sum_of_multiples(std::span<const Affine<F>> points, std::span<const Fr> scalars) {
  if (points.size() != scalars.size()) throw Error(Exit::bug, "bn254.terms", "not as many scalars as points");
  constexpr std::size_t each = parts_per_term<F>;
  if (points.size() >= pippenger_terms<F>) {
    std::vector<Part<F>> parts(points.size() * each);
    split_terms<F>(points, scalars, parts);
    return pippenger<F>(parts);
  }
  Jacobian<F> sum;
  for (std::size_t i = 0; i < points.size(); i += straus_terms) {
    std::size_t count = std::min(straus_terms, points.size() - i);
    std::array<Part<F>, straus_parts<F>> parts;
    split_terms<F>(points.subspan(i, count), scalars.subspan(i, count), parts);
    sum = sum + straus<F>(std::span{parts}.first(count * each));
  }
  return sum;
}

}  // namespace

G1Sum multiply(const G1& point, const Fr& scalar) {
  return sum_of_multiples<Fp>({&point, 1}, {&scalar, 1});
}
G2Sum multiply(const G2& point, const Fr& scalar) {
  return sum_of_multiples<Fp2>({&point, 1}, {&scalar, 1});
}
G1Sum multi_scalar(std::span<const G1> points, std::span<const Fr> scalars) {
  return sum_of_multiples<Fp>(points, scalars);
}
G2Sum multi_scalar(std::span<const G2> points, std::span<const Fr> scalars) {
  return sum_of_multiples<Fp2>(points, scalars);
}

}  // namespace pegkit::bn254
