#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "proofs/ziren_proof.hpp"

namespace pegkit::app::commit_state {

/// --proof and --vk of `commit-state build`: the proof of the epoch that is committed.
class OfferedProof {
 public:
  void declare(Options& options);
  bool given() const { return !proof_file_.empty(); }
  /// Throws a usage error for one option without the other, and for standard input as both.
  void require_both() const;

  /// Reads both files; stdin before the data directory is asked for. Throws as read_state_proof and
  /// read_proof_key.
  void read_proof(Ports& ports);
  void read_key(Ports& ports, const bridge::Params& params);

  /// What the commitment carries; after read_proof.
  ByteArray<32> hash() const { return proof_->hash(); }
  /// The proof verifies and takes the layer 2 from the state of `before`, which is null for the first
  /// commitment of a thread, to `state_root`. Throws Error `proof.extends`, `proof.invalid` (exit 7),
  /// `public_values.length` (exit 3).
  void require_extends(const bridge::Params& params, const bridge::Commitment* before,
                       const ByteArray<32>& state_root) const;

 private:
  std::string proof_file_, key_file_;
  std::optional<proofs::ZirenProof> proof_;
  std::optional<proofs::ZirenKey> key_;
};

}  // namespace pegkit::app::commit_state
