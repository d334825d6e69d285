#pragma once

#include <random>
#include <vector>

#include "bn254/tower.hpp"

namespace pegkit::test {

/// Field elements from a fixed seed.
class Bn254Random {
 public:
  explicit Bn254Random(std::uint64_t seed) : bits_(seed) {}

  std::uint64_t word() { return bits_(); }
  template <class F>
  F field() {
    ByteArray<64> bytes;
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(bits_());
    return F::reduce(bytes);
  }
  bn254::Fp2 fp2() { return {field<bn254::Fp>(), field<bn254::Fp>()}; }
  bn254::Fp6 fp6() { return {fp2(), fp2(), fp2()}; }
  bn254::Fp12 fp12() { return {fp6(), fp6()}; }
  /// z^((p⁶ - 1)·(p² + 1)).
  bn254::Fp12 cyclotomic() {
    auto z = fp12();
    z = z.conjugate() * z.inverse();
    return z.frobenius(2) * z;
  }

 private:
  std::mt19937_64 bits_;
};

/// Elements at which carries and final subtractions go wrong first: 0, 1, 2, m - 1, (m ± 1)/2, and Montgomery
/// forms with limbs of all ones or none.
template <class F>
std::vector<F> edge_elements() {
  F half = F::from_u64(2).inverse();
  std::vector<F> out{F::zero(), F::one(), F::from_u64(2), -F::one(), -F::from_u64(2), half, half - F::one()};
  for (unsigned ones = 0; ones < 8; ++ones) {
    bn254::Limbs limbs{};
    for (unsigned i = 0; i < 3; ++i) limbs[i] = (ones >> i & 1) ? ~std::uint64_t{0} : 0;
    for (std::uint64_t top : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x30644e72e131a028}}) {
      limbs[3] = top;
      out.push_back({limbs});
    }
  }
  return out;
}

}  // namespace pegkit::test
