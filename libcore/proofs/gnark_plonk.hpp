#pragma once

#include "base/verdict.hpp"
#include "proofs/plonk.hpp"

namespace pegkit::proofs {

/// What was read of a proof; not to be used unless `verdict` is valid.
struct PlonkProofRead {
  proofs::PlonkProof proof;
  Verdict verdict;
};

/// A verifying key as gnark's `WriteTo` or `WriteRawTo` has it, with a version in front or without (gnark
/// backend/plonk/bn254/marshal.go); Ziren ships such a file. The 33,792 bytes of precomputed lines follow
/// from the key's points and are passed over: ours are made anew. Throws Error `vk.truncated`, `vk.trailing`,
/// `vk.length`, `vk.version`, `vk.value` (exit 3); PlonkVerifier checks what the values mean.
proofs::PlonkKey read_gnark_plonk_key(ByteView file);
/// A proof, compressed or raw. Throws Error `proof.truncated`, `proof.trailing`, `proof.length`,
/// `proof.values` (exit 3).
PlonkProofRead read_gnark_plonk_proof(ByteView file);
/// A proof as gnark's `MarshalSolidity` has it, and Ziren after four bytes: 768 bytes and 96 for each
/// commitment; another number of bytes is a false proof.
PlonkProofRead read_bare_plonk_proof(ByteView bytes, std::size_t commitments);

}  // namespace pegkit::proofs
