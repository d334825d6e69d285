#pragma once

#include <vector>

#include "base/verdict.hpp"
#include "proofs/groth16.hpp"

namespace pegkit::proofs {

/// What was read of a proof; not to be used unless `verdict` is valid.
struct Groth16ProofRead {
  proofs::Groth16Proof proof;
  Verdict verdict;
};
/// Likewise of public inputs.
struct InputsRead {
  std::vector<bn254::Fr> inputs;
  Verdict verdict;
};

/// A verifying key as gnark's `WriteTo` or `WriteRawTo` has it, with its commitment keys (gnark
/// backend/groth16/bn254/marshal.go). Throws Error `vk.truncated`, `vk.trailing`, `vk.value`, `vk.infinity`,
/// `vk.commitments`, `vk.empty` (exit 3).
proofs::Groth16Key read_gnark_groth16_key(ByteView file);
/// A proof, compressed or raw: Ar, Bs, Krs, the commitments and their proof of knowledge. Throws Error
/// `proof.truncated`, `proof.trailing`.
Groth16ProofRead read_gnark_groth16_proof(ByteView file);
/// The first 256 bytes of a raw proof, without commitments, as Ziren keeps it.
Groth16ProofRead read_bare_groth16_proof(ByteView bytes256);
/// A public witness (gnark backend/witness): counts of public and secret values and of both, 4 bytes each,
/// and the values. Throws Error `public.truncated`, `public.trailing`, `public.count`, `public.secret`.
InputsRead read_gnark_witness(ByteView file);

/// For keys from anywhere: throws Error `vk.infinity` when α, β, γ or δ is infinity, so that part of the
/// equation would not count. `names` are theirs.
void require_finite(const proofs::Groth16Key& key, const std::array<const char*, 4>& names);

}  // namespace pegkit::proofs
