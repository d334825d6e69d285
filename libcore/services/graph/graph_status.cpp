#include "services/graph/graph_status.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace pegkit::services {
namespace {

using bitcoin::OutPoint;

bool spends(const bitcoin::Transaction& tx, const OutPoint& outpoint) {
  return std::ranges::any_of(tx.inputs, [&](const auto& input) { return input.prevout == outpoint; });
}

GraphEnding ending_of(const optimistic::Graph& graph, const SpendSeen& end) {
  if (end.txid == graph.take_fast().tx.txid()) return GraphEnding::take_fast;
  if (end.txid == graph.take_final().tx.txid()) return GraphEnding::take_final;
  if (end.txid == graph.reclaim().tx.txid()) return GraphEnding::reclaim;
  for (std::size_t i = 0; i < graph.parts(); ++i)
    if (spends(end.tx, graph.part(i))) return GraphEnding::assert_timeout;
  return GraphEnding::disprove;
}

}  // namespace

std::string place_text(const std::optional<SpendSeen>& seen) {
  if (!seen) return "absent";
  return seen->height ? fmt::format("confirmed at {}", *seen->height) : "in the mempool";
}

bridge::TransactionKind transaction_kind(GraphEnding ending) {
  using Kind = bridge::TransactionKind;
  switch (ending) {
    case GraphEnding::none:
      return Kind::unnamed;
    case GraphEnding::take_fast:
      return Kind::take_fast;
    case GraphEnding::take_final:
      return Kind::take_final;
    case GraphEnding::reclaim:
      return Kind::reclaim;
    case GraphEnding::assert_timeout:
      return Kind::assert_timeout;
    case GraphEnding::disprove:
      return Kind::disprove;
  }
  return Kind::unnamed;
}

const char* graph_ending_name(GraphEnding ending) {
  return ending == GraphEnding::none ? "none" : bridge::transaction_kind_name(transaction_kind(ending));
}

std::uint32_t GraphStatus::depth(const std::optional<SpendSeen>& seen) const {
  return seen && seen->height ? tip + 1 - *seen->height : 0;
}

std::uint32_t GraphStatus::blocks_left(std::uint32_t window) const {
  if (!depth(kickoff)) throw not_ready("kickoff.unconfirmed", "the kickoff is in no block yet");
  std::uint32_t next = tip + 1, open = *kickoff->height + window;
  return open > next ? open - next : 0;
}

bool GraphStatus::lost_deposit(const optimistic::Graph& graph) const {
  return taken && taken->txid != graph.take_fast().tx.txid() && taken->txid != graph.take_final().tx.txid();
}

void follow_graph(SpendView& view, const optimistic::Graph& graph) {
  std::vector<bitcoin::Script> scripts = {graph.deposit_output().script_pubkey,
                                          graph.stake_output().script_pubkey,
                                          graph.lock().tx.outputs[0].script_pubkey};
  for (std::uint32_t i = 0; i < 2 + graph.parts(); ++i)
    scripts.push_back(graph.kickoff().tx.outputs[i].script_pubkey);
  view.watch(scripts, "graph " + graph.kickoff().tx.txid().display(), graph.inputs().params.start_height);
}

GraphStatus graph_status(SpendView& view, const optimistic::Graph& graph) {
  std::vector<OutPoint> outpoints = {graph.inputs().deposit.funding->outpoint, graph.stake(), graph.locked(),
                                     graph.challenge_connector(), graph.bond()};
  for (std::size_t i = 0; i < graph.parts(); ++i) outpoints.push_back(graph.part(i));
  std::vector<OutpointSeen> seen = view.look(outpoints);

  GraphStatus out;
  out.tip = view.tip();
  out.deposit_height = seen[0].height;
  out.stake_height = seen[1].height;
  auto& deposit_spend = seen[0].spend;
  if (deposit_spend) (deposit_spend->txid == graph.lock().tx.txid() ? out.lock : out.refund) = deposit_spend;
  auto& stake_spend = seen[1].spend;
  if (stake_spend)
    (stake_spend->txid == graph.kickoff().tx.txid() ? out.kickoff : out.stake_return) = stake_spend;
  out.taken = seen[2].spend;
  if (seen[3].spend && seen[3].spend->txid != graph.take_fast().tx.txid()) out.challenge = seen[3].spend;
  out.end = seen[4].spend;
  if (out.end) out.ending = ending_of(graph, *out.end);
  for (std::size_t i = 0; i < graph.parts(); ++i) {
    auto& spend = seen[5 + i].spend;
    out.asserts.push_back(spend && !spends(spend->tx, graph.bond()) ? std::move(spend) : std::nullopt);
  }
  return out;
}

}  // namespace pegkit::services
