#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "bridge/psbt_document.hpp"
#include "services/graph/loaded_graph.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app {

/// `peg-out unstake`: takes a stake home that no claim stands on. The graph needs no signatures for it.
class ReturnStake : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  bridge::PsbtDocument plan(Ports& ports, const services::LoadedGraph& loaded,
                            const std::optional<store::Intent>& earlier) const;

  OneGraphOptions graph_;
  std::string to_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

/// What takes the stake home by this data directory's record, sent or only printed; nullopt when nothing
/// does.
std::optional<store::Intent> open_unstake(Ports& ports, const optimistic::Graph& graph);
/// Throws Error `stake.returns` (exit 7) when there is one: nothing may be staked on it any more.
void require_no_unstake(Ports& ports, const optimistic::Graph& graph);

}  // namespace pegkit::app
