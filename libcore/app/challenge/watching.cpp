#include "app/challenge/watching.hpp"

#include <fmt/core.h>

#include "optimistic/claim_verdict.hpp"

namespace pegkit::app::challenge {
namespace {

std::string graph_label(const services::LoadedGraph& loaded) {
  return "graph " + loaded.graph().kickoff().tx.txid().display();
}

}  // namespace

void say_alarm(Ports& ports, const services::LoadedGraph& loaded, const ChallengeFinding& finding) {
  if (!finding.verdict.alarm) return;
  ports.say(fmt::format("{}: {}", graph_label(loaded), finding.verdict.reason));
  if (finding.truth != optimistic::ClaimTruth::unknown || !finding.verdict.deadline) return;
  ports.say(fmt::format(
      "{}: if the claim is false and nobody challenges it by block {}, the deposit of {} sat is "
      "lost; --challenge-unknown-within challenges it unchecked",
      graph_label(loaded), *finding.verdict.deadline, loaded.graph().rules().denomination.value()));
}

}  // namespace pegkit::app::challenge
