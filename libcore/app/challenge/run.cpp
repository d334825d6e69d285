#include <optional>
#include <string>

#include "app/challenge/commands.hpp"
#include "app/challenge/finding.hpp"
#include "app/challenge/moves.hpp"
#include "app/challenge/watched_graphs.hpp"
#include "app/challenge/watching.hpp"
#include "app/fee_rate_option.hpp"
#include "bitcoin/address.hpp"
#include "bridge/params.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/send/sender.hpp"

namespace pegkit::app::challenge {
namespace {

using optimistic::ChallengeMove;

/// `challenge run --once`: one pass that sends every transaction that is due now. An error in one graph does
/// not stop the others; the first error is thrown at the end.
class RunChallenges : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  WatchedGraphs graphs_;
  FeeRateOption fee_rate_;
  std::string to_;
  bool once_ = false;
};

}  // namespace

void RunChallenges::options(Options& options) {
  graphs_.declare(options);
  options.flag(once_, "--once", "make one pass, for cron; required");
  options.text(to_, "--to", "ADDRESS", "where the reward goes (default: the key's P2TR address)");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit RunChallenges::run(Ports& ports) {
  if (!once_)
    throw usage_error("--once is required: run makes one pass").hint("challenge run --once, from cron");
  std::optional<bitcoin::Script> to;
  if (!to_.empty()) to = bitcoin::parse_address(to_, ports.chain());
  WatchedGraphs::Loaded loaded_graphs = graphs_.load(ports);
  FirstError errors(loaded_graphs.failure);
  Watch watch(ports, std::move(loaded_graphs));
  const bridge::Params& params = watch.graphs.front().params;
  services::Sender(ports, params).review(services::Sender::Resend::no);
  Challenger challenger(ports, params, fee_rate_, to);
  for (const services::LoadedGraph& loaded : watch.graphs) {
    if (ports.interrupted()) throw Error(Exit::interrupted, "interrupted", "stopped between two graphs");
    ChallengeFinding finding = examine_graph(ports, watch.view, loaded, graphs_.unknown_within());
    Json line = challenge_document(loaded, finding);
    say_alarm(ports, loaded, finding);
    line["sent"] = nullptr;
    ChallengeMove move = finding.verdict.move;
    if (move != ChallengeMove::none && move != ChallengeMove::wait) {
      try {
        line["sent"] = moved_document(challenger.make(loaded, finding));
      } catch (const Error& e) {
        if (e.exit() == Exit::bug || e.exit() == Exit::interrupted) throw;
        line["error"] = {{"code", e.code()}, {"message", e.message()}};
        errors.keep(e);
      }
    }
    ports.print_line(line);
    if (finding.failure) errors.keep(*finding.failure);
  }
  errors.rethrow();
  return Exit::ok;
}

std::unique_ptr<Command> run_command() {
  return std::make_unique<RunChallenges>();
}

}  // namespace pegkit::app::challenge
