#include "services/send/sender.hpp"

#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "bitcoin/script.hpp"
#include "bridge/record.hpp"
#include "services/ports.hpp"
#include "services/send/payout_ledger.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {
namespace {

using bitcoin::Transaction;
using bitcoin::Txid;
using store::Intent;
using store::IntentState;

/// True for bitcoind's reasons that go away with time or with other transactions.
bool may_pass(const std::string& reason) {
  constexpr std::array reasons = {
      "non-BIP68-final",         "non-final",    "bad-txns-premature-spend", "min relay fee not met",
      "mempool min fee not met", "mempool full", "too-long-mempool-chain"};
  return std::ranges::any_of(reasons, [&](const char* start) { return reason.starts_with(start); });
}

Error rejection(const std::string& reason) {
  std::string text = "the node refuses the transaction: " + reason;
  if (may_pass(reason)) return not_ready("tx.not_yet", text);
  Error error = input_error("tx.rejected", text);
  if (reason.find("missing") != std::string::npos)
    return std::move(error).hint("one of its inputs is spent, or not confirmed here");
  if (reason.find("insufficient fee") != std::string::npos)
    return std::move(error).hint(
        "it conflicts with a transaction in the mempool that pays more; bump raises the fee");
  return error;
}

/// False for a row whose raw bytes are not the transaction that it names.
bool holds_transaction(const Intent& intent) {
  try {
    return Transaction::parse(intent.raw).txid() == intent.txid;
  } catch (const Error&) {
    return false;
  }
}

std::vector<std::string> keys_of(const Transaction& tx, const std::vector<std::uint32_t>& withdrawals,
                                 const bridge::Params& params) {
  std::vector<std::string> keys;
  for (std::uint32_t id : withdrawals) keys.push_back(withdrawal_key(params, id));
  for (const auto& input : tx.inputs) keys.push_back(coin_key(input.prevout));
  return keys;
}

}  // namespace

Json intent_json(const IntentReport& report) {
  const Intent& intent = report.intent;
  IntentDetails details = IntentDetails::of(intent);
  Json out = {{"txid", intent.txid.display()},
              {"kind", bridge::transaction_kind_name(kind_of(intent))},
              {"state", store::intent_state_name(intent.state)},
              {"created", intent.created},
              {"confirmations", report.confirmations}};
  if (!details.withdrawals.empty()) out["withdrawals"] = details.withdrawals;
  if (details.replaces) out["replaces"] = details.replaces->display();
  out["reason"] = report.reason;
  return out;
}

Json sent_document(const Sent& sent, const bridge::TransactionNotes& notes) {
  Json out = new_document("sent");
  out["txid"] = sent.txid.display();
  if (notes.kind != bridge::TransactionKind::unnamed) out["kind"] = bridge::transaction_kind_name(notes.kind);
  out["confirmations"] = sent.confirmations;
  if (sent.fee) out["fee_sat"] = sent.fee->value();
  if (sent.fee) out["vsize"] = sent.vsize;
  if (!notes.withdrawals.empty()) out["withdrawals"] = notes.withdrawals;
  if (sent.already) out["already"] = true;
  if (sent.dry_run) out["dry_run"] = true;
  return out;
}

Sender::Sender(Ports& ports, const bridge::Params& params)
    : ports_(ports), params_(params), intents_(ports.database()) {}

Intent Sender::make_intent(const Transaction& tx, const bridge::TransactionNotes& notes,
                           IntentDetails details) const {
  Intent intent;
  intent.txid = tx.txid();
  intent.id = intent.txid.display();
  intent.kind = bridge::transaction_kind_name(notes.kind);
  intent.raw = tx.serialize();
  intent.created = ports_.now();
  auto record = bridge::payout_record(params_.magic, tx);
  details.withdrawals = record ? record->ids : notes.withdrawals;
  intent.details = details.to_json();
  intent.keys = keys_of(tx, details.withdrawals, params_);
  return intent;
}

void Sender::plan(const bridge::PsbtDocument& document, const std::optional<Txid>& replaces) {
  IntentDetails details;
  details.psbt = document.to_json();
  details.replaces = replaces;
  Intent intent = make_intent(document.psbt.tx, document.notes, std::move(details));
  if (auto known = intents_.find(intent.id)) {
    // The plan was given up, and is made again.
    if (known->state == IntentState::replaced) intents_.set_state(intent.id, IntentState::planned);
    return;
  }
  intents_.put(intent);
}

void Sender::adopt(const Transaction& tx, bridge::TransactionKind kind) {
  bridge::TransactionNotes notes;
  notes.kind = kind;
  keep_sent(tx, notes, {});
}

void Sender::keep_sent(const Transaction& tx, const bridge::TransactionNotes& notes, const SendTerms& terms) {
  IntentDetails details;
  details.burn = terms.burn;
  details.replaces = terms.replaces;
  Intent intent = make_intent(tx, notes, std::move(details));
  auto known = intents_.find(intent.id);
  if (!known && terms.replaces && intents_.find(terms.replaces->display())) {
    intent.state = IntentState::sent;
    intents_.replace(terms.replaces->display(), intent);
    return;
  }
  if (!known) {
    intent.state = IntentState::sent;
    intents_.put(intent);
    return;
  }
  if (known->state == IntentState::confirmed) return;
  auto replaces = IntentDetails::of(*known).replaces;
  intents_.mark_sent(intent.id, intent.raw, replaces ? std::optional(replaces->display()) : std::nullopt);
}

Sent Sender::send(const Transaction& tx, const bridge::TransactionNotes& notes, const SendTerms& terms) {
  Sent out;
  out.txid = tx.txid();
  Place place = locate(tx, out.txid);
  if (place.height || ports_.node().in_mempool(out.txid)) {
    out.already = true;
    if (place.height) out.confirmations = depth(*place.height);
    // After the database was lost it is recorded again.
    if (!ports_.dry_run()) keep_sent(tx, notes, terms);
    return out;
  }

  net::MempoolVerdict verdict = ports_.node().test_accept({tx}).at(0);
  if (!verdict.allowed) throw rejection(verdict.reason);
  out.fee = verdict.fee;
  out.vsize = verdict.vsize;
  params_.check_fee(verdict.fee);
  if (verdict.fee > params_.fee_cap.fee(verdict.vsize + terms.parent_vsize)) {
    throw refused("fee.rate",
                  fmt::format("the fee of {} sat for {} vbytes is above the cap of {} sat/vB",
                              verdict.fee.value(), verdict.vsize, params_.fee_cap.sat_per_kvb() / 1000));
  }
  if (ports_.dry_run()) {
    out.dry_run = true;
    return out;
  }
  std::string question = fmt::format("send the {} {} with a fee of {} sat ({} vbytes)?",
                                     bridge::transaction_kind_name(notes.kind), out.txid.display(),
                                     verdict.fee.value(), verdict.vsize);
  if (!ports_.confirm(question)) throw Error(Exit::no, "confirm.no", "not sent");
  keep_sent(tx, notes, terms);
  ports_.node().send(tx, terms.burn);
  return out;
}

std::int64_t Sender::depth(std::uint32_t height) {
  if (!tip_) tip_ = ports_.node().block_count();
  return std::max<std::int64_t>(0, std::int64_t{*tip_} - height + 1);
}

Sender::Place Sender::locate(const Transaction& tx, const Txid& txid) {
  store::WatchStore watches(ports_.database());
  Place out;
  for (const auto& input : tx.inputs) {
    auto coin = watches.coin(input.prevout);
    if (!coin) continue;
    out.watched = true;
    if (!coin->spent) continue;
    if (coin->spent->by == txid) {
      out.height = coin->spent->height;
      return out;
    }
    out.conflict = coin->spent->by;
    out.conflict_height = coin->spent->height;
  }
  if (out.watched) return out;
  for (std::uint32_t vout = 0; vout < tx.outputs.size(); ++vout) {
    const bitcoin::Script& script = tx.outputs[vout].script_pubkey;
    if (!script.empty() && script[0] == bitcoin::OP_RETURN) continue;
    auto watched = watches.coin({txid, vout});
    if (watched) {
      out.height = watched->height;
      return out;
    }
    if (auto coin = ports_.node().coin({txid, vout}, false)) {
      out.height = coin->height;
      return out;
    }
  }
  return out;
}

std::string Sender::look_unconfirmed(const Intent& intent, const Transaction& tx, Resend resend) {
  if (ports_.node().in_mempool(intent.txid)) return "in the mempool";
  if (intent.state == IntentState::planned) {
    std::vector<bitcoin::OutPoint> inputs;
    for (const auto& input : tx.inputs) inputs.push_back(input.prevout);
    for (const auto& spender : ports_.node().spending(inputs)) {
      if (spender) return "an input is spent in the mempool by " + spender->display();
    }
    return "not sent yet";
  }
  net::MempoolVerdict verdict = ports_.node().test_accept({tx}).at(0);
  if (!verdict.allowed) return "the node refuses it: " + verdict.reason;
  if (resend == Resend::no || ports_.dry_run()) return "not in the mempool, to be sent again";
  Sat burn = IntentDetails::of(intent).burn;
  try {
    ports_.node().send(tx, burn);
  } catch (const Error& e) {
    if (e.exit() != Exit::input) throw;
    return e.message();
  }
  return "in the mempool, sent again";
}

IntentReport Sender::look(Intent intent, Resend resend) {
  Transaction tx = Transaction::parse(intent.raw);
  Place place = locate(tx, intent.txid);
  std::int64_t needed = params_.payout_confirmations;
  IntentReport report{std::move(intent), 0, ""};
  if (place.height) {
    report.confirmations = depth(*place.height);
    if (report.confirmations >= needed) {
      intents_.set_state(report.intent.id, IntentState::confirmed);
      report.intent.state = IntentState::confirmed;
    } else {
      report.reason = fmt::format("{} of {} confirmations", report.confirmations, needed);
    }
  } else if (place.conflict) {
    report.reason = "an input was spent by " + place.conflict->display();
    if (depth(place.conflict_height) >= needed) {
      intents_.set_state(report.intent.id, IntentState::abandoned);
      report.intent.state = IntentState::abandoned;
    }
  } else {
    report.reason = look_unconfirmed(report.intent, tx, resend);
  }
  return report;
}

void Sender::reopen_undone() {
  for (const Intent& intent : intents_.list()) {
    bool closed = intent.state == IntentState::confirmed || intent.state == IntentState::abandoned;
    if (!closed) continue;
    if (!holds_transaction(intent)) continue;
    Transaction tx = Transaction::parse(intent.raw);
    bool watched = false, settled = false;
    for (const auto& input : tx.inputs) {
      auto coin = store::WatchStore(ports_.database()).coin(input.prevout);
      watched = watched || coin;
      settled = settled || (coin && coin->spent);
    }
    if (watched && !settled) {
      intents_.set_state(intent.id, tx.has_witness() ? IntentState::sent : IntentState::planned);
    }
  }
}

std::vector<IntentReport> Sender::review(Resend resend) {
  tip_.reset();
  reopen_undone();
  std::vector<IntentReport> out;
  for (Intent& intent : intents_.open()) {
    if (!holds_transaction(intent)) continue;
    IntentReport report = look(std::move(intent), resend);
    if (store::is_open(report.intent.state)) out.push_back(std::move(report));
  }
  return out;
}

std::vector<Intent> Sender::open(bridge::TransactionKind kind) {
  std::vector<Intent> out;
  for (Intent& intent : intents_.open()) {
    if (kind_of(intent) == kind) out.push_back(std::move(intent));
  }
  return out;
}

}  // namespace pegkit::services
