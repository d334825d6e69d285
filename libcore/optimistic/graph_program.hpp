#pragma once

#include <memory>
#include <vector>

#include "optimistic/claim_tree.hpp"
#include "optimistic/graph_document.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::optimistic {

/// The constants of a graph's claim program.
ClaimConstants claim_constants(const bridge::Params& params, const bitcoin::OutPoint& deposit,
                               const crypto::XOnlyKey& operator_key);

/// Names the graph that an operator's one-time keys are for, before its stake is there: tagged hash
/// `pegkit/graph` of the parameters' hash ‖ deposit txid 32 ‖ vout 4 BE ‖ operator's x-only key.
ByteArray<32> graph_id(const bridge::Params& params, const bitcoin::OutPoint& deposit,
                       const crypto::XOnlyKey& operator_key);
/// The operator's set of public one-time keys, from its seed.
OtsKeySet operator_key_set(const crypto::SecretKey& seed, const bridge::Params& params,
                           const bitcoin::OutPoint& deposit, const crypto::XOnlyKey& operator_key);
/// The stake's script for an operator's set. It can be made before there is a graph.
bitcoin::Script stake_script(const bridge::Params& params, const bitcoin::OutPoint& deposit,
                             const crypto::XOnlyKey& operator_key, const OtsKeySet& operator_set);

/// The claim program's scripts in a graph, with the operator's and the sequencer's keys.
class ProgramClaim : public GraphClaim {
 public:
  /// Throws Error `deposit.unfunded` (exit 4), `graph.keys` (exit 3) for a set that does not fit the program
  /// or the parameters; the Error's field names the set.
  ProgramClaim(const GraphSubject& subject, OtsKeySet operator_set, OtsKeySet sequencer_set);

  const ClaimProgram& program() const { return program_; }
  const ClaimLayout& layout() const { return layout_; }
  const ClaimKeys& keys() const { return keys_; }  ///< the operator's, by value
  /// The sequencer's, by epoch, from the parameters' first one on.
  const std::vector<crypto::OtsPublicKey>& sequencer() const { return sequencer_; }

  const OtsKeySet& operator_set() const { return operator_set_; }

  crypto::Hash256 operator_keys() const override { return operator_set_.hash(); }
  crypto::Hash256 sequencer_keys() const override { return sequencer_hash_; }
  Json operator_keys_document() const override { return operator_set_.to_json(); }

  bitcoin::Script kickoff_leaf() const override;
  std::int64_t kickoff_stack() const override;
  std::size_t parts() const override { return layout_.parts(); }
  bitcoin::TapNode part_root(std::size_t part) const override;
  bitcoin::Script part_leaf(std::size_t part, std::uint32_t epoch) const override;
  std::vector<bitcoin::TapNode> part_path(std::size_t part, std::uint32_t epoch) const override;
  std::int64_t part_stack(std::size_t part) const override;
  std::size_t steps() const override { return disprove_.size(); }
  bitcoin::Script step_leaf(std::size_t step) const override { return disprove_.leaf(step); }
  bitcoin::TapNode step_hash(std::size_t step) const override { return disprove_.hash(step); }
  std::int64_t step_size(std::size_t step) const override;
  std::int64_t step_stack(std::size_t step) const override;

 private:
  std::size_t epoch_index(std::uint32_t epoch) const;

  OtsKeySet operator_set_;
  crypto::Hash256 sequencer_hash_;
  crypto::XOnlyKey operator_key_;
  std::uint32_t first_epoch_;
  ClaimProgram program_;
  ClaimLayout layout_;
  ClaimKeys keys_;
  std::vector<crypto::OtsPublicKey> sequencer_;
  ClaimTree epochs_, disprove_;
  std::vector<bitcoin::TapNode> part_roots_;
};

/// Reads the operator's set from a graph document and makes the claim with the sequencer's.
ClaimMaker program_claims(OtsKeySet sequencer_set);

}  // namespace pegkit::optimistic
