#include "crypto/bn254_pairing.hpp"
#include "crypto/bn254_params.hpp"

namespace pegkit::crypto::bn254 {
namespace {

/// f^t of the cyclotomic subgroup.
Fp12 power_t(const Fp12& f) {
  Fp12 inverse = f.conjugate(), out = f;
  for (std::size_t i = digits_of_t.count - 1; i-- > 0;) {
    out = out.cyclotomic_square();
    if (digits_of_t.digits[i] != 0) out = out * (digits_of_t.digits[i] > 0 ? f : inverse);
  }
  return out;
}

}  // namespace

Fp12 final_exponentiation(const Fp12& f) {
  // The easy part: (p⁶ - 1)(p² + 1).
  Fp12 easy = f.conjugate() * f.inverse();
  easy = easy.frobenius(2) * easy;
  // The hard part, of 2t(6t² + 3t + 1)·(p⁴ - p² + 1)/r = λ0 + λ1·p + λ2·p² + λ3·p³ with λ0 = 1 + 6t + 12t² +
  // 12t³, λ1 = 4t + 6t² + 12t³, λ2 = 6t + 6t² + 12t³, λ3 = λ1 - 1 (Fuentes-Castañeda, Knapp,
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

}  // namespace pegkit::crypto::bn254
