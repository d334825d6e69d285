#pragma once

#include <optional>

#include "app/command.hpp"
#include "optimistic/graph.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::peg_out {

/// The recorded transaction, sent or only printed, that returns the stake to the operator; nullopt when there
/// is none.
std::optional<store::Intent> open_unstake(Ports& ports, const optimistic::Graph& graph);
/// Throws Error `stake.returns` (exit 7) when open_unstake finds one: no payout or kickoff may rely on the
/// stake.
void require_no_unstake(Ports& ports, const optimistic::Graph& graph);

}  // namespace pegkit::app::peg_out
