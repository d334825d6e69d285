#include "app/challenge/commands.hpp"
#include "app/challenge/finding.hpp"
#include "app/challenge/watched_graphs.hpp"
#include "app/challenge/watching.hpp"
#include "app/proven_thread_options.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/layer2/state_proofs.hpp"

namespace pegkit::app::challenge {
namespace {

/// `challenge check`: checks the claim of every graph and the published proofs of a thread's commitments, and
/// says what `run` would do; sends nothing. Exit 1 unless all is well; exit 6 or 4 when a claim could not be
/// checked.
class CheckChallenges : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  /// Returns true when every graph's claim is well. Checks all graphs, then throws the first error.
  bool check_graphs(Ports& ports) const;
  bool check_commitments(Ports& ports) const;

  WatchedGraphs graphs_;
  ProvenThreadOptions thread_;
};

}  // namespace

void CheckChallenges::options(Options& options) {
  graphs_.declare(options, Need::optional);
  thread_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
}

Exit CheckChallenges::run(Ports& ports) {
  bool well = true;
  FirstError errors;
  auto attempt = [&](auto&& check) {
    try {
      well = check() && well;
    } catch (const Error& e) {
      if (e.exit() == Exit::bug || e.exit() == Exit::interrupted) throw;
      errors.keep(e);
    }
  };
  if (graphs_.given() || !thread_.given()) attempt([&] { return check_graphs(ports); });
  if (thread_.given()) attempt([&] { return check_commitments(ports); });
  errors.rethrow();
  return well ? Exit::ok : Exit::no;
}

bool CheckChallenges::check_graphs(Ports& ports) const {
  WatchedGraphs::Loaded loaded_graphs = graphs_.load(ports);
  FirstError errors(loaded_graphs.failure);
  Watch watch(ports, std::move(loaded_graphs));
  bool well = true;
  for (const services::LoadedGraph& loaded : watch.graphs) {
    ChallengeFinding finding = examine_graph(ports, watch.view, loaded, graphs_.unknown_within());
    ports.print_line(challenge_document(loaded, finding));
    say_alarm(ports, loaded, finding);
    if (finding.failure) errors.keep(*finding.failure);
    well = well && finding.verdict.well;
  }
  errors.rethrow();
  return well;
}

bool CheckChallenges::check_commitments(Ports& ports) const {
  bitcoin::Txid first = thread_.thread();
  bridge::Params params = graphs_.params(ports);
  auto proofs = thread_.proofs(ports, params);
  if (!proofs) throw usage_error("--proofs and --vk are needed to check the commitments of --thread");
  if (params.challenge) services::SequencerKeys(ports, params, graphs_.sequencer_keys());
  services::ThreadView thread(ports, params, first);
  bool well = true;
  const bridge::Commitment* before = nullptr;
  for (const bridge::Commitment& commitment : thread.commitments()) {
    services::ProofFinding finding = proofs->examine(before, commitment);
    ports.print_line(services::commitment_check_document(commitment, finding));
    well = well && finding.standing != services::ProofStanding::invalid;
    before = &commitment;
  }
  if (!thread.end().empty()) ports.say("the thread has ended: " + thread.end());
  return well;
}

std::unique_ptr<Command> check_command() {
  return std::make_unique<CheckChallenges>();
}

}  // namespace pegkit::app::challenge
