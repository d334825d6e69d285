#pragma once

#include "app/challenge/finding.hpp"
#include "app/command.hpp"
#include "bridge/params.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app::challenge {

using optimistic::ChallengeMove;

/// Throws Error `kickoff.absent`, `kickoff.unconfirmed` (exit 4) or `graph.ended` (exit 7) unless the claim
/// is live.
void require_live(const services::GraphStatus& status);

/// Refuses to act on a claim that is true or could not be checked, unless `anyway`. Throws Error `claim.true`
/// (exit 7), `claim.unknown` (exit 4), or the finding's failure.
void require_untrue(const ChallengeFinding& finding, bool anyway);

/// Sets the move of `finding` and the blocks in which it can be made. `number` is the step or part.
void set_move(ChallengeFinding& finding, const bridge::Params::Challenge& rules, ChallengeMove move,
              std::size_t number);

/// Watches one graph up to the tip and examines it.
ChallengeFinding find_one(Ports& ports, const services::LoadedGraph& loaded);

}  // namespace pegkit::app::challenge
