#pragma once

#include <span>

#include "base/json.hpp"
#include "proofs/plonk_domain.hpp"
#include "proofs/snarkjs_json.hpp"

namespace pegkit::proofs {

/// The common part of snarkjs' PLONK and fflonk keys.
struct SnarkjsCircuit {
  std::uint32_t inputs = 0;  ///< public inputs
  proofs::PlonkDomain domain;
  bn254::Fr k1, k2;  ///< shifts of the domain for the second and third wire
  bn254::G2 tau;     ///< [τ]₂

  /// Reads nPublic, power, k1, k2, w and X_2. Throws Error (exit 3) with the field's path: `vk.value` for a
  /// false value, `vk.domain` when "w" is not the domain's generator, `vk.coset`, `vk.inputs` or `vk.kzg` for
  /// a key that no circuit can have.
  static SnarkjsCircuit read(JsonObject& key, SnarkjsReader& reader);

  /// Values at a point x outside the domain.
  struct At {
    bn254::Fr first;          ///< L₀(x)
    bn254::Fr public_inputs;  ///< Σ inputᵢ·Lᵢ(x)
  };
  /// Computes them; `vanishing` is xⁿ - 1.
  At at(const bn254::Fr& x, const bn254::Fr& vanishing, std::span<const bn254::Fr> values) const;
  /// Not valid unless there are as many public inputs as the key has.
  Verdict check_count(std::span<const bn254::Fr> values) const;
};

}  // namespace pegkit::proofs
