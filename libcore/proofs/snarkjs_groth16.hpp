#pragma once

#include "base/json.hpp"
#include "proofs/gnark_groth16.hpp"

namespace pegkit::proofs {

/// Reads snarkjs' `verification_key.json` of protocol groth16, curve bn128. `vk_alphabeta_12` follows from
/// the rest and is not read. Throws Error (exit 3) with the field's path: `vk.value` for a false value,
/// `vk.infinity`, `vk.inputs` when nPublic and IC disagree.
proofs::Groth16Key read_snarkjs_groth16_key(const Json& document);
/// Reads `proof.json`. Throws Error (exit 3) with the path for a document of another form.
Groth16ProofRead read_snarkjs_groth16_proof(const JsonField& document);
/// Reads `public.json`, an array of decimal strings. Reasons name "public[2]" when the field's path
/// is "public".
InputsRead read_snarkjs_inputs(const JsonField& document);

}  // namespace pegkit::proofs
