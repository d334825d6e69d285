#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bridge/params.hpp"
#include "services/ports.hpp"
#include "store/header_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// A transaction that spends an outpoint.
struct SpendSeen {
  bitcoin::Transaction tx;
  bitcoin::Txid txid;
  std::optional<std::uint32_t> height;  ///< of its block in the best chain; nullopt: it is in the mempool
};

/// An outpoint of a graph as the best chain and the mempool show it.
struct OutpointSeen {
  bitcoin::OutPoint outpoint;
  std::optional<std::uint32_t> height;  ///< of the block that made it; nullopt: not in the best chain
  std::optional<SpendSeen> spend;
};

/// The transactions that spend the outputs of graphs: in the best chain as the light node saw it (each block
/// checked against its header), and in the node's mempool.
class SpendView {
 public:
  SpendView(Ports& ports, const bridge::Params& params);

  /// Watches these scripts as a graph's; blocks from `since` up are searched for those that are new. A script
  /// that is watched already keeps its kind.
  void watch(const std::vector<bitcoin::Script>& scripts, const std::string& label, std::uint32_t since);
  /// Follows the chain to the node's tip. Throws as Watcher::sync_to_tip.
  void sync();

  std::uint32_t tip() const { return tip_; }
  /// The number of blocks from the one at `height` to the tip, both counted.
  std::uint32_t depth(std::uint32_t height) const { return tip_ + 1 - height; }
  /// Outputs of watched scripts, in the order given; the node is asked once for all of them. Throws Error
  /// `node.garbage` (exit 6) when the node does not have a transaction of a block of its chain.
  std::vector<OutpointSeen> look(const std::vector<bitcoin::OutPoint>& outpoints);
  OutpointSeen look(const bitcoin::OutPoint& outpoint) { return look(std::vector{outpoint})[0]; }

 private:
  bitcoin::Transaction confirmed(const bitcoin::Txid& txid, std::uint32_t height);

  Ports& ports_;
  const bridge::Params& params_;
  store::HeaderStore headers_;
  store::WatchStore watches_;
  std::map<bitcoin::Txid, Bytes> raw_;  ///< confirmed transactions of graphs, serialized
  std::uint32_t tip_ = 0;
};

}  // namespace pegkit::services
