#include "app/challenge/commands.hpp"
#include "app/challenge/finding.hpp"
#include "app/challenge/moves.hpp"
#include "app/challenge/one_move.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/send/sender.hpp"

namespace pegkit::app::challenge {
namespace {

using optimistic::ChallengeMove;

/// `challenge open`: challenges the claim of one graph.
class OpenChallenge : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
  bool anyway_ = false;
};

}  // namespace

void OpenChallenge::options(Options& options) {
  graph_.declare(options);
  options.flag(anyway_, "--anyway", "act even on a claim that is true or cannot be checked");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit OpenChallenge::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  ChallengeFinding finding = find_one(ports, loaded);
  require_live(finding.status);
  Challenger challenger(ports, loaded.params, fee_rate_, std::nullopt);
  if (finding.status.challenge && finding.status.challenge->height) {
    services::Sent there;
    there.txid = finding.status.challenge->txid;
    there.already = true;
    there.confirmations = finding.status.depth(finding.status.challenge);
    ports.print(
        moved_document({bridge::TransactionKind::challenge, there, std::nullopt, "the claim is challenged"}));
    return Exit::ok;
  }
  require_untrue(finding, anyway_);
  set_move(finding, loaded.graph().rules(), ChallengeMove::open, 0);
  ports.print(moved_document(challenger.make(loaded, finding)));
  return Exit::ok;
}

std::unique_ptr<Command> open_command() {
  return std::make_unique<OpenChallenge>();
}

}  // namespace pegkit::app::challenge
