#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "proofs/ziren_proof.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The longest files that are read, in bytes: a verifying key, and one published proof.
inline constexpr std::size_t max_key_file = 1u << 20;
inline constexpr std::size_t max_proof_file = 4u << 20;

/// The verifying key that the parameters name by its hash. Throws Error `params.proofs`, `file.size` (exit
/// 3), `vk.differs` (exit 7) for another file, and as ZirenKey.
proofs::ZirenKey read_proof_key(Ports& ports, const bridge::Params& params, const std::string& path);
/// One proof document. Throws Error `file.size`, and as ZirenProof (exit 3).
proofs::ZirenProof read_state_proof(Ports& ports, const std::string& path);

/// The proof that a commitment names by its hash: it names none, or its file is missing, valid or invalid.
enum class ProofStanding { none, unpublished, valid, invalid };
const char* proof_standing_name(ProofStanding standing);
struct ProofFinding {
  ProofStanding standing = ProofStanding::none;
  std::string reason;  ///< one lower-case sentence when invalid
};

/// `pegkit/commitment-check`.
Json commitment_check_document(const bridge::Commitment& commitment, const ProofFinding& finding);

/// The folder in which the proofs of a thread are published, and the key under which they must verify. The
/// proof of epoch 7 is `7.json`; other files in the folder are not read.
class StateProofs {
 public:
  StateProofs(const bridge::Params::Proofs& rules, proofs::ZirenKey key, std::filesystem::path folder);

  /// Checks the proof of a commitment; `before` is the commitment before it in its thread, null for the
  /// first. Any fault of the file makes the proof invalid; without a file it is unpublished.
  ProofFinding examine(const bridge::Commitment* before, const bridge::Commitment& commitment) const;

 private:
  bridge::Params::Proofs rules_;
  proofs::ZirenKey key_;
  std::filesystem::path folder_;
};

}  // namespace pegkit::services
