#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "proofs/ziren_proof.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// Bounds of what is read: a verifying key, and one published proof.
inline constexpr std::size_t max_key_file = 1u << 20;
inline constexpr std::size_t max_proof_file = 4u << 20;

/// The verifying key that the parameters name. Throws Error `params.proofs`, `file.size` (exit 3),
/// `vk.differs` (exit 7) for another file, and ZirenKey's.
proofs::ZirenKey read_proof_key(Ports& ports, const bridge::Params& params, const std::string& path);
/// One proof document. Throws Error `file.size` and ZirenProof's (exit 3).
proofs::ZirenProof read_state_proof(Ports& ports, const std::string& path);

/// What can be said of the proof that a commitment claims.
enum class ProofStanding { none, unpublished, valid, invalid };
const char* proof_standing_name(ProofStanding standing);
struct ProofFinding {
  ProofStanding standing = ProofStanding::none;
  std::string reason;  ///< one lower-case sentence when invalid
};

/// `pegkit/commitment-check`.
Json commitment_check_document(const bridge::Commitment& commitment, const ProofFinding& finding);

/// The folder in which the proofs of a thread are published, one document an epoch with its number as name
/// (`7.json`), and the key that they must verify under. Nothing else in the folder is looked at.
class StateProofs {
 public:
  StateProofs(const bridge::Params::Proofs& rules, proofs::ZirenKey key, std::filesystem::path folder);

  /// The proof of a commitment; `before` is the one before it in its thread, null for the first. Whatever is
  /// wrong with the file makes the proof invalid; a file that is not there is unpublished.
  ProofFinding examine(const bridge::Commitment* before, const bridge::Commitment& commitment) const;

 private:
  bridge::Params::Proofs rules_;
  proofs::ZirenKey key_;
  std::filesystem::path folder_;
};

}  // namespace pegkit::services
