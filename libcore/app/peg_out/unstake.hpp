#pragma once

#include <optional>

#include "app/command.hpp"
#include "optimistic/graph.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::peg_out {

/// What takes the stake home by this data directory's record, sent or only printed; nullopt when nothing
/// does.
std::optional<store::Intent> open_unstake(Ports& ports, const optimistic::Graph& graph);
/// Throws Error `stake.returns` (exit 7) when there is one: nothing may be staked on it any more.
void require_no_unstake(Ports& ports, const optimistic::Graph& graph);

}  // namespace pegkit::app::peg_out
