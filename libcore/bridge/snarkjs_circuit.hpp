#pragma once

#include <span>

#include "base/json.hpp"
#include "bridge/snarkjs_json.hpp"
#include "crypto/plonk_domain.hpp"

namespace pegkit::bridge {

/// What the keys of snarkjs' PLONK and fflonk have in common.
struct SnarkjsCircuit {
  std::uint32_t inputs = 0;  ///< public inputs
  crypto::PlonkDomain domain;
  crypto::bn254::Fr k1, k2;  ///< the shifts of the second and third wire's domain
  crypto::bn254::G2 tau;     ///< [τ]₂

  /// Reads nPublic, power, k1, k2, w and X_2. Throws Error (exit 3) with the field's path, `vk.value`;
  /// `vk.domain` when "w" is not the domain's generator, `vk.coset`, `vk.inputs` and `vk.kzg` for a key that
  /// no circuit has.
  static SnarkjsCircuit read(JsonObject& key, SnarkjsReader& reader);

  /// A point x that is not of the domain, with what public inputs come to there.
  struct At {
    crypto::bn254::Fr first;          ///< L₀(x)
    crypto::bn254::Fr public_inputs;  ///< Σ inputᵢ·Lᵢ(x)
  };
  /// `vanishing` is xⁿ - 1.
  At at(const crypto::bn254::Fr& x, const crypto::bn254::Fr& vanishing,
        std::span<const crypto::bn254::Fr> values) const;
  /// As many as the key has.
  Verdict check_count(std::span<const crypto::bn254::Fr> values) const;
};

}  // namespace pegkit::bridge
