#include "bridge/state_proof.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace pegkit::bridge {
namespace {

/// Why the roots cannot be read; empty when they can.
std::string length_fault(const Params::Proofs& proofs, const proofs::ZirenProof& proof) {
  std::size_t needed = std::size_t{std::max(proofs.previous_root, proofs.root)} + 32;
  if (proof.public_values.size() >= needed) return {};
  return fmt::format("the public values have {} bytes, the parameters look for state roots in the first {}",
                     proof.public_values.size(), needed);
}

ByteArray<32> root_at(const Bytes& public_values, std::uint32_t offset) {
  ByteArray<32> out{};
  std::copy_n(public_values.begin() + offset, out.size(), out.begin());
  return out;
}

/// Checks that the proof's program and the length of its public values are those that the parameters ask for.
/// The proof system needs no check here: it follows from the key.
Verdict check_form(const Params::Proofs& proofs, const proofs::ZirenProof& proof) {
  if (proof.program != proofs.program)
    return Verdict::no(fmt::format("the proof is of the program {}, the parameters ask for {}",
                                   to_hex(proof.program), to_hex(proofs.program)));
  if (std::string fault = length_fault(proofs, proof); !fault.empty()) return Verdict::no(fault);
  return {};
}

Verdict hash_verdict(const proofs::ZirenProof& proof, const Commitment& commitment) {
  crypto::Hash256 hash = proof.hash();
  if (hash == commitment.record.proof_hash) return {};
  return Verdict::no(fmt::format("the published proof has the hash {}, epoch {} is committed with {}",
                                 to_hex(hash), commitment.record.epoch,
                                 to_hex(commitment.record.proof_hash)));
}

}  // namespace

StateTransition state_transition(const Params::Proofs& proofs, const proofs::ZirenProof& proof) {
  if (std::string fault = length_fault(proofs, proof); !fault.empty())
    throw input_error("public_values.length", fault).field("public_inputs");
  return {root_at(proof.public_values, proofs.previous_root), root_at(proof.public_values, proofs.root)};
}

Verdict check_any_transition(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                             const proofs::ZirenProof& proof) {
  require_key(proofs, key);
  if (Verdict verdict = check_form(proofs, proof); !verdict) return verdict;
  return key.verify(proof);
}

Verdict check_transition(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                         const proofs::ZirenProof& proof, const ByteArray<32>& before,
                         const ByteArray<32>& after) {
  require_key(proofs, key);
  if (Verdict verdict = check_form(proofs, proof); !verdict) return verdict;
  StateTransition transition = state_transition(proofs, proof);
  if (transition.from != before)
    return Verdict::no(fmt::format("the proof goes on from the state root {}, the epoch before ended in {}",
                                   to_hex(transition.from), to_hex(before)));
  if (transition.to != after)
    return Verdict::no(
        fmt::format("the proof is of the state root {}, not of {}", to_hex(transition.to), to_hex(after)));
  return key.verify(proof);
}

Verdict check_commitment_proof(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                               const proofs::ZirenProof& proof, const Commitment& before,
                               const Commitment& commitment) {
  if (Verdict verdict = hash_verdict(proof, commitment); !verdict) return verdict;
  return check_transition(proofs, key, proof, before.record.state_root, commitment.record.state_root);
}

Verdict check_first_commitment_proof(const Params::Proofs& proofs, const proofs::ZirenKey& key,
                                     const proofs::ZirenProof& proof, const Commitment& commitment) {
  if (Verdict verdict = hash_verdict(proof, commitment); !verdict) return verdict;
  if (std::string fault = length_fault(proofs, proof); !fault.empty()) return Verdict::no(fault);
  return check_transition(proofs, key, proof, state_transition(proofs, proof).from,
                          commitment.record.state_root);
}

void require_key(const Params::Proofs& proofs, const proofs::ZirenKey& key) {
  if (key.system() == proofs.system && key.hash() == proofs.verifying_key) return;
  throw refused("vk.differs", fmt::format("the verifying key has the hash {}, the parameters name {}",
                                          to_hex(key.hash()), to_hex(proofs.verifying_key)));
}

}  // namespace pegkit::bridge
