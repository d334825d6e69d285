#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/params.hpp"
#include "bridge/sequencer_root.hpp"
#include "optimistic/claim_tree.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::optimistic {

/// The sequencer's bond (doc/challenge.md, Sequencers): a P2TR output whose leaf i pays whoever shows two
/// one-time signatures of different roots for epoch first_epoch + i, and whose last leaf returns the bond to
/// the sequencer after a relative timelock. Its internal key is sequencer_internal_key.
class SequencerStake {
 public:
  /// `set` must be the one that the parameters name. Throws Error `stake.blocks` (exit 3) for a timelock that
  /// is not 1 to 65535 blocks.
  SequencerStake(const bridge::Params& params, const OtsKeySet& set, std::uint32_t recovery_blocks);

  const crypto::XOnlyKey& sequencer() const { return sequencer_; }
  std::uint32_t recovery_blocks() const { return recovery_blocks_; }
  std::uint32_t first_epoch() const { return first_epoch_; }
  std::uint32_t epochs() const { return static_cast<std::uint32_t>(keys_->size()); }
  crypto::XOnlyKey internal_key() const { return bridge::sequencer_internal_key(sequencer_); }
  const bitcoin::TapNode& root() const { return tree_.root(); }
  bitcoin::Script script_pubkey() const;

  struct Leaf {
    bitcoin::Script script;
    Bytes control_block;
  };
  /// Throws Error `epoch.range` (exit 7) for an epoch without a leaf.
  Leaf slash_leaf(std::uint32_t epoch) const;
  /// `<recovery_blocks> CSV DROP <sequencer> CHECKSIG`.
  Leaf recovery_leaf() const;

  /// Spends the bond by the leaf of `epoch`, and pays `amount` less the fee to `to`. Version 2,
  /// sequence 0xfffffffd. Throws Error `slash.evidence` (exit 3) unless both signatures are of that epoch and
  /// of different roots, `fee.uncovered` (exit 3) when nothing above dust is left, and Params' fee errors.
  struct Slash {
    bitcoin::Transaction tx;
    Sat fee;
    std::int64_t vsize = 0;
  };
  Slash slash(std::uint32_t epoch, const bridge::Equivocation& evidence, const bitcoin::OutPoint& outpoint,
              Sat amount, const bitcoin::Script& to, FeeRate rate, const bridge::Params& params) const;

  /// `pegkit/sequencer-stake`.
  Json to_json(const bridge::Params& params) const;
  /// Throws Error `document.derived` (exit 3), `stake.other` (exit 7) for another bridge's.
  static SequencerStake parse(const Json& document, const bridge::Params& params, const OtsKeySet& set);

 private:
  crypto::XOnlyKey sequencer_;
  std::uint32_t first_epoch_, recovery_blocks_;
  std::shared_ptr<const std::vector<crypto::OtsPublicKey>> keys_;
  ClaimTree tree_;
};

/// The script that a stake document states, unchecked: for callers that lack the one-time keys.
bitcoin::Script stated_stake_script(const Json& document);

}  // namespace pegkit::optimistic
