#pragma once

#include <vector>

#include "base/verdict.hpp"
#include "proofs/groth16.hpp"

namespace pegkit::proofs {

/// A proof as read. Do not use `proof` unless `verdict` is valid.
struct Groth16ProofRead {
  proofs::Groth16Proof proof;
  Verdict verdict;
};
/// Public inputs as read. Do not use `inputs` unless `verdict` is valid.
struct InputsRead {
  std::vector<bn254::Fr> inputs;
  Verdict verdict;
};

/// Reads a verifying key as gnark's `WriteTo` or `WriteRawTo` writes it, with its commitment keys (gnark
/// backend/groth16/bn254/marshal.go). Throws Error `vk.truncated`, `vk.trailing`, `vk.length`, `vk.value`,
/// `vk.infinity`, `vk.commitments`, `vk.empty` (exit 3).
proofs::Groth16Key read_gnark_groth16_key(ByteView file);
/// Reads a proof, compressed or raw: Ar, Bs, Krs, the commitments and their proof of knowledge. Throws Error
/// `proof.truncated`, `proof.trailing`, `proof.length` (exit 3).
Groth16ProofRead read_gnark_groth16_proof(ByteView file);
/// Reads the 256 bytes of a raw proof without commitments, as Ziren keeps it.
Groth16ProofRead read_bare_groth16_proof(ByteView bytes256);
/// Reads a public witness (gnark backend/witness): the numbers of public values, of secret values and of
/// both, 4 bytes each, then the values. Throws Error `public.truncated`, `public.trailing`, `public.length`,
/// `public.count`, `public.secret` (exit 3).
InputsRead read_gnark_witness(ByteView file);

/// Throws Error `vk.infinity` (exit 3) when a key's α, β, γ or δ is infinity: a part of the equation would
/// then not count. `names` are their names in the key's format.
void require_finite(const proofs::Groth16Key& key, const std::array<const char*, 4>& names);

}  // namespace pegkit::proofs
