#pragma once

#include <cstdint>
#include <optional>

#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "proofs/ziren_proof.hpp"

namespace pegkit::bridge {

/// The statement of a state proof: the program took the layer 2 from one state root to the next.
struct StateTransition {
  ByteArray<32> from{}, to{};
  friend bool operator==(const StateTransition&, const StateTransition&) = default;
};

/// Reads the two roots from the public values, at the offsets that params.proofs gives. Throws Error
/// `public_values.length` (exit 3) when the values are too short.
StateTransition state_transition(const Params::Proofs& proofs, const proofs::ZirenProof& proof);

/// Throws Error `vk.differs` (exit 7) when `key` is not the parameters' key.
void require_key(const Params::Proofs& proofs, const proofs::ZirenKey& key);

/// Checks that the proof verifies under `key`, is of the parameters' program, and that its roots can be read.
/// Throws as require_key.
Verdict check_any_transition(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                             const proofs::ZirenProof& proof);

/// Checks that the proof verifies under `key`, is of the parameters' program, and goes from `before` to
/// `after`. Throws as require_key.
Verdict check_transition(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                         const proofs::ZirenProof& proof, const ByteArray<32>& before,
                         const ByteArray<32>& after);

/// Checks the published proof of a commitment: its hash is the commitment's, and it takes the state from the
/// commitment before to this one. Throws as require_key, for a proof with that hash.
Verdict check_commitment_proof(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                               const proofs::ZirenProof& proof, const Commitment& before,
                               const Commitment& commitment);
/// The same for a thread's first commitment. No state is committed before it, so the proof only has to end in
/// its root.
Verdict check_first_commitment_proof(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                                     const proofs::ZirenProof& proof, const Commitment& commitment);

}  // namespace pegkit::bridge
