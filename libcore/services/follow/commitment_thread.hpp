#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "services/ports.hpp"
#include "store/event_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// The commitment of a mempool transaction that spends one of these coins, with height 0; nullopt when there
/// is none.
std::optional<bridge::Commitment> pending_commitment(net::BitcoinNode& node, const bridge::Params& params,
                                                     const std::vector<bitcoin::OutPoint>& coins);

/// A thread of commitments in the best chain, as the watcher saw it.
class ThreadView {
 public:
  /// Follows the chain to the node's tip, then the thread from the commitment `first`. Throws Error
  /// `thread.unconfirmed` (exit 4) when `first` is in the mempool only, `thread.unknown` (exit 3) when there
  /// is no such commitment.
  ThreadView(Ports& ports, const bridge::Params& params, const bitcoin::Txid& first);

  const std::vector<bridge::Commitment>& commitments() const { return commitments_; }
  const bridge::Commitment& last() const { return commitments_.back(); }
  const bridge::Commitment* find(std::uint32_t epoch) const;
  /// The coin that the next commitment spends.
  const bridge::SequencerCoin& tip() const { return tip_; }
  /// The reason why the thread ended; empty while it continues.
  const std::string& end() const { return end_; }

 private:
  struct Seen {
    bridge::Commitment commitment;
    bitcoin::BlockHash block;
  };
  void read_events();
  void require_known(const bitcoin::Txid& first);
  bool follow(const bitcoin::Txid& first);
  std::optional<store::WatchedCoin> thread_coin(const Seen& commitment);

  Ports& ports_;
  const bridge::Params& params_;
  std::map<bitcoin::Txid, Seen> seen_;  ///< the commitments of every thread
  std::vector<bridge::Commitment> commitments_;
  bridge::SequencerCoin tip_;
  std::string end_;
};

/// The commitment of a `commitment` event, without its signature.
bridge::Commitment commitment_from(const store::Event& event);

}  // namespace pegkit::services
