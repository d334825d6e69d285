#pragma once

#include <span>

#include "base/json.hpp"
#include "proofs/plonk_domain.hpp"
#include "proofs/snarkjs_json.hpp"

namespace pegkit::proofs {

/// What the keys of snarkjs' PLONK and fflonk have in common.
struct SnarkjsCircuit {
  std::uint32_t inputs = 0;  ///< public inputs
  proofs::PlonkDomain domain;
  bn254::Fr k1, k2;  ///< the shifts of the second and third wire's domain
  bn254::G2 tau;     ///< [τ]₂

  /// Reads nPublic, power, k1, k2, w and X_2. Throws Error (exit 3) with the field's path, `vk.value`;
  /// `vk.domain` when "w" is not the domain's generator, `vk.coset`, `vk.inputs` and `vk.kzg` for a key that
  /// no circuit has.
  static SnarkjsCircuit read(JsonObject& key, SnarkjsReader& reader);

  /// A point x that is not of the domain, with what public inputs come to there.
  struct At {
    bn254::Fr first;          ///< L₀(x)
    bn254::Fr public_inputs;  ///< Σ inputᵢ·Lᵢ(x)
  };
  /// `vanishing` is xⁿ - 1.
  At at(const bn254::Fr& x, const bn254::Fr& vanishing, std::span<const bn254::Fr> values) const;
  /// As many as the key has.
  Verdict check_count(std::span<const bn254::Fr> values) const;
};

}  // namespace pegkit::proofs
