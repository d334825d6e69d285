#include "bn254/limbs.hpp"

#include <doctest/doctest.h>

#include "bn254/field.hpp"

using namespace pegkit::bn254;
namespace arithmetic = pegkit::bn254::detail;

namespace {

constexpr std::uint64_t ones = ~std::uint64_t{0};

/// Numbers below m at which carries and borrows go wrong first.
template <class FieldModulus>
constexpr std::array<Limbs, 13> edges() {
  const Limbs& m = FieldModulus::modulus.value;
  return {{{0, 0, 0, 0},
           {1, 0, 0, 0},
           {ones, 0, 0, 0},
           {0, 1, 0, 0},
           {ones, ones, 0, 0},
           {0, 0, 1, 0},
           {ones, ones, ones, 0},
           {0, 0, 0, 1},
           {ones, 0, ones, m[3] - 1},
           {ones, ones, ones, m[3] - 1},
           {m[0], m[1], m[2], m[3] / 2},
           {0, 0, 0, m[3]},
           {m[0] - 1, m[1], m[2], m[3]}}};
}

/// For all pairs of edges, the functions that are assembly on some processors. (Sums of products:
/// field_test.cpp.)
template <class FieldModulus>
constexpr auto results() {
  constexpr auto values = edges<FieldModulus>();
  const Limbs& m = FieldModulus::modulus.value;
  constexpr Limbs top{ones, ones, ones, ones};
  std::array<Limbs, 6 * values.size() * values.size()> out{};
  std::size_t count = 0;
  for (const Limbs& a : values) {
    for (const Limbs& b : values) {
      Limbs sum = arithmetic::add(a, b);
      out[count++] = sum;
      out[count++] = arithmetic::add(arithmetic::subtract(top, a), b);
      out[count++] = arithmetic::subtract(a, b);
      out[count++] = arithmetic::subtract_once(sum, m);
      out[count++] = arithmetic::add_modulo(a, b, m);
      out[count++] = arithmetic::subtract_modulo(a, b, m);
    }
  }
  return out;
}

}  // namespace

// A constant expression always uses the C++ code, as a processor without assembly does.
TEST_CASE("BN254 limbs: assembly gives what C++ does") {
  static constexpr auto base = results<BaseModulus>(), scalar = results<ScalarModulus>();
  CHECK(results<BaseModulus>() == base);
  CHECK(results<ScalarModulus>() == scalar);
}
