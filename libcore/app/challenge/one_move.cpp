#include "app/challenge/one_move.hpp"

#include <fmt/core.h>

#include "bridge/params.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/follow/spend_view.hpp"

namespace pegkit::app::challenge {

using optimistic::ClaimTruth;

void require_live(const services::GraphStatus& status) {
  if (!status.kickoff) throw not_ready("kickoff.absent", "there is no kickoff yet");
  if (!status.kickoff->height) throw not_ready("kickoff.unconfirmed", "the kickoff is in no block yet");
  if (status.end && status.end->height)
    throw refused("graph.ended", fmt::format("the bond was spent by {} in block {}",
                                             status.end->txid.display(), *status.end->height));
}

void require_untrue(const ChallengeFinding& finding, bool anyway) {
  if (anyway) return;
  if (finding.truth == ClaimTruth::yes)
    throw refused("claim.true", "the claim is true").hint("--anyway acts regardless, at your cost");
  if (finding.failure) throw Error(*finding.failure);
  if (finding.truth == ClaimTruth::unknown) throw not_ready("claim.unknown", finding.truth_reason);
}

void set_move(ChallengeFinding& finding, const bridge::Params::Challenge& rules, ChallengeMove move,
              std::size_t number) {
  std::uint32_t kickoff = *finding.status.kickoff->height;
  bool open = move == ChallengeMove::open;
  finding.verdict.move = move;
  finding.verdict.number = number;
  finding.verdict.since = open ? kickoff : kickoff + rules.assert_window;
  finding.verdict.deadline = kickoff + (open ? rules.challenge_window : rules.final_window) - 1;
}

ChallengeFinding find_one(Ports& ports, const services::LoadedGraph& loaded) {
  services::SpendView view(ports, loaded.params);
  services::follow_graph(view, loaded.graph());
  view.sync();
  return examine_graph(ports, view, loaded, 0);
}

}  // namespace pegkit::app::challenge
