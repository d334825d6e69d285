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

/// How the bond of a kickoff ended, or is about to end in the mempool.
enum class GraphEnding { none, take_fast, take_final, reclaim, assert_timeout, disprove };
/// The kind of the transaction that ends the bond so; `unnamed` for none.
bridge::TransactionKind transaction_kind(GraphEnding ending);
const char* graph_ending_name(GraphEnding ending);  ///< of that kind, or "none"

/// What best chain and mempool show of one graph. Every transaction is none while it is in neither.
struct GraphStatus {
  std::uint32_t tip = 0;
  std::optional<std::uint32_t> deposit_height, stake_height;  ///< of the blocks that made them
  std::optional<SpendSeen> lock;
  std::optional<SpendSeen> refund;  ///< the deposit was spent by something that is not the lock
  std::optional<SpendSeen> kickoff;
  std::optional<SpendSeen> stake_return;  ///< the stake was spent by something that is not the kickoff
  std::optional<SpendSeen> taken;         ///< what spends the locked coin, one of our takes or not
  std::optional<SpendSeen> challenge;     ///< spends the connector and is no take
  std::vector<std::optional<SpendSeen>> asserts;  ///< by part: spends its output and not the bond
  std::optional<SpendSeen> end;                   ///< spends the bond
  GraphEnding ending = GraphEnding::none;

  /// Confirmations: 0 in the mempool or nowhere.
  std::uint32_t depth(const std::optional<SpendSeen>& seen) const;
  /// Blocks until a spend with the relative lock `window` on the kickoff may enter the mempool; 0: now.
  /// Throws Error `kickoff.unconfirmed` (exit 4) without a confirmed kickoff.
  std::uint32_t blocks_left(std::uint32_t window) const;
  /// The locked coin went to somebody else than this graph's operator.
  bool lost_deposit(const optimistic::Graph& graph) const;
};

/// Watches every output of a graph from now on.
void follow_graph(SpendView& view, const optimistic::Graph& graph);
/// Of a graph that is watched; the view must be synced.
GraphStatus graph_status(SpendView& view, const optimistic::Graph& graph);

}  // namespace pegkit::services
