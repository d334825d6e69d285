#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bridge/transaction_kind.hpp"
#include "optimistic/graph.hpp"
#include "services/follow/spend_view.hpp"

namespace pegkit::services {

/// Where a transaction of a graph stands, for people: "absent", "in the mempool", "confirmed at 812".
std::string place_text(const std::optional<SpendSeen>& seen);

/// The transaction that spends the bond of a kickoff, in a block or in the mempool.
enum class GraphEnding { none, take_fast, take_final, reclaim, assert_timeout, disprove };
/// The kind of the transaction that ends the bond so; `unnamed` for none.
bridge::TransactionKind transaction_kind(GraphEnding ending);
const char* graph_ending_name(GraphEnding ending);  ///< of that kind, or "none"

/// One graph in the best chain and the mempool. A transaction that is in neither is nullopt.
struct GraphStatus {
  std::uint32_t tip = 0;
  std::optional<std::uint32_t> deposit_height, stake_height;  ///< of the blocks that hold them
  std::optional<SpendSeen> lock;
  std::optional<SpendSeen> refund;  ///< spends the deposit and is not the lock
  std::optional<SpendSeen> kickoff;
  std::optional<SpendSeen> stake_return;          ///< spends the stake and is not the kickoff
  std::optional<SpendSeen> taken;                 ///< spends the locked coin, whether one of the takes or not
  std::optional<SpendSeen> challenge;             ///< spends the challenge connector and is not take-fast
  std::vector<std::optional<SpendSeen>> asserts;  ///< by part: spends its output and not the bond
  std::optional<SpendSeen> end;                   ///< spends the bond
  GraphEnding ending = GraphEnding::none;

  /// The number of confirmations; 0 for a transaction that is in no block.
  std::uint32_t depth(const std::optional<SpendSeen>& seen) const;
  /// Blocks until the mempool accepts a spend of the kickoff with the relative timelock `window`; 0 means
  /// now. Throws Error `kickoff.unconfirmed` (exit 4) without a confirmed kickoff.
  std::uint32_t blocks_left(std::uint32_t window) const;
  /// True when another transaction than this graph's takes spends the locked coin.
  bool lost_deposit(const optimistic::Graph& graph) const;
};

/// Watches every output of a graph from now on.
void follow_graph(SpendView& view, const optimistic::Graph& graph);
/// The status of a watched graph; call view.sync() before.
GraphStatus graph_status(SpendView& view, const optimistic::Graph& graph);

}  // namespace pegkit::services
