#pragma once

#include "base/verdict.hpp"
#include "proofs/plonk.hpp"

namespace pegkit::proofs {

/// A proof as read. Do not use `proof` unless `verdict` is valid.
struct PlonkProofRead {
  proofs::PlonkProof proof;
  Verdict verdict;
};

/// Reads a verifying key as gnark's `WriteTo` or `WriteRawTo` writes it, with a version in front or without
/// (gnark backend/plonk/bn254/marshal.go); Ziren ships such a file. Its 33,792 bytes of precomputed lines are
/// skipped, because PlonkVerifier computes them from the key's points. Throws Error `vk.truncated`,
/// `vk.trailing`, `vk.length`, `vk.version`, `vk.value` (exit 3). PlonkVerifier checks the values' meaning.
proofs::PlonkKey read_gnark_plonk_key(ByteView file);
/// Reads a proof, compressed or raw. Throws Error `proof.truncated`, `proof.trailing`, `proof.length`,
/// `proof.values` (exit 3).
PlonkProofRead read_gnark_plonk_proof(ByteView file);
/// Reads a proof as gnark's `MarshalSolidity` writes it: 768 bytes and 96 for each commitment. Ziren has the
/// same form after four bytes. A proof of another length is false.
PlonkProofRead read_bare_plonk_proof(ByteView bytes, std::size_t commitments);

}  // namespace pegkit::proofs
