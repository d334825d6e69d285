#include "proofs/plonk_domain.hpp"

#include <bit>

#include "base/error.hpp"

namespace pegkit::proofs {

using bn254::Fr;

namespace {

constexpr unsigned max_log_size = 28;  // 2^28 is the highest power of two in r - 1

}  // namespace

PlonkDomain::PlonkDomain(std::uint64_t size, const Fr& generator)
    : size_(size), generator_(generator), size_inverse_(Fr::from_u64(size).inverse()) {
  if (size < 2 || size > std::uint64_t{1} << max_log_size || !std::has_single_bit(size))
    throw input_error("vk.domain", "the domain's size is not a power of two from 2^1 to 2^28");
  if (generator.pow({size / 2, 0, 0, 0}) != -Fr::one())
    throw input_error("vk.domain", "the generator's order is not the domain's size");
}

PlonkDomain PlonkDomain::of_log_size(unsigned log_size) {
  if (log_size < 1 || log_size > max_log_size)
    throw input_error("vk.domain", "the domain's size is not a power of two from 2^1 to 2^28");
  bn254::Limbs exponent = bn254::scalar_modulus;  // r is odd, so shifting r also subtracts the one of r - 1
  for (std::size_t i = 0; i < exponent.size(); ++i)
    exponent[i] = exponent[i] >> log_size |
                  (i + 1 < exponent.size() ? bn254::scalar_modulus[i + 1] << (64 - log_size) : 0);
  return {std::uint64_t{1} << log_size, Fr::from_u64(5).pow(exponent)};
}

Fr PlonkDomain::to_size(Fr x) const {
  for (std::uint64_t n = size_; n > 1; n /= 2) x = x.square();
  return x;
}

bool PlonkDomain::cosets_differ(const Fr& k1, const Fr& k2) const {
  const Fr one = Fr::one(), a = to_size(k1), b = to_size(k2);
  return !a.is_zero() && !b.is_zero() && a != one && b != one && a != b;
}

std::vector<Fr> PlonkDomain::lagrange(const Fr& x, const Fr& vanishing,
                                      std::span<const std::uint64_t> indexes) const {
  std::vector<Fr> powers, out;
  std::uint64_t last = 0;
  Fr power = Fr::one();
  for (std::uint64_t index : indexes) {
    // Public inputs have consecutive indexes: one multiplication for each instead of a power.
    power = index == last + 1 ? power * generator_ : index == last ? power : generator_.pow({index, 0, 0, 0});
    last = index;
    powers.push_back(power);
    out.push_back(x - power);
  }
  bn254::invert_all<bn254::ScalarModulus>(out);
  const Fr factor = vanishing * size_inverse_;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] *= powers[i] * factor;
  return out;
}

}  // namespace pegkit::proofs
