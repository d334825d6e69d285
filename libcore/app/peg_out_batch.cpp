#include <algorithm>
#include <fmt/core.h>

#include "app/bridge_state.hpp"
#include "app/payout_ledger.hpp"
#include "app/peg_out.hpp"
#include "app/sender.hpp"
#include "app/watcher.hpp"
#include "app/withdrawals.hpp"

namespace pegkit::app {
namespace {

using State = PayoutLedger::State;
using Standings = std::map<std::uint32_t, PayoutLedger::Standing>;

/// Payouts in the mempool that this database does not know (it was lost, or another machine sent them).
void adopt_unknown(Ports& ports, PayoutLedger& ledger, Sender& sender,
                   const std::vector<bridge::Withdrawal>& withdrawals) {
  store::IntentStore intents(ports.database());
  for (const MempoolPayout& payout : ledger.mempool_payouts()) {
    bool pays = !bridge::check_payout(payout.tx, payout.record, withdrawals).empty();
    if (!pays || intents.find_txid(payout.txid)) continue;
    ports.say("the mempool has a payout that is not recorded here: " + payout.txid.display());
    sender.adopt(payout.tx, "payout");
  }
}

/// The newest plan that still waits for its signatures, bumps aside.
std::optional<store::Intent> open_plan(Sender& sender) {
  std::optional<store::Intent> out;
  for (store::Intent& intent : sender.open("payout")) {
    bool waits = intent.state == store::IntentState::planned && planned_psbt(intent);
    if (waits && !intent.details.contains("replaces")) out = std::move(intent);
  }
  return out;
}

/// The withdrawals of a plan that others pay, by transactions that do not spend the plan's coins.
std::vector<std::uint32_t> paid_by_others(const store::Intent& plan, const Standings& standings) {
  std::vector<std::uint32_t> out;
  for (const Json& id : plan.details.value("withdrawals", Json::array())) {
    auto found = standings.find(id.get<std::uint32_t>());
    if (found != standings.end() && found->second.state == State::paid && found->second.txid != plan.txid)
      out.push_back(found->first);
  }
  return out;
}

}  // namespace

void BatchWithdrawals::options(Options& options) {
  options.chain();
  options.node();
  options.layer2();
  options.datadir();
  options.money();
  options.file(params_, "--params", "the bridge's parameters (default: those used before)");
  options.file(custody_, "--custody", "the custody that pays (default: the only one watched)");
  path_.declare(options);
  fee_rate_.declare(options);
  options.maybe_integer(max_, "--max", "N", "pay at most this many withdrawals, the oldest first", 1,
                        1'000'000);
  options.texts(ignore_, "--ignore", "TXID",
                "a confirmed transaction that looks like a payout but is none of the custody's");
  options.flag(new_, "--new", "plan another batch beside one that waits for signatures");
  options.flag(check_, "--check", "record nothing; exit 1 when there is nothing to pay");
}

Exit BatchWithdrawals::run(Ports& ports) {
  bridge::Params params = load_params(ports, params_);
  bridge::Custody custody = load_custody(ports, params, custody_);
  bool dry = check_ || ports.dry_run();
  std::set<bitcoin::Txid> ignored;
  for (const std::string& txid : ignore_) ignored.insert(bitcoin::Txid::from_display(txid));

  RequestedWithdrawals requested = read_withdrawals(ports.layer2(), params);
  Watcher(ports, params).sync_to_tip();
  Sender sender(ports, params);
  sender.review(dry ? Sender::Resend::no : Sender::Resend::yes);
  PayoutLedger ledger(ports, params);
  if (!dry) adopt_unknown(ports, ledger, sender, requested.final);
  Standings standings = ledger.standings(requested.final, ignored);

  if (auto plan = new_ ? std::nullopt : open_plan(sender)) {
    auto paid = paid_by_others(*plan, standings);
    if (paid.empty()) {
      ports.say("the batch planned before still waits for its signatures");
      ports.print(*planned_psbt(*plan));
      return Exit::ok;
    }
    // Its signers refuse to pay that withdrawal again, so the plan will never be sent.
    ports.say(fmt::format("the planned batch {} is given up: another transaction paid withdrawal {}",
                          plan->txid.display(), paid[0]));
    if (!dry) store::IntentStore(ports.database()).set_state(plan->id, store::IntentState::replaced);
    for (const Json& id : plan->details.at("withdrawals")) {
      auto found = standings.find(id.get<std::uint32_t>());
      if (found != standings.end() && found->second.txid == plan->txid) found->second = {};
    }
  }

  std::vector<bridge::Withdrawal> pay;
  for (const bridge::Withdrawal& withdrawal : requested.final) {
    const auto& standing = standings.at(withdrawal.id);
    if (standing.state == State::unclear) {
      ports.say(
          fmt::format("withdrawal {} is left out: {} looks like its payout, but spends no coin watched here",
                      withdrawal.id, standing.txid.display()));
    }
    if (standing.state != State::requested) continue;
    std::string reason = bridge::unpayable_reason(withdrawal);
    if (reason.empty()) {
      pay.push_back(withdrawal);
    } else {
      ports.say(fmt::format("withdrawal {} is left out: {}", withdrawal.id, reason));
    }
  }
  if (max_ && pay.size() > static_cast<std::size_t>(*max_)) pay.resize(static_cast<std::size_t>(*max_));
  if (pay.empty()) {
    ports.print(nothing_to_do("no withdrawal waits to be paid"));
    return check_ ? Exit::no : Exit::ok;
  }

  bridge::SpendPath path = path_.read();
  bridge::PayoutPlan plan = bridge::plan_payout(
      {custody, path, free_coins(ports, custody, params), std::move(pay), fee_rate_.choose(ports, params)},
      params);
  for (const bridge::LeftOut& left : plan.left_out)
    ports.say(fmt::format("withdrawal {} is left out: {}", left.id, left.reason));
  auto document =
      plan_document("payout", custody, path, std::move(plan.psbt), plan.fee, plan.vsize, std::move(plan.ids));
  if (!dry) sender.plan(document);
  ports.print(document.to_json());
  return Exit::ok;
}

}  // namespace pegkit::app
