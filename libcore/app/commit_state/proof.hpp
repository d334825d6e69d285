#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "proofs/ziren_proof.hpp"

namespace pegkit::app::commit_state {

/// --proof and --vk of `commit-state build`: the state proof of the committed epoch and its verifying key.
class OfferedProof {
 public:
  void declare(Options& options);
  bool given() const { return !proof_file_.empty(); }
  /// Throws a usage error (exit 2) when only one option was given, or when both are "-".
  void require_both() const;

  /// Reads the proof; call it before the data directory is locked, because it may come from stdin. Throws as
  /// read_state_proof.
  void read_proof(Ports& ports);
  /// Reads the verifying key. Throws as read_proof_key.
  void read_key(Ports& ports, const bridge::Params& params);

  /// The proof hash that the commitment carries; call read_proof first.
  ByteArray<32> hash() const { return proof_->hash(); }
  /// Checks that the proof is valid and leads from the state root of `before` to `state_root`; `before` is
  /// null for the first commitment of a thread. Throws Error `proof.extends`, `proof.invalid` (exit 7),
  /// `public_values.length` (exit 3).
  void require_extends(const bridge::Params& params, const bridge::Commitment* before,
                       const ByteArray<32>& state_root) const;

 private:
  std::string proof_file_, key_file_;
  std::optional<proofs::ZirenProof> proof_;
  std::optional<proofs::ZirenKey> key_;
};

}  // namespace pegkit::app::commit_state
