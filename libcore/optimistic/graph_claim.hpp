#pragma once

#include <cstdint>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/taproot.hpp"
#include "bitcoin/transaction.hpp"
#include "crypto/hash.hpp"

namespace pegkit::optimistic {

/// The scripts of a claim in the outputs of one graph, made from a claim program and the graph's keys
/// (graph_program.hpp). The graph does not know what they prove.
///
/// Sizes are upper bounds, in bytes, of the stack elements of a spend: each with its length, with signatures,
/// without script and control block.
class GraphClaim {
 public:
  virtual ~GraphClaim() = default;

  /// Hashes of the key sets that the scripts hold (OtsKeySet::hash).
  virtual crypto::Hash256 operator_keys() const = 0;
  virtual crypto::Hash256 sequencer_keys() const = 0;
  /// The operator's set as a document.
  virtual Json operator_keys_document() const = 0;

  /// The leaf of the stake that makes the kickoff.
  virtual bitcoin::Script kickoff_leaf() const = 0;
  virtual std::int64_t kickoff_stack() const = 0;

  /// Assert parts: kickoff:2 and up, in order.
  virtual std::size_t parts() const = 0;
  virtual bitcoin::TapNode part_root(std::size_t part) const = 0;
  /// The leaf of a part. Part 0 has one leaf for each epoch; the other parts ignore `epoch`.
  virtual bitcoin::Script part_leaf(std::size_t part, std::uint32_t epoch) const = 0;
  /// Siblings from that leaf to part_root().
  virtual std::vector<bitcoin::TapNode> part_path(std::size_t part, std::uint32_t epoch) const = 0;
  virtual std::int64_t part_stack(std::size_t part) const = 0;

  /// Disprove leaves of kickoff:1, one for each step.
  virtual std::size_t steps() const = 0;
  virtual bitcoin::Script step_leaf(std::size_t step) const = 0;
  virtual bitcoin::TapNode step_hash(std::size_t step) const = 0;  ///< leaf hash of step_leaf()
  virtual std::int64_t step_size(std::size_t step) const = 0;      ///< bytes of step_leaf()
  virtual std::int64_t step_stack(std::size_t step) const = 0;
};

}  // namespace pegkit::optimistic
