#include <algorithm>
#include <vector>

#include "app/challenge/commands.hpp"
#include "app/challenge/finding.hpp"
#include "app/challenge/moves.hpp"
#include "app/challenge/watched_graphs.hpp"
#include "app/challenge/watching.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/send/intents.hpp"
#include "services/send/sender.hpp"
#include "store/database.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::challenge {
namespace {

/// The intents whose transactions spend an output of this graph's kickoff.
Json intents_of(const services::LoadedGraph& loaded, const std::vector<services::IntentReport>& open,
                store::Database& database) {
  Json out = Json::array();
  const bitcoin::Txid kickoff = loaded.graph().kickoff().tx.txid();
  for (const store::Intent& intent : store::IntentStore(database).list()) {
    if (!is_challenge_kind(services::kind_of(intent))) continue;
    auto tx = bitcoin::Transaction::parse(intent.raw);
    if (tx.inputs[0].prevout.txid != kickoff) continue;
    auto report =
        std::ranges::find(open, intent.id, [](const services::IntentReport& one) { return one.intent.id; });
    out.push_back(
        services::intent_json(report != open.end() ? *report : services::IntentReport{intent, 0, ""}));
  }
  return out;
}

/// `challenge status`: prints the same as `check`, and for each graph the transactions sent and their states.
class ChallengeStatus : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  WatchedGraphs graphs_;
};

}  // namespace

void ChallengeStatus::options(Options& options) {
  graphs_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
}

Exit ChallengeStatus::run(Ports& ports) {
  Watch watch(ports, graphs_.load(ports));
  auto open = services::Sender(ports, watch.graphs.front().params).review(services::Sender::Resend::no);
  for (const services::LoadedGraph& loaded : watch.graphs) {
    ChallengeFinding finding = examine_graph(ports, watch.view, loaded, graphs_.unknown_within());
    Json line = challenge_document(loaded, finding);
    line["intents"] = intents_of(loaded, open, ports.database());
    ports.print_line(line);
  }
  return Exit::ok;
}

std::unique_ptr<Command> status_command() {
  return std::make_unique<ChallengeStatus>();
}

}  // namespace pegkit::app::challenge
