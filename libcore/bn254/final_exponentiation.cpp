#include <cstdlib>

#include "bn254/pairing.hpp"
#include "bn254/params.hpp"

namespace pegkit::bn254 {
namespace {

/// One step of power_t: `squarings` squarings, then a product with f^digit.
struct Step {
  int squarings, digit;
};
/// Steps from f^35 to f^t. Digits of ±17 and ±35 need the fewest products among all sets of three powers; a
/// static assertion below checks that the steps reach t.
constexpr std::array<Step, 11> steps_to_t{
    {{6, -35}, {7, 17}, {2, 35}, {4, -35}, {4, -35}, {9, 35}, {4, 35}, {6, 17}, {5, 35}, {5, -17}, {5, 17}}};

constexpr std::int64_t exponent_of(std::span<const Step> steps) {
  std::int64_t exponent = 35;
  for (const Step& step : steps) exponent = exponent * (std::int64_t{1} << step.squarings) + step.digit;
  return exponent;
}
static_assert(exponent_of(steps_to_t) == std::int64_t{curve_t});

Fp12 squared(Fp12 f, int times) {
  for (int i = 0; i < times; ++i) f = f.cyclotomic_square();
  return f;
}

/// f^t for an f in the cyclotomic subgroup.
Fp12 power_t(const Fp12& f) {
  const Fp12 f17 = squared(f, 4) * f, f35 = f17.cyclotomic_square() * f;
  Fp12 out = f35;
  for (const Step& step : steps_to_t) {
    const Fp12& factor = std::abs(step.digit) == 17 ? f17 : f35;
    out = squared(out, step.squarings) * (step.digit > 0 ? factor : factor.conjugate());
  }
  return out;
}

}  // namespace

Fp12 final_exponentiation(const Fp12& f) {
  // The easy part: f^((p⁶ - 1)(p² + 1)).
  Fp12 easy = f.conjugate() * f.inverse();
  easy = easy.frobenius(2) * easy;
  // The hard part has the exponent 2t(6t² + 3t + 1)·(p⁴ - p² + 1)/r = λ0 + λ1·p + λ2·p² + λ3·p³ with λ0 = 1 +
  // 6t + 12t² + 12t³, λ1 = 4t + 6t² + 12t³, λ2 = 6t + 6t² + 12t³, λ3 = λ1 - 1 (Fuentes-Castañeda, Knapp,
  // Rodríguez-Henríquez 2011).
  Fp12 t2 = power_t(easy).cyclotomic_square();
  Fp12 t6 = t2.cyclotomic_square() * t2;
  Fp12 tt6 = power_t(t6);
  Fp12 ttt12 = power_t(tt6.cyclotomic_square());
  Fp12 third = ttt12 * tt6 * t6;
  Fp12 second = third * t2.conjugate();
  Fp12 first = third * tt6 * easy;
  Fp12 fourth = second * easy.conjugate();
  return first * second.frobenius(1) * third.frobenius(2) * fourth.frobenius(3);
}

}  // namespace pegkit::bn254
