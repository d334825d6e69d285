#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/fee_rate_option.hpp"
#include "app/peg_out/commands.hpp"
#include "app/spend_path_options.hpp"
#include "base/amount.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "bridge/spend.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/layer2/settled_epochs.hpp"
#include "services/params_file.hpp"
#include "services/results.hpp"
#include "services/send/intents.hpp"
#include "services/send/payout_plan.hpp"
#include "services/send/sender.hpp"
#include "store/intent_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::app::peg_out {
namespace {

using bitcoin::Transaction;
using bitcoin::Txid;
using bridge::CustodyCoin;

/// The transaction to replace, from this database or from the mempool.
struct Original {
  Transaction tx;
  std::optional<bridge::SpendPath> path;
};

Original find_original(Ports& ports, const bridge::Params& params, const Txid& txid) {
  Original out;
  auto intent = store::IntentStore(ports.database()).find_txid(txid);
  if (!intent) {
    auto tx = ports.node().transaction(txid);
    if (!tx)
      throw input_error("tx.unknown",
                        "the transaction " + txid.display() + " is neither recorded nor in the mempool");
    out.tx = std::move(*tx);
    return out;
  }
  if (intent->state == store::IntentState::replaced) {
    std::string by = intent->replaced_by.value_or("another");
    throw input_error("tx.replaced", "the transaction was replaced by " + by);
  }
  if (services::waits_for_epochs(params) && intent->state == store::IntentState::planned &&
      !ports.node().in_mempool(txid))
    throw refused("tx.unsent", "the plan was never sent: there is nothing to replace")
        .hint("peg-out batch prints it while its withdrawals are settled");
  out.tx = Transaction::parse(intent->raw);
  if (auto psbt = services::IntentDetails::of(*intent).psbt)
    out.path = bridge::PsbtDocument::parse(*psbt, bridge::Derive::stated).spend;
  return out;
}

/// The replacement of `of` on this path that waits for its signatures; nullopt when there is none.
std::optional<Json> open_replacement(services::Sender& sender, const Txid& of,
                                     const bridge::SpendPath& path) {
  for (auto kind : {bridge::TransactionKind::payout, bridge::TransactionKind::rotation}) {
    for (const store::Intent& intent : sender.open(kind)) {
      auto details = services::IntentDetails::of(intent);
      bool matches = intent.state == store::IntentState::planned && details.psbt && details.replaces == of;
      if (matches && bridge::PsbtDocument::parse(*details.psbt, bridge::Derive::stated).spend == path)
        return details.psbt;
    }
  }
  return std::nullopt;
}

Sat fee_of(const Transaction& tx, const std::vector<CustodyCoin>& inputs) {
  Sat fee;
  for (const CustodyCoin& coin : inputs) fee += coin.output.value;
  for (const auto& output : tx.outputs) fee -= output.value;
  return fee;
}

/// A whole rate, more than 1 and at most 2 sat/vB above the original's.
FeeRate next_rate(Sat fee, std::int64_t vsize) {
  return FeeRate::per_vb(fee.value() / std::max<std::int64_t>(vsize, 1) + 2);
}

bridge::PsbtDocument bumped_rotation(const bridge::Custody& custody, const bridge::SpendPath& path,
                                     const Transaction& tx, const std::vector<CustodyCoin>& inputs,
                                     FeeRate rate, const bridge::Params& params) {
  auto plan = bridge::plan_rotation(custody, path, inputs, tx.outputs.at(0).script_pubkey, rate, params);
  bool whole = plan.moves.size() == 1 && plan.left_out.empty() && tx.outputs.size() == 1;
  if (!whole)
    throw input_error("payout.invalid",
                      "the transaction is neither a payout nor a rotation that bump can replace");
  auto& move = plan.moves[0];
  if (move.fee < fee_of(tx, inputs) + FeeRate::per_vb(1).fee(move.vsize))
    throw input_error("bump.rate", "the transaction already pays that fee: give a higher --fee-rate");
  return services::plan_document(bridge::TransactionKind::rotation, custody, path, std::move(move.psbt),
                                 move.fee, move.vsize);
}

/// `peg-out bump`: prints a replacement with a higher fee, as a PSBT for another signing round.
class BumpPayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, txid_;
  SpendPathOptions path_;
  FeeRateOption fee_rate_;
};

}  // namespace

void BumpPayout::options(Options& options) {
  options.chain();
  options.node();
  options.layer2();
  options.datadir();
  options.money();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(custody_, "--custody", "the custody that pays (default: the only one watched)");
  options.text(txid_, "--txid", "TXID", "the payout or rotation to replace", Need::required);
  path_.declare(options);
  fee_rate_.declare(options);
}

Exit BumpPayout::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  bridge::Custody custody = services::load_custody(ports, params, custody_);
  Txid txid = Txid::from_display(txid_);
  services::Watcher(ports, params).sync_to_tip();
  services::Sender sender(ports, params);
  sender.review(services::Sender::Resend::no);

  Original original = find_original(ports, params, txid);
  store::WatchStore watches(ports.database());
  for (const auto& input : original.tx.inputs) {
    auto coin = watches.coin(input.prevout);
    if (!coin || !coin->spent) continue;
    if (coin->spent->by != txid)
      throw input_error("tx.conflict", "a coin of the transaction was spent by " + coin->spent->by.display());
    ports.print(services::nothing_to_do("the transaction is confirmed"));
    return Exit::ok;
  }
  bridge::SpendPath path = path_.read(original.path);
  if (auto waiting = fee_rate_.given() ? std::nullopt : open_replacement(sender, txid, path)) {
    ports.say("the replacement planned before still waits for its signatures");
    ports.print(*waiting);
    return Exit::ok;
  }

  std::vector<CustodyCoin> inputs = services::coins_spent(ports, custody, original.tx);
  FeeRate rate = fee_rate_.choose(ports, params);
  if (!fee_rate_.given()) {
    std::int64_t vsize = original.tx.vsize();
    rate = std::max(rate, next_rate(fee_of(original.tx, inputs), vsize));
  }
  bridge::PsbtDocument document;
  if (bridge::payout_record(params.magic, original.tx)) {
    bridge::PayoutPlan plan = bridge::plan_bump(
        {custody, path, original.tx, inputs, services::free_coins(ports, custody, params), rate}, params);
    document = services::plan_document(bridge::TransactionKind::payout, custody, path, std::move(plan.psbt),
                                       plan.fee, plan.vsize, std::move(plan.ids));
  } else {
    document = bumped_rotation(custody, path, original.tx, inputs, rate, params);
  }
  if (!ports.dry_run()) sender.plan(document, txid);
  ports.print(document.to_json());
  return Exit::ok;
}

std::unique_ptr<Command> bump_command() {
  return std::make_unique<BumpPayout>();
}

}  // namespace pegkit::app::peg_out
