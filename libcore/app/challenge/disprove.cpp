#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <vector>

#include "app/challenge/commands.hpp"
#include "app/challenge/finding.hpp"
#include "app/challenge/moves.hpp"
#include "app/challenge/one_move.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "optimistic/claim_keys.hpp"
#include "optimistic/claim_verdict.hpp"
#include "optimistic/graph.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/input.hpp"

namespace pegkit::app::challenge {
namespace {

/// Reads a transaction: `word` is its hex, or the name of a file with hex or raw bytes.
bitcoin::Transaction read_raw(Ports& ports, const std::string& word) {
  constexpr std::size_t shortest = 120;  // hex digits of a transaction
  bool hex = word.size() >= shortest && word.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  return bitcoin::Transaction::parse(services::hex_or_raw(hex ? word : ports.read(word)));
}

bool spends(const bitcoin::Transaction& tx, const bitcoin::OutPoint& outpoint) {
  return std::ranges::any_of(tx.inputs, [&](const auto& input) { return input.prevout == outpoint; });
}

services::SpendSeen seen(bitcoin::Transaction tx) {
  bitcoin::Txid txid = tx.txid();
  return {std::move(tx), txid, std::nullopt};
}

std::size_t count(const optimistic::ClaimSignatures& signatures) {
  return static_cast<std::size_t>(
      std::ranges::count_if(signatures, [](const auto& one) { return one.has_value(); }));
}

[[noreturn]] void foreign(const std::string& option, const std::string& why) {
  throw input_error("challenge.transaction", why).field(option);
}

/// Builds the graph's status from a raw kickoff and raw asserts, in any order. Throws Error
/// `challenge.transaction` (exit 3) for a transaction that is not of this graph.
services::GraphStatus status_of(Ports& ports, const services::LoadedGraph& loaded, const std::string& kickoff,
                                const std::vector<std::string>& asserts) {
  const optimistic::Graph& graph = loaded.graph();
  services::GraphStatus out;
  out.asserts.resize(graph.parts());
  std::size_t known = 0;
  auto require_more = [&](const std::string& option) {
    std::size_t now = count(reveal_claim(loaded, out).signatures);
    if (now <= known) foreign(option, "its witness shows no one-time signatures of this graph's operator");
    known = now;
  };
  if (!kickoff.empty()) {
    out.kickoff = seen(read_raw(ports, kickoff));
    if (out.kickoff->txid != graph.kickoff().tx.txid())
      foreign("--kickoff", "it is not this graph's kickoff");
    require_more("--kickoff");
  }
  for (const std::string& word : asserts) {
    bitcoin::Transaction tx = read_raw(ports, word);
    bool ours = false, news = false;
    for (std::size_t i = 0; i < graph.parts(); ++i) {
      if (!spends(tx, graph.part(i))) continue;
      ours = true;
      if (out.asserts[i]) continue;
      out.asserts[i] = seen(tx);
      news = true;
    }
    if (!ours) foreign("--assert", "it spends no assert output of this graph's kickoff");
    if (news) require_more("--assert");
  }
  return out;
}

void require_false_step(const ChallengeFinding& finding) {
  if (!finding.revealed.false_step)
    throw Error(
        Exit::no, "claim.holds",
        fmt::format("no step is false: {} values are known so far", count(finding.revealed.signatures)));
}

void set_move(ChallengeFinding& finding) {
  finding.verdict.move = optimistic::ChallengeMove::disprove;
  finding.verdict.number = *finding.revealed.false_step;
}

/// `challenge disprove`: proves the first false step of a claim and takes the bond. Reads the asserts from
/// the chain, or from raw transactions without a node.
class DisproveClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  Exit run_offline(Ports& ports, const services::LoadedGraph& loaded);

  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
  std::string to_, kickoff_;
  std::vector<std::string> asserts_;
};

}  // namespace

void DisproveClaim::options(Options& options) {
  graph_.declare(options);
  options.text(kickoff_, "--kickoff", "TX",
               "the raw kickoff, as hex or a file; asks no node and sends nothing");
  options.texts(asserts_, "--assert", "TX", "a raw assert, as hex or a file");
  options.text(to_, "--to", "ADDRESS", "where the reward goes (default: the key's P2TR address)");
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.key();
  options.money();
}

Exit DisproveClaim::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  if (!kickoff_.empty() || !asserts_.empty()) return run_offline(ports, loaded);
  services::SpendView view(ports, loaded.params);
  services::follow_graph(view, loaded.graph());
  view.sync();
  ChallengeFinding finding;
  finding.status = services::graph_status(view, loaded.graph());
  finding.revealed = reveal_claim(loaded, finding.status);
  require_false_step(finding);
  if (!finding.status.kickoff->height)
    throw not_ready("kickoff.unconfirmed", "the kickoff is in no block yet");
  if (finding.status.end && finding.status.end->height)
    throw refused("graph.ended",
                  fmt::format("the bond was spent by {} in block {}", finding.status.end->txid.display(),
                              *finding.status.end->height));
  set_move(finding);
  const auto& rules = loaded.graph().rules();
  finding.verdict.since = *finding.status.kickoff->height + rules.challenge_window;
  finding.verdict.deadline = *finding.status.kickoff->height + rules.final_window - 1;
  std::optional<bitcoin::Script> to;
  if (!to_.empty()) to = bitcoin::parse_address(to_, ports.chain());
  Challenger challenger(ports, loaded.params, fee_rate_, to);
  ports.print(moved_document(challenger.make(loaded, finding)));
  return Exit::ok;
}

Exit DisproveClaim::run_offline(Ports& ports, const services::LoadedGraph& loaded) {
  ChallengeFinding finding;
  finding.status = status_of(ports, loaded, kickoff_, asserts_);
  finding.revealed = reveal_claim(loaded, finding.status);
  require_false_step(finding);
  set_move(finding);
  std::optional<bitcoin::Script> to;
  if (!to_.empty()) to = bitcoin::parse_address(to_, ports.chain());
  Challenger challenger(ports, loaded.params, fee_rate_, to);
  FeeRate rate = fee_rate_.given() ? fee_rate_.choose(ports, loaded.params) : loaded.graph().rules().fee_rate;
  ports.print(challenger.disprove_document(loaded, finding, rate));
  return Exit::ok;
}

std::unique_ptr<Command> disprove_command() {
  return std::make_unique<DisproveClaim>();
}

}  // namespace pegkit::app::challenge
