#include <algorithm>
#include <fmt/core.h>
#include <string>

#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/peg_out/commands.hpp"
#include "base/enum_names.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph_signed.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/send/anchor_bump.hpp"

namespace pegkit::app::peg_out {
namespace {

using bridge::transaction_kind_name;
using bridge::TransactionKind;

services::Anchored ending_transaction(const optimistic::SignedGraph& graph, TransactionKind kind) {
  if (kind == TransactionKind::take_fast) return {graph.take_fast(), graph.graph().take_fast().fee(), kind};
  if (kind == TransactionKind::take_final)
    return {graph.take_final(), graph.graph().take_final().fee(), kind};
  return {graph.reclaim(), graph.graph().reclaim().fee(), kind};
}

void require_window(const services::GraphStatus& status, std::uint32_t window, TransactionKind kind,
                    const std::string& why = "") {
  if (std::uint32_t left = status.blocks_left(window))
    throw not_ready("take.window", fmt::format("{} can be sent in {} {}{}", transaction_kind_name(kind), left,
                                               left == 1 ? "block" : "blocks", why));
}

/// Says how many assert parts of a challenged claim are missing.
std::string parts_text(const services::GraphStatus& status) {
  auto missing = std::ranges::count_if(status.asserts, [](const auto& seen) { return !seen; });
  if (missing == 0) return ": the claim was challenged, and all of it is asserted";
  return fmt::format(": the claim was challenged, and {} of {} assert parts are missing", missing,
                     status.asserts.size());
}

/// True when the deposit was refunded or taken by another graph, buried so deep that this cannot change.
bool deposit_gone(const services::GraphStatus& status, const services::LoadedGraph& loaded) {
  std::uint32_t deep = loaded.params.payout_confirmations;
  if (status.depth(status.refund) >= deep) return true;
  return status.lost_deposit(loaded.graph()) && status.depth(status.taken) >= deep;
}

/// The kind of the transaction that can be sent now, or was sent. Throws with the reason when there is none.
TransactionKind choose_ending(const services::GraphStatus& status, const services::LoadedGraph& loaded) {
  switch (status.ending) {
    case services::GraphEnding::take_fast:
    case services::GraphEnding::take_final:
    case services::GraphEnding::reclaim:
      return services::transaction_kind(status.ending);
    case services::GraphEnding::assert_timeout:
    case services::GraphEnding::disprove:
      if (status.end->height)
        throw refused("bond.lost",
                      fmt::format("the bond is lost: {} {} is {}", services::graph_ending_name(status.ending),
                                  status.end->txid.display(), services::place_text(status.end)));
      throw not_ready("bond.contested",
                      fmt::format("the mempool has {} {}", services::graph_ending_name(status.ending),
                                  status.end->txid.display()));
    case services::GraphEnding::none:
      break;
  }
  const auto& rules = loaded.graph().rules();
  if (!status.kickoff) throw not_ready("kickoff.absent", "there is no kickoff yet");
  if (deposit_gone(status, loaded)) {
    require_window(status, rules.reclaim_window, TransactionKind::reclaim,
                   ": the deposit went to somebody else");
    return TransactionKind::reclaim;
  }
  if (status.refund || status.lost_deposit(loaded.graph()))
    throw not_ready("deposit.contested",
                    fmt::format("{} takes the deposit, but does not have enough confirmations yet",
                                (status.refund ? status.refund : status.taken)->txid.display()));
  if (!status.depth(status.lock)) {
    if (status.blocks_left(rules.reclaim_window) == 0) return TransactionKind::reclaim;
    throw not_ready("lock.unconfirmed", "the lock is in no block yet");
  }
  if (status.challenge && status.challenge->height) {
    require_window(status, rules.final_window, TransactionKind::take_final, parts_text(status));
    return TransactionKind::take_final;
  }
  require_window(status, rules.challenge_window, TransactionKind::take_fast);
  return TransactionKind::take_fast;
}

/// `peg-out take`: the operator takes deposit and bond, or the bond alone when another took the deposit.
class TakeDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  std::string only_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace

void TakeDeposit::options(Options& options) {
  graph_.declare(options);
  options.choice(
      only_, "--only",
      {transaction_kind_name(TransactionKind::take_fast), transaction_kind_name(TransactionKind::take_final),
       transaction_kind_name(TransactionKind::reclaim)},
      "print this transaction without a look at the chain; not with --broadcast");
  options.flag(broadcast_, "--broadcast", "send it instead of printing it");
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.key();
  options.money();
}

Exit TakeDeposit::run(Ports& ports) {
  if (!only_.empty() && broadcast_) throw usage_error("--only prints a transaction and sends none");
  services::LoadedGraph loaded = graph_.load(ports);
  optimistic::SignedGraph graph = loaded.document.signed_graph();
  auto kind = value_named(only_, transaction_kind_name);
  bool challenge_waits = false;
  if (!kind) {
    services::SpendView view(ports, loaded.params);
    services::follow_graph(view, loaded.graph());
    view.sync();
    services::GraphStatus status = services::graph_status(view, loaded.graph());
    kind = choose_ending(status, loaded);
    challenge_waits = status.challenge && !status.challenge->height;
  }
  services::Anchored take = ending_transaction(graph, *kind);
  if (!broadcast_) {
    ports.print(bridge::TransactionDocument{
        take.tx, {.kind = *kind, .fee = take.fee, .vsize = take.tx.vsize(), .withdrawals = {}}}
                    .to_json());
    return Exit::ok;
  }
  crypto::SecretKey key = services::load_operator_key(ports, loaded.graph());
  try {
    auto sent =
        services::send_anchored(ports, loaded.params, take, key, fee_rate_.choose(ports, loaded.params));
    ports.print(services::anchored_document(sent, take));
  } catch (const Error& e) {
    if (!challenge_waits || e.code() != "tx.rejected") throw;
    throw not_ready("take.contested", "a challenge waits in the mempool: " + e.message());
  }
  return Exit::ok;
}

std::unique_ptr<Command> take_command() {
  return std::make_unique<TakeDeposit>();
}

}  // namespace pegkit::app::peg_out
