#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"

namespace pegkit::bridge {

enum class Settled { no, window, proven };
const char* settled_name(Settled settled);

/// Finds which epochs of a commitment thread are settled, so that their withdrawals may be paid
/// (doc/protocol.md, State proofs). These are always all epochs up to one, and none after it.
class Settlement {
 public:
  /// `tip`: height of the best chain.
  Settlement(const Params& params, std::uint32_t tip);

  /// Takes the next commitment of the thread. `layer2_root` is the layer 2's own state root at the epoch's
  /// block, nullopt while that block is not final. `proof` is called only when nothing else settles the
  /// epoch; its reason may be empty when the commitment claims no proof.
  void add(const Commitment& commitment, const std::optional<ByteArray<32>>& layer2_root,
           const std::function<Verdict()>& proof);
  /// Says that the thread ended for good after the commitments added so far.
  void end(const std::string& reason) { end_ = reason; }

  /// The epoch that a withdrawal of a layer-2 block belongs to: the first one of the thread whose block is
  /// not before it.
  std::uint64_t epoch_of(std::uint64_t l2_block) const;
  struct Answer {
    Settled settled = Settled::no;
    std::string reason;  ///< one lower-case sentence when not settled
  };
  Answer of(std::uint64_t epoch) const;
  Answer of_withdrawal(std::uint64_t l2_block) const { return of(epoch_of(l2_block)); }
  /// Names a commitment to a state that the layer 2 does not have; from its epoch on nothing is settled.
  /// Empty when there is none.
  const std::string& fault() const { return fault_; }

 private:
  void stop(std::string reason) { stop_ = std::move(reason); }

  Params::Proofs rules_;
  std::uint32_t epoch_blocks_, tip_;
  std::vector<Settled> settled_;        ///< of the epochs from first_ on
  std::optional<std::uint32_t> first_;  ///< epoch of the first commitment
  std::optional<std::uint32_t> last_;   ///< of the last one, settled or not
  std::string stop_, fault_, end_;      ///< why the epoch after settled_ is not settled, if it is committed
};

}  // namespace pegkit::bridge
