#include "app/watch_chain/commands.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <set>

#include "bitcoin/address.hpp"
#include "services/follow/header_sync.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/layer2/compare_commitments.hpp"
#include "services/params_file.hpp"
#include "services/send/sender.hpp"

namespace pegkit::app {
namespace {

constexpr std::size_t page = 1000;

Json watch_document(const store::Watch& watch, bitcoin::Chain chain, bool is_new) {
  Json out = new_document("watch");
  out["kind"] = watch.kind;
  out["label"] = watch.label;
  out["script_pubkey"] = to_hex(watch.script);
  if (auto address = bitcoin::script_address(watch.script, chain)) out["address"] = *address;
  if (!is_new) out["already"] = true;
  return out;
}

Json sequencer_document(const bridge::Params& params, bool is_new) {
  const auto& sequencer = params.require_challenge().sequencer;
  Json out = new_document("watch");
  out["kind"] = "sequencer";
  out["label"] = to_hex(sequencer.key);
  out["first_epoch"] = sequencer.first_epoch;
  out["epochs"] = sequencer.epochs;
  if (!is_new) out["already"] = true;
  return out;
}

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
    if (watch.kind != services::watch_custody) continue;
    Sat sum;
    auto coins = store.unspent(watch.script);
    for (const auto& coin : coins) sum += coin.output.value;
    out.push_back({{"label", watch.label}, {"coins", coins.size()}, {"balance_sat", sum.value()}});
  }
  return out;
}

/// What is known against the sequencer, and what it has to lose against the coins in custody.
Json sequencer_status(store::Database& database, Sat stake, Sat balance) {
  Json out = {{"stake_sat", stake.value()}};
  constexpr std::int64_t percent = 100;
  if (balance > Sat(0)) out["stake_percent"] = stake.value() * percent / balance.value();
  out["keys"] = store::RootStore(database).keys();
  out["equivocations"] = store::RootStore(database).equivocated();
  Json differing = Json::array();
  for (const store::Event& event : store::EventStore(database).live(services::event_difference))
    differing.push_back(event.data.at("epoch"));
  out["differences"] = differing;
  return out;
}

/// What the node says, when it is there to be asked.
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
    // The chain's first header is what is believed without proof.
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
    if (watch.kind == services::watch_thread) threads.insert(watch.script);
    if (watch.kind == services::watch_stake) stakes.insert(watch.script);
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
  out["deposits"] = events.live("deposit").size();
  out["payouts"] = events.live("payout").size();
  out["last_commitment"] = last_commitment(events.live("commitment"));
  if (params.challenge) out["sequencer"] = sequencer_status(database, stake, balance);
  out["last_event"] = events.last_seq();

  NodeView node = look_at_node(ports, tip);
  out["node"] = node.document;
  out["intents"] = intents_json(ports, params, node.reachable);
  return out;
}

}  // namespace

void InitWatch::options(Options& options) {
  options.chain();
  options.node();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters; kept in the data directory", Need::required);
  options.files(custody_, "--custody", "a custody document to watch");
  options.file(deposits_, "--deposits", "deposit documents to watch, JSON Lines");
  options.flag(from_genesis_, "--from-genesis", "check every header, from the genesis block on");
}

Exit InitWatch::run(Ports& ports) {
  std::vector<Json> deposits;
  if (!deposits_.empty()) deposits = services::read_documents(ports, deposits_);
  bridge::Params params = services::load_params(ports, params_);
  std::vector<store::Watch> watches;
  for (const std::string& file : custody_)
    watches.push_back(services::watch_of(services::read_json(ports, file), "", params.chain));
  for (const Json& document : deposits) watches.push_back(services::watch_of(document, "", params.chain));
  bool fresh = !store::HeaderStore(ports.database()).best_tip();
  services::HeaderSync(ports.database(), ports.node(), bitcoin::chain_params(params.chain), ports.now())
      .begin(params.start_height, from_genesis_);
  bool any_new = fresh;
  for (const store::Watch& watch : watches)
    any_new = services::add_watch(ports.database(), watch, params.start_height) || any_new;
  Json out = status_document(ports, params);
  if (!any_new) out["already"] = true;
  ports.print(out);
  return Exit::ok;
}

void AddWatch::options(Options& options) {
  options.chain();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of init)");
  options.file(input_, "--input", "custody, deposit or public-key documents (default: stdin)");
  options.text(label_, "--label", "TEXT", "a name for people (default: the address)");
  options.maybe_integer(since_, "--since", "HEIGHT",
                        "search blocks from this height (default: the bridge's start)", 1, INT32_MAX);
}

Exit AddWatch::run(Ports& ports) {
  // Read before the data directory is locked: what writes to this pipe may hold the lock until it is done.
  std::vector<Json> documents = services::read_documents(ports, input_);
  bridge::Params params = services::load_params(ports, params_);
  auto since = static_cast<std::uint32_t>(since_.value_or(params.start_height));
  std::vector<store::Watch> watches;
  for (const Json& document : documents) {
    if (document_type(document) == "ots-keys") {
      // Signatures of roots are recognised from now on, and in the blocks of the thread.
      bool is_new =
          services::SequencerKeys::keep(ports, params, services::read_sequencer_set(document, params));
      ports.print_line(sequencer_document(params, is_new));
    } else {
      watches.push_back(services::watch_of(document, label_, params.chain));
    }
  }
  for (const store::Watch& watch : watches) {
    bool is_new = services::add_watch(ports.database(), watch, since);
    ports.print_line(watch_document(watch, params.chain, is_new));
  }
  return Exit::ok;
}

void RunWatch::options(Options& options) {
  options.chain();
  options.node();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of init)");
  options.flag(once_, "--once", "up to the tip and no further (default)");
  options.flag(follow_, "--follow", "until stopped; the data directory is locked meanwhile");
  options.flag(compare_, "--compare",
               "compare every commitment with the layer 2: one that differs is an event");
  options.layer2();
  options.integer(interval_, "--interval", "SECONDS", "between two looks at the node with --follow", 1, 3600);
}

Exit RunWatch::run(Ports& ports) {
  if (once_ && follow_) throw usage_error("--once and --follow exclude each other");
  bridge::Params params = services::load_params(ports, params_);
  services::Watcher watcher(
      ports, params, [&](const store::Event& event) { ports.print_line(services::event_document(event)); });
  bool was_behind = false;
  for (;;) {
    try {
      services::Watcher::Outcome outcome = watcher.sync();
      if (outcome.node_behind && !was_behind) {
        ports.say(fmt::format("the node is behind: its height is {}, the chain known here has {}",
                              outcome.node_height, outcome.height));
      }
      was_behind = outcome.node_behind;
      if (compare_)
        for (const store::Event& event : services::compare_commitments(ports, params))
          ports.print_line(services::event_document(event));
      services::Sender(ports, params).review(services::Sender::Resend::no);
      if (!follow_) return ports.interrupted() ? Exit::interrupted : Exit::ok;
    } catch (const Error& e) {
      if (!follow_ || e.exit() != Exit::unreachable || e.code() == "node.garbage") throw;
      ports.say(e.message());
    }
    if (ports.interrupted()) return Exit::ok;
    ports.sleep_ms(interval_ * 1000);
    if (ports.interrupted()) return Exit::ok;
  }
}

void ListEvents::options(Options& options) {
  options.chain();
  options.datadir();
  options.integer(since_, "--since", "SEQ", "events after this sequence number", 0, INT64_MAX);
  options.choice(
      kind_, "--kind",
      {"deposit", "payout", "commitment", "graph", "spend", "record", "equivocation", "difference"},
      "events of one kind, and what undoes them");
}

Exit ListEvents::run(Ports& ports) {
  store::EventStore events(ports.database());
  for (std::int64_t since = since_;;) {
    auto found = events.since(since, page);
    for (const store::Event& event : found) {
      if (kind_.empty() || event.kind == kind_) ports.print_line(services::event_document(event));
    }
    if (found.size() < page || ports.interrupted()) return Exit::ok;
    since = found.back().seq;
  }
}

void WatchStatus::options(Options& options) {
  options.flag(
      check_, "--check",
      "exit 1 when the sequencer signed two roots for an epoch or committed to what the layer 2 has not");
  options.chain();
  options.node();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of init)");
}

Exit WatchStatus::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  Json status = status_document(ports, params);
  ports.print(status);
  if (!check_ || !status.contains("sequencer")) return Exit::ok;
  const Json& sequencer = status["sequencer"];
  return sequencer["equivocations"].empty() && sequencer["differences"].empty() ? Exit::ok : Exit::no;
}

}  // namespace pegkit::app
