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

/// The state of one graph in this run, read from chain and layer 2 alone; earlier runs add nothing.
struct ChallengeFinding {
  services::GraphStatus status;
  optimistic::RevealedClaim revealed;
  std::optional<optimistic::ClaimSaid> said;  ///< values that the kickoff reveals
  optimistic::ClaimTruth truth = optimistic::ClaimTruth::unknown;
  std::string truth_reason;
  std::optional<Error> failure;  ///< why the truth is unknown
  optimistic::ChallengeVerdict verdict;
};

/// The values that the graph's witnesses reveal, in the mempool or in a block. A witness of another graph, or
/// one that no leaf of the graph accepts, reveals nothing.
optimistic::RevealedClaim reveal_claim(const services::LoadedGraph& loaded,
                                       const services::GraphStatus& status);
/// Examines a graph that `view` watches; the view must be synced. Executes a live claim again from layer 2
/// and chain. When one of them does not answer, the truth is unknown and `failure` says why.
ChallengeFinding examine_graph(Ports& ports, services::SpendView& view, const services::LoadedGraph& loaded,
                               std::uint32_t unknown_within);
/// The finding as a `pegkit/challenge` document.
Json challenge_document(const services::LoadedGraph& loaded, const ChallengeFinding& finding);

}  // namespace pegkit::app::challenge
