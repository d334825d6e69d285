#pragma once

#include "app/challenge/finding.hpp"
#include "app/command.hpp"
#include "bridge/params.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app::challenge {

using optimistic::ChallengeMove;

void require_live(const services::GraphStatus& status);

/// A claim that is true, or that nobody could check, is left alone unless the caller insists.
void require_untrue(const ChallengeFinding& finding, bool anyway);

/// The move of `finding` with the heights between which it is made.
void set_move(ChallengeFinding& finding, const bridge::Params::Challenge& rules, ChallengeMove move,
              std::size_t number);

ChallengeFinding find_one(Ports& ports, const services::LoadedGraph& loaded);

}  // namespace pegkit::app::challenge
