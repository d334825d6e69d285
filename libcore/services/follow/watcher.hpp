#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "bridge/params.hpp"
#include "services/follow/sightings.hpp"
#include "services/ports.hpp"
#include "store/event_store.hpp"
#include "store/header_store.hpp"
#include "store/root_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// The light node (doc/protocol.md): follows the chain with most work and searches its blocks for watched
/// scripts.
///
/// Events, watched coins and the scan position change together in one SQLite transaction, so a run killed at
/// any instruction continues where it was.
class Watcher {
 public:
  /// Called for every event after it is on the disk.
  using Emit = std::function<void(const store::Event&)>;

  Watcher(Ports& ports, const bridge::Params& params, Emit emit = {});

  struct Outcome {
    std::uint32_t height = 0;   ///< of our best chain
    std::uint32_t scanned = 0;  ///< of the last block that was searched
    std::uint32_t node_height = 0;
    bool node_behind = false;  ///< the node's chain has less work than ours, or lacks blocks of it
    bool at_tip() const { return scanned == height && !node_behind; }
  };
  /// Reads headers, undoes blocks that left the best chain, searches old blocks for new watches, then
  /// searches new blocks up to the tip. Returns early when the process is asked to stop. Throws
  /// `node.garbage` (exit 6) for a node that serves an invalid chain.
  Outcome sync(bool from_genesis = false);
  /// As sync; throws `node.behind` (exit 4) unless it ends at the node's tip.
  Outcome sync_to_tip();

 private:
  struct OutPointHash {
    std::size_t operator()(const bitcoin::OutPoint& outpoint) const;
  };
  /// The scripts, coins and records for which a block is searched.
  struct Interest {
    std::unordered_set<std::string> scripts;
    std::unordered_set<bitcoin::OutPoint, OutPointHash> coins;
    bool records = true;  ///< OP_RETURNs with the magic
    bool touches(const bitcoin::Transaction& tx, const bridge::Magic& magic) const;
  };

  void load_watches();
  void undo_stale_blocks();
  void rescan_for_new_watches();
  void scan_new_blocks();
  /// False when the node does not have the block.
  bool scan_block(const store::StoredHeader& block, Interest& interest);
  /// Finds the sequencer's signatures of roots in a transaction, and keeps them.
  std::vector<Touched::Root> roots_of(const bitcoin::Transaction& tx, const bitcoin::Txid& txid);
  /// After a commitment of a watched thread, watches the script that continues the thread.
  void follow_thread(const Touched& touched, const store::StoredHeader& block, Interest& interest);
  void record(const bitcoin::Transaction& tx, const bitcoin::Txid& txid, const store::StoredHeader& block,
              Interest& interest);
  void publish();

  Ports& ports_;
  const bridge::Params& params_;
  Emit emit_;
  store::Database& database_;
  store::HeaderStore headers_;
  store::EventStore events_;
  store::WatchStore watches_;
  store::RootStore roots_;
  std::unordered_map<std::string, store::Watch> by_script_;
  std::vector<store::Event> pending_;  ///< appended in a transaction that is not committed yet
  bool node_lacks_block_ = false;
};

}  // namespace pegkit::services
