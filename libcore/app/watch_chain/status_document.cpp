#include "app/watch_chain/status_document.hpp"

#include "base/amount.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/params.hpp"
#include "services/follow/event_data.hpp"
#include "services/follow/header_sync.hpp"
#include "services/follow/watches.hpp"
#include "services/send/sender.hpp"
#include "store/database.hpp"
#include "store/event_store.hpp"
#include "store/header_store.hpp"
#include "store/intent_store.hpp"
#include "store/root_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::app::watch_chain {
namespace {

Json last_commitment(const std::vector<store::Event>& commitments) {
  if (commitments.empty()) return nullptr;
  const store::Event& last = commitments.back();
  Json out = last.data;
  out["height"] = last.height;
  return out;
}

Json balance_by_label(const std::vector<store::Watch>& watches, store::WatchStore& store) {
  Json out = Json::array();
  for (const store::Watch& watch : watches) {
    if (watch.kind != store::WatchKind::custody) continue;
    Sat sum;
    auto coins = store.unspent(watch.script);
    for (const auto& coin : coins) sum += coin.output.value;
    out.push_back({{"label", watch.label}, {"coins", coins.size()}, {"balance_sat", sum.value()}});
  }
  return out;
}

/// The sequencer's stake, also as a percentage of the coins in custody, and the epochs in which it cheated.
Json sequencer_status(store::Database& database, Sat stake, Sat balance) {
  Json out = {{"stake_sat", stake.value()}};
  constexpr std::int64_t percent = 100;
  if (balance > Sat(0)) out["stake_percent"] = stake.value() * percent / balance.value();
  out["keys"] = store::RootStore(database).keys();
  out["equivocations"] = store::RootStore(database).equivocated();
  Json differing = Json::array();
  for (const store::Event& event : store::EventStore(database).live(services::DifferenceData::kind))
    differing.push_back(services::DifferenceData::from(event).commitment.record.epoch);
  out["differences"] = differing;
  return out;
}

/// The node's height, or the error when the node cannot be reached.
struct NodeView {
  Json document = nullptr;
  bool reachable = false;
};

NodeView look_at_node(Ports& ports, const std::optional<store::StoredHeader>& tip) {
  try {
    std::uint32_t height = ports.node().block_count();
    bool known = store::HeaderStore(ports.database()).find(ports.node().best_block()).has_value();
    bool behind = tip && known && height < tip->height;
    return {{{"height", height}, {"behind", behind}}, true};
  } catch (const Error& e) {
    if (e.exit() != Exit::unreachable) throw;
    return {{{"error", e.message()}}, false};
  }
}

Json intents_json(Ports& ports, const bridge::Params& params, bool reachable) {
  Json out = Json::array();
  if (reachable) {
    for (const services::IntentReport& report :
         services::Sender(ports, params).review(services::Sender::Resend::no))
      out.push_back(services::intent_json(report));
  } else {
    for (const store::Intent& intent : store::IntentStore(ports.database()).open())
      out.push_back(services::intent_json({intent, 0, "the node cannot be asked"}));
  }
  return out;
}

}  // namespace

Json status_document(Ports& ports, const bridge::Params& params) {
  store::Database& database = ports.database();
  store::HeaderStore headers(database);
  store::WatchStore watches(database);
  store::EventStore events(database);

  Json out = new_document("status");
  auto tip = headers.best_tip();
  out["params"] = to_hex(params.hash());
  out["height"] = tip ? Json(tip->height) : Json(nullptr);
  out["tip"] = tip ? Json(tip->hash.display()) : Json(nullptr);
  if (tip) {
    // The first stored header is the anchor: no proof of work before it was checked.
    std::uint32_t anchor =
        services::HeaderSync::anchor_height(params.start_height, bitcoin::chain_params(params.chain));
    bool from_genesis = headers.best_at(0).has_value();
    auto first = headers.best_at(from_genesis ? 0 : anchor);
    if (first) out["anchor"] = {{"height", first->height}, {"block", first->hash.display()}};
  }
  out["headers"] = headers.count();
  auto position = watches.position();
  out["scanned_height"] = position ? Json(position->height) : Json(nullptr);
  out["rescanning"] = watches.behind().size();

  auto all = watches.list();
  std::set<bitcoin::Script> threads, stakes;
  for (const store::Watch& watch : all) {
    if (watch.kind == store::WatchKind::thread) threads.insert(watch.script);
    if (watch.kind == store::WatchKind::stake) stakes.insert(watch.script);
  }
  Sat balance, stake;
  std::size_t custodial = 0;
  for (const auto& coin : watches.unspent()) {
    if (threads.contains(coin.output.script_pubkey)) continue;
    if (stakes.contains(coin.output.script_pubkey)) {
      stake += coin.output.value;
      continue;
    }
    balance += coin.output.value;
    ++custodial;
  }
  out["watches"] = all.size();
  out["coins"] = custodial;
  out["balance_sat"] = balance.value();
  out["custody"] = balance_by_label(all, watches);
  out["deposits"] = events.live(store::EventKind::deposit).size();
  out["payouts"] = events.live(store::EventKind::payout).size();
  out["last_commitment"] = last_commitment(events.live(store::EventKind::commitment));
  if (params.challenge) out["sequencer"] = sequencer_status(database, stake, balance);
  out["last_event"] = events.last_seq();

  NodeView node = look_at_node(ports, tip);
  out["node"] = node.document;
  out["intents"] = intents_json(ports, params, node.reachable);
  return out;
}

}  // namespace pegkit::app::watch_chain
