#include <algorithm>
#include <fmt/core.h>

#include "app/challenge/commands.hpp"
#include "app/challenge/moves.hpp"
#include "app/challenge/watched_graphs.hpp"
#include "app/command.hpp"
#include "bitcoin/address.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app {
namespace {

using optimistic::ChallengeMove;

/// Graphs, and the view that watches them, at the tip.
struct Watch {
  std::vector<services::LoadedGraph> graphs;
  services::SpendView view;

  Watch(Ports& ports, WatchedGraphs::Loaded loaded)
      : graphs(std::move(loaded.graphs)), view(ports, graphs.front().params) {
    for (const services::LoadedGraph& graph : graphs) services::follow_graph(view, graph.graph());
    view.sync();
  }
};

std::string graph_label(const services::LoadedGraph& loaded) {
  return "graph " + loaded.graph().kickoff().tx.txid().display();
}

/// What people must hear, whatever else is printed.
void say_alarm(Ports& ports, const services::LoadedGraph& loaded, const ChallengeFinding& finding) {
  if (!finding.verdict.alarm) return;
  ports.say(fmt::format("{}: {}", graph_label(loaded), finding.verdict.reason));
  if (finding.truth != optimistic::ClaimTruth::unknown || !finding.verdict.deadline) return;
  ports.say(fmt::format(
      "{}: if the claim is false and nobody challenges it by block {}, the deposit of {} sat is "
      "lost; --challenge-unknown-within challenges it unchecked",
      graph_label(loaded), *finding.verdict.deadline, loaded.graph().rules().denomination.value()));
}

/// Of the intents that spend outputs of this kickoff.
Json intents_of(const services::LoadedGraph& loaded, const std::vector<services::IntentReport>& open,
                store::Database& database) {
  Json out = Json::array();
  const bitcoin::Txid kickoff = loaded.graph().kickoff().tx.txid();
  for (const store::Intent& intent : store::IntentStore(database).list()) {
    if (!is_challenge_kind(intent.kind)) continue;
    auto tx = bitcoin::Transaction::parse(intent.raw);
    if (tx.inputs[0].prevout.txid != kickoff) continue;
    auto report =
        std::ranges::find(open, intent.id, [](const services::IntentReport& one) { return one.intent.id; });
    out.push_back(
        services::intent_json(report != open.end() ? *report : services::IntentReport{intent, 0, ""}));
  }
  return out;
}

/// The first error is thrown when everything was looked at.
class FirstError {
 public:
  explicit FirstError(std::optional<Error> first = std::nullopt) : first_(std::move(first)) {}
  void keep(const Error& error) {
    if (!first_) first_ = error;
  }
  void rethrow() const {
    if (first_) throw Error(*first_);
  }

 private:
  std::optional<Error> first_;
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

void RunChallenges::options(Options& options) {
  graphs_.declare(options);
  options.flag(once_, "--once", "one pass, for cron (there is no other way to run yet)");
  options.text(to_, "--to", "ADDRESS", "where rewards go (default: the output of --key-file's key)");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit RunChallenges::run(Ports& ports) {
  if (!once_) throw usage_error("run makes one pass").hint("challenge run --once, from cron");
  std::optional<bitcoin::Script> to;
  if (!to_.empty()) to = bitcoin::parse_address(to_, ports.chain());
  WatchedGraphs::Loaded loaded_graphs = graphs_.load(ports);
  FirstError errors(loaded_graphs.failure);
  Watch watch(ports, std::move(loaded_graphs));
  const bridge::Params& params = watch.graphs.front().params;
  services::Sender(ports, params).review(services::Sender::Resend::no);
  Challenger challenger(ports, params, fee_rate_, to);
  for (const services::LoadedGraph& loaded : watch.graphs) {
    if (ports.interrupted()) throw Error(Exit::interrupted, "interrupted", "interrupted");
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

}  // namespace pegkit::app
