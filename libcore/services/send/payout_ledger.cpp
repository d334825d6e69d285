#include "services/send/payout_ledger.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bridge/payout.hpp"
#include "evm/address.hpp"
#include "services/follow/event_data.hpp"
#include "services/send/intents.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {
namespace {

using bitcoin::Transaction;
using bitcoin::Txid;

/// The output that pays withdrawal `id`; null when the record does not name it.
const bitcoin::TxOut* output_of(std::uint32_t id, const std::vector<std::uint32_t>& ids,
                                const std::vector<bitcoin::TxOut>& outputs) {
  auto found = std::ranges::find(ids, id);
  auto place = static_cast<std::size_t>(found - ids.begin());
  return found == ids.end() || place >= outputs.size() ? nullptr : &outputs[place];
}

bool gives_the_same(std::uint32_t id, const std::vector<std::uint32_t>& ids,
                    const std::vector<bitcoin::TxOut>& outputs, const bitcoin::TxOut& wanted) {
  const bitcoin::TxOut* output = output_of(id, ids, outputs);
  return output && *output == wanted;
}

std::vector<std::uint32_t> paid_by(const Payments& payments,
                                   const std::vector<bridge::Withdrawal>& withdrawals) {
  Transaction shape;
  shape.outputs = payments.outputs;
  shape.outputs.emplace_back();  // the record's place
  return bridge::check_payout(shape, {payments.ids}, withdrawals);
}

}  // namespace

std::string withdrawal_key(const bridge::Params& params, std::uint32_t id) {
  return fmt::format("withdrawal:{}:{}", evm::format_address(params.layer2.contract), id);
}

std::string coin_key(const bitcoin::OutPoint& outpoint) {
  return "coin:" + outpoint.text();
}

bool shares_input(const Transaction& a, const Transaction& b) {
  std::set<bitcoin::OutPoint> spent;
  for (const auto& input : a.inputs) spent.insert(input.prevout);
  return std::ranges::any_of(b.inputs, [&](const auto& input) { return spent.contains(input.prevout); });
}

const char* payout_state_name(PayoutLedger::State state) {
  switch (state) {
    case PayoutLedger::State::requested:
      return "requested";
    case PayoutLedger::State::planned:
      return "planned";
    case PayoutLedger::State::sent:
      return "sent";
    case PayoutLedger::State::paid:
      return "paid";
    case PayoutLedger::State::unclear:
      return "unclear";
  }
  return "";
}

bool PayoutLedger::knows_payouts() {
  return !intents_of(ports_.database(), bridge::TransactionKind::payout).empty();
}

std::vector<Transaction> PayoutLedger::mempool_spends() {
  store::WatchStore watches(ports_.database());
  std::set<bitcoin::Script> scripts;
  for (const store::Watch& watch : watches.list()) scripts.insert(watch.script);
  std::vector<bitcoin::OutPoint> ask;
  for (const store::WatchedCoin& coin : watches.unspent()) ask.push_back(coin.outpoint);

  std::vector<Transaction> out;
  std::set<Txid> seen;
  while (!ask.empty()) {
    std::vector<Txid> spenders;
    for (const auto& spender : ports_.node().spending(ask)) {
      if (spender && seen.insert(*spender).second) spenders.push_back(*spender);
    }
    ask.clear();
    for (auto& tx : ports_.node().transactions(spenders)) {
      if (!tx) continue;
      Txid txid = tx->txid();
      for (std::uint32_t vout = 0; vout < tx->outputs.size(); ++vout) {
        if (scripts.contains(tx->outputs[vout].script_pubkey)) ask.push_back({txid, vout});
      }
      out.push_back(std::move(*tx));
    }
  }
  return out;
}

std::vector<MempoolPayout> PayoutLedger::mempool_payouts() {
  if (mempool_) return *mempool_;
  std::vector<Transaction> candidates = mempool_spends();
  if (!knows_payouts()) {
    for (auto& tx : ports_.node().transactions(ports_.node().mempool())) {
      if (tx) candidates.push_back(std::move(*tx));
    }
  }
  mempool_.emplace();
  std::set<Txid> seen;
  for (Transaction& tx : candidates) {
    auto record = bridge::payout_record(params_.magic, tx);
    Txid txid = tx.txid();
    if (record && seen.insert(txid).second) mempool_->push_back({std::move(tx), txid, std::move(*record)});
  }
  return *mempool_;
}

std::map<std::uint32_t, PayoutLedger::Standing> PayoutLedger::standings(
    const std::vector<bridge::Withdrawal>& withdrawals, const std::set<Txid>& ignored) {
  std::map<std::uint32_t, Standing> out;
  for (const bridge::Withdrawal& withdrawal : withdrawals) out[withdrawal.id];
  auto mark = [&](std::uint32_t id, State state, const Txid& txid) {
    auto found = out.find(id);
    if (found != out.end() && found->second.state < state) found->second = {state, txid};
  };

  store::IntentStore intents(ports_.database());
  for (const store::Intent& intent : intents.open()) {
    State state = intent.state == store::IntentState::sent ? State::sent : State::planned;
    for (const bridge::Withdrawal& withdrawal : withdrawals) {
      if (std::ranges::find(intent.keys, withdrawal_key(params_, withdrawal.id)) != intent.keys.end())
        mark(withdrawal.id, state, intent.txid);
    }
  }
  for (const MempoolPayout& payout : mempool_payouts()) {
    for (std::uint32_t id : bridge::check_payout(payout.tx, payout.record, withdrawals))
      mark(id, State::sent, payout.txid);
  }
  store::EventStore events(ports_.database());
  for (const store::Event& event : events.live(PayoutData::kind)) {
    auto seen = PayoutData::from(event);
    for (std::uint32_t id : paid_by(seen.payments, withdrawals)) mark(id, State::paid, seen.txid);
  }
  for (const store::Event& event : events.live(RecordData::kind)) {
    auto seen = RecordData::from(event);
    if (!seen.payments || ignored.contains(seen.txid)) continue;
    for (std::uint32_t id : paid_by(*seen.payments, withdrawals)) {
      if (out[id].state != State::paid) mark(id, State::unclear, seen.txid);
    }
  }
  return out;
}

void PayoutLedger::require_unpaid(const Transaction& tx, const bridge::PayoutRecord& record) {
  Txid txid = tx.txid();
  store::IntentStore intents(ports_.database());
  std::vector<PayoutData> confirmed;
  for (const store::Event& event : store::EventStore(ports_.database()).live(PayoutData::kind))
    confirmed.push_back(PayoutData::from(event));

  for (std::uint32_t id : record.ids) {
    const bitcoin::TxOut* output = output_of(id, record.ids, tx.outputs);
    if (!output) continue;
    auto refuse = [&](const char* code, const char* where, const Txid& other) {
      throw refused(code, fmt::format("withdrawal {} is {} by {}", id, where, other.display()));
    };
    for (const PayoutData& seen : confirmed) {
      if (seen.txid != txid && gives_the_same(id, seen.payments.ids, seen.payments.outputs, *output))
        refuse("withdrawal.paid", "paid", seen.txid);
    }
    for (const MempoolPayout& payout : mempool_payouts()) {
      if (payout.txid == txid || shares_input(payout.tx, tx)) continue;
      if (gives_the_same(id, payout.record.ids, payout.tx.outputs, *output))
        refuse("withdrawal.pending", "about to be paid", payout.txid);
    }
    for (const store::Intent& intent : intents.by_key(withdrawal_key(params_, id))) {
      if (!store::is_open(intent.state) || intent.txid == txid ||
          shares_input(Transaction::parse(intent.raw), tx))
        continue;
      refuse("withdrawal.held", "to be paid", intent.txid);
    }
  }
}

}  // namespace pegkit::services
