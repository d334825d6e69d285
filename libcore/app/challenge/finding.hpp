#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/command.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app::challenge {

/// One graph as a run finds it. Nothing in it is remembered from an earlier run.
struct ChallengeFinding {
  services::GraphStatus status;
  optimistic::RevealedClaim revealed;
  std::optional<optimistic::ClaimSaid> said;  ///< by the kickoff
  optimistic::ClaimTruth truth = optimistic::ClaimTruth::unknown;
  std::string truth_reason;
  std::optional<Error> failure;  ///< why the truth is unknown
  optimistic::ChallengeVerdict verdict;
};

/// What the graph's witnesses reveal, in the mempool or in a block; what belongs to another graph, or is no
/// witness of ours, reveals nothing.
optimistic::RevealedClaim reveal_claim(const services::LoadedGraph& loaded,
                                       const services::GraphStatus& status);
/// Of a graph that is watched; the view must be synced. Executes the claim anew from layer 2 and chain while
/// it is live. When these do not answer, the truth is unknown and `failure` says why.
ChallengeFinding examine_graph(Ports& ports, services::SpendView& view, const services::LoadedGraph& loaded,
                               std::uint32_t unknown_within);
/// `pegkit/challenge`.
Json challenge_document(const services::LoadedGraph& loaded, const ChallengeFinding& finding);

}  // namespace pegkit::app::challenge
