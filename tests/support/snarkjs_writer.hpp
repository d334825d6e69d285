#pragma once

#include <algorithm>
#include <string>

#include "base/json.hpp"
#include "proofs/groth16.hpp"

namespace pegkit::test {

/// Documents as snarkjs writes them.
namespace snarkjs {

/// A big-endian number of any length.
inline std::string decimal(Bytes number) {
  std::string digits;
  while (std::ranges::any_of(number, [](std::uint8_t byte) { return byte != 0; })) {
    unsigned rest = 0;
    for (std::uint8_t& byte : number) {
      rest = rest << 8 | byte;
      byte = static_cast<std::uint8_t>(rest / 10);
      rest %= 10;
    }
    digits.push_back(static_cast<char>('0' + rest));
  }
  std::ranges::reverse(digits);
  return digits.empty() ? "0" : digits;
}

inline Json json(const bn254::Fr& value) {
  return decimal(to_bytes(value.bytes()));
}
inline Json json(const bn254::Fp& value) {
  return decimal(to_bytes(value.bytes()));
}
inline Json json(const bn254::Fp2& value) {
  return Json::array({json(value.c0), json(value.c1)});
}
inline Json json(const bn254::G1& point) {
  if (point.infinity) return Json::array({"0", "1", "0"});
  return Json::array({json(point.x), json(point.y), "1"});
}
inline Json json(const bn254::G2& point) {
  if (point.infinity)
    return Json::array({json(bn254::Fp2::zero()), json(bn254::Fp2::one()), json(bn254::Fp2::zero())});
  return Json::array({json(point.x), json(point.y), json(bn254::Fp2::one())});
}

inline Json json(const proofs::Groth16Proof& proof) {
  return {{"pi_a", json(proof.a)},
          {"pi_b", json(proof.b)},
          {"pi_c", json(proof.c)},
          {"protocol", "groth16"},
          {"curve", "bn128"}};
}
inline Json json(const proofs::Groth16Key& key) {
  Json out = {{"protocol", "groth16"},
              {"curve", "bn128"},
              {"nPublic", key.ic.size() - 1},
              {"vk_alpha_1", json(key.alpha)},
              {"vk_beta_2", json(key.beta)},
              {"vk_gamma_2", json(key.gamma)},
              {"vk_delta_2", json(key.delta)},
              {"vk_alphabeta_12", Json::array()},
              {"IC", Json::array()}};
  for (const auto& point : key.ic) out["IC"].push_back(json(point));
  return out;
}
inline Json json(const std::vector<bn254::Fr>& inputs) {
  Json out = Json::array();
  for (const auto& input : inputs) out.push_back(json(input));
  return out;
}

}  // namespace snarkjs
}  // namespace pegkit::test
