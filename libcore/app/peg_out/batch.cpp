#include <cstdint>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/fee_rate_option.hpp"
#include "app/peg_out/commands.hpp"
#include "app/peg_out/ignored_transactions.hpp"
#include "app/proven_thread_options.hpp"
#include "app/spend_path_options.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/settlement.hpp"
#include "bridge/spend.hpp"
#include "bridge/withdrawal.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/layer2/settled_epochs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/params_file.hpp"
#include "services/results.hpp"
#include "services/send/intents.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/payout_plan.hpp"
#include "services/send/sender.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::peg_out {
namespace {

using State = services::PayoutLedger::State;
using Standings = std::map<std::uint32_t, services::PayoutLedger::Standing>;

/// Records payouts in the mempool that this database does not know: it was lost, or another machine sent
/// them.
void adopt_unknown(Ports& ports, services::PayoutLedger& ledger, services::Sender& sender,
                   const std::vector<bridge::Withdrawal>& withdrawals) {
  store::IntentStore intents(ports.database());
  for (const services::MempoolPayout& payout : ledger.mempool_payouts()) {
    bool pays = !bridge::check_payout(payout.tx, payout.record, withdrawals).empty();
    if (!pays || intents.find_txid(payout.txid)) continue;
    ports.say("the mempool has a payout that this data directory did not record: " + payout.txid.display());
    sender.adopt(payout.tx, bridge::TransactionKind::payout);
  }
}

/// A batch that still waits for its signatures.
struct OpenPlan {
  store::Intent intent;
  Json psbt;
  std::vector<std::uint32_t> withdrawals;
};

/// The newest batch that waits for signatures; replacements made by `bump` do not count.
std::optional<OpenPlan> open_plan(services::Sender& sender) {
  std::optional<OpenPlan> out;
  for (store::Intent& intent : sender.open(bridge::TransactionKind::payout)) {
    auto psbt = services::waiting_psbt(intent);
    if (!psbt) continue;
    auto withdrawals = services::IntentDetails::of(intent).withdrawals;
    out = {std::move(intent), std::move(*psbt), std::move(withdrawals)};
  }
  return out;
}

/// The withdrawals of a plan that another transaction pays.
std::vector<std::uint32_t> paid_by_others(const OpenPlan& plan, const Standings& standings) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t id : plan.withdrawals) {
    auto found = standings.find(id);
    if (found != standings.end() && found->second.state == State::paid &&
        found->second.txid != plan.intent.txid)
      out.push_back(found->first);
  }
  return out;
}

/// Throws Error `withdrawal.unsettled` (exit 4) when a withdrawal of the plan is not settled. All were
/// settled when the plan was made, but a reorganisation may have undone that.
void require_settled(const OpenPlan& plan, const std::vector<bridge::Withdrawal>& withdrawals,
                     const bridge::Settlement& settlement) {
  for (std::uint32_t id : plan.withdrawals) {
    std::string reason = id < withdrawals.size() ? settlement.of_withdrawal(withdrawals[id].l2_block).reason
                                                 : "it is not final on the layer 2";
    if (!reason.empty())
      throw not_ready("withdrawal.unsettled", fmt::format("the planned batch {} pays withdrawal {}: {}",
                                                          plan.intent.txid.display(), id, reason))
          .hint("do not sign the batch; wait, or give it up with peg-out drop");
  }
}

/// The withdrawals that can be paid now; tells the user why the others are left out.
std::vector<bridge::Withdrawal> payable(Ports& ports, const std::vector<bridge::Withdrawal>& withdrawals,
                                        const Standings& standings,
                                        const std::optional<bridge::Settlement>& settlement) {
  std::vector<bridge::Withdrawal> out;
  for (const bridge::Withdrawal& withdrawal : withdrawals) {
    const auto& standing = standings.at(withdrawal.id);
    auto leave = [&](const std::string& why) {
      ports.say(fmt::format("withdrawal {} is left out: {}", withdrawal.id, why));
    };
    if (standing.state == State::unclear)
      leave(standing.txid.display() + " looks like its payout, but spends no coin watched here");
    if (standing.state != State::requested) continue;
    std::string reason = bridge::unpayable_reason(withdrawal);
    if (reason.empty() && settlement) reason = settlement->of_withdrawal(withdrawal.l2_block).reason;
    if (reason.empty())
      out.push_back(withdrawal);
    else
      leave(reason);
  }
  return out;
}

/// Records in `notes` which withdrawals are paid because their epoch is proven, and tells the user.
void note_proven(Ports& ports, bridge::TransactionNotes& notes,
                 const std::vector<bridge::Withdrawal>& withdrawals, const bridge::Settlement& settlement) {
  notes.proven = services::proven_among(notes.withdrawals, withdrawals, settlement);
  if (!notes.proven.empty())
    ports.say(fmt::format("by proof, before the challenge window is over, this pays withdrawal{} {}",
                          notes.proven.size() == 1 ? "" : "s", fmt::join(notes.proven, ", ")));
}

/// `peg-out batch`: prints one PSBT that pays the requested withdrawals.
class BatchWithdrawals : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_;
  SpendPathOptions path_;
  FeeRateOption fee_rate_;
  std::optional<std::int64_t> max_;
  IgnoredTransactions ignored_;
  ProvenThreadOptions thread_;
  bool new_ = false, check_ = false;
};

}  // namespace

void BatchWithdrawals::options(Options& options) {
  options.chain();
  options.node();
  options.layer2();
  options.datadir();
  options.money();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(custody_, "--custody", "the custody that pays (default: the only one watched)");
  path_.declare(options);
  fee_rate_.declare(options);
  thread_.declare(options);
  options.maybe_integer(max_, "--max", "N", "pay at most this many withdrawals, the oldest first", 1,
                        1'000'000);
  ignored_.declare(options);
  options.flag(new_, "--new", "plan another batch even if one still waits for signatures");
  options.flag(check_, "--check", "record nothing; exit 1 when there is nothing to pay");
}

Exit BatchWithdrawals::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  bridge::Custody custody = services::load_custody(ports, params, custody_);
  bool dry = check_ || ports.dry_run();
  std::set<bitcoin::Txid> ignored = ignored_.txids();

  auto thread = thread_to_settle(ports, params, thread_, Need::required);
  services::RequestedWithdrawals requested = services::read_withdrawals(ports.layer2(), params);
  services::Watcher(ports, params).sync_to_tip();
  std::optional<bridge::Settlement> settlement;
  if (thread) settlement = services::settle(ports, params, *thread, requested);
  services::Sender sender(ports, params);
  sender.review(dry ? services::Sender::Resend::no : services::Sender::Resend::yes);
  services::PayoutLedger ledger(ports, params);
  if (!dry) adopt_unknown(ports, ledger, sender, requested.final);
  Standings standings = ledger.standings(requested.final, ignored);

  if (auto plan = new_ ? std::nullopt : open_plan(sender)) {
    auto paid = paid_by_others(*plan, standings);
    if (paid.empty()) {
      if (settlement) require_settled(*plan, requested.final, *settlement);
      ports.say("the batch planned before still waits for its signatures");
      ports.print(plan->psbt);
      return Exit::ok;
    }
    // Its signers refuse to pay that withdrawal again, so the plan will never be sent.
    ports.say(fmt::format("the planned batch {} is given up: another transaction paid withdrawal {}",
                          plan->intent.txid.display(), paid[0]));
    if (!dry) store::IntentStore(ports.database()).set_state(plan->intent.id, store::IntentState::replaced);
    for (std::uint32_t id : plan->withdrawals) {
      auto found = standings.find(id);
      if (found != standings.end() && found->second.txid == plan->intent.txid) found->second = {};
    }
  }

  std::vector<bridge::Withdrawal> pay = payable(ports, requested.final, standings, settlement);
  if (max_ && pay.size() > static_cast<std::size_t>(*max_)) pay.resize(static_cast<std::size_t>(*max_));
  if (pay.empty()) {
    ports.print(services::nothing_to_do("no withdrawal waits to be paid"));
    return check_ ? Exit::no : Exit::ok;
  }

  bridge::SpendPath path = path_.read();
  bridge::PayoutPlan plan = bridge::plan_payout({custody, path, services::free_coins(ports, custody, params),
                                                 std::move(pay), fee_rate_.choose(ports, params)},
                                                params);
  for (const bridge::LeftOut& left : plan.left_out)
    ports.say(fmt::format("withdrawal {} is left out: {}", left.id, left.reason));
  auto document = services::plan_document(bridge::TransactionKind::payout, custody, path,
                                          std::move(plan.psbt), plan.fee, plan.vsize, std::move(plan.ids));
  if (settlement) note_proven(ports, document.notes, requested.final, *settlement);
  if (!dry) sender.plan(document);
  ports.print(document.to_json());
  return Exit::ok;
}

std::unique_ptr<Command> batch_command() {
  return std::make_unique<BatchWithdrawals>();
}

}  // namespace pegkit::app::peg_out
