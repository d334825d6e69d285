#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bridge/params.hpp"
#include "bridge/sequencer_root.hpp"
#include "optimistic/ots_keys.hpp"
#include "services/ports.hpp"
#include "store/root_store.hpp"

namespace pegkit::services {

/// The sequencer's one-time keys of an optimistic bridge, kept in the data directory. With them the watcher
/// recognises signatures of roots in any transaction, and follows the thread from its opening on.
class SequencerKeys {
 public:
  /// The set in `file`, checked against the parameters and kept; where `file` is empty the set that was kept
  /// before. Throws Error `params.quorum` (exit 3), `sequencer.keys` (exit 2) when no set was kept,
  /// `sequencer.keys_differ` (exit 7) for another set than the parameters name.
  SequencerKeys(Ports& ports, const bridge::Params& params, const std::string& file);
  /// Keeps a set that was read already; true when it is new.
  static bool keep(Ports& ports, const bridge::Params& params, const optimistic::OtsKeySet& set);

  std::uint32_t first_epoch() const { return sequencer_.first_epoch; }
  bool has(std::uint32_t epoch) const {
    return epoch >= sequencer_.first_epoch && epoch - sequencer_.first_epoch < sequencer_.epochs;
  }
  /// Throws Error `epoch.range` (exit 7) for an epoch without a key.
  crypto::OtsPublicKey key(std::uint32_t epoch) const;
  bridge::EpochOutput output(std::uint32_t epoch) const;
  /// The script that continues a thread after the commitment of `epoch`; after the last epoch the script of
  /// the sequencer's own key.
  bitcoin::Script next_script(std::uint32_t epoch) const;
  const crypto::XOnlyKey& sequencer() const { return sequencer_.key; }

 private:
  bridge::Params::Challenge::Sequencer sequencer_;
  mutable store::RootStore store_;  ///< only read
};

/// The set of a `pegkit/ots-keys` document, checked against the parameters' hash, first epoch and number.
optimistic::OtsKeySet read_sequencer_set(const Json& document, const bridge::Params& params);

/// A signature of a root that a transaction shows, under a sequencer's key kept in this data directory.
struct RootSeen {
  std::uint32_t epoch = 0;
  bridge::RevealedRoot revealed;
};
std::vector<RootSeen> roots_shown(store::RootStore& store, const bitcoin::Transaction& tx);

}  // namespace pegkit::services
