#include "services/follow/watcher.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"
#include "bridge/record.hpp"
#include "net/rpc_codes.hpp"
#include "services/follow/event_data.hpp"
#include "services/follow/header_sync.hpp"
#include "services/follow/sequencer_keys.hpp"

namespace pegkit::services {
namespace {

using bitcoin::Transaction;
using bitcoin::Txid;
using store::StoredHeader;

constexpr std::uint32_t quiet_blocks = 100;  ///< blocks without an event that one SQLite transaction may hold

std::string key_of(const bitcoin::Script& script) {
  return std::string(as_text(script));
}

/// Says every few seconds how far a long run is.
class Progress {
 public:
  Progress(Ports& ports, std::string what) : ports_(ports), what_(std::move(what)), last_(ports.now()) {}
  void at(std::uint32_t height, std::uint32_t of) {
    if (ports_.now() - last_ < interval_seconds) return;
    last_ = ports_.now();
    ports_.say(fmt::format("{} {} of {}", what_, height, of));
  }

 private:
  static constexpr std::int64_t interval_seconds = 5;
  Ports& ports_;
  std::string what_;
  std::int64_t last_;
};

}  // namespace

std::size_t Watcher::OutPointHash::operator()(const bitcoin::OutPoint& outpoint) const {
  std::size_t out;
  std::memcpy(&out, outpoint.txid.bytes.data(), sizeof out);
  return out ^ outpoint.vout;
}

bool Watcher::Interest::touches(const Transaction& tx, const bridge::Magic& magic) const {
  auto spends = [&](const bitcoin::TxIn& input) { return coins.contains(input.prevout); };
  auto pays = [&](const bitcoin::TxOut& output) {
    const bitcoin::Script& script = output.script_pubkey;
    if (records && !script.empty() && script[0] == bitcoin::OP_RETURN)
      return bridge::has_magic(magic, script);
    return scripts.contains(key_of(script));
  };
  return std::ranges::any_of(tx.inputs, spends) || std::ranges::any_of(tx.outputs, pays);
}

Watcher::Watcher(Ports& ports, const bridge::Params& params, Emit emit)
    : ports_(ports),
      params_(params),
      emit_(std::move(emit)),
      database_(ports.database()),
      headers_(database_),
      events_(database_),
      watches_(database_),
      roots_(database_) {
  params.require_chain(ports.chain());
}

Watcher::Outcome Watcher::sync(bool from_genesis) {
  const auto& chain = bitcoin::chain_params(params_.chain);
  HeaderSync sync(database_, ports_.node(), chain, ports_.now());
  Progress progress(ports_, "headers");
  sync.begin(params_.start_height, from_genesis);
  auto headers = sync.run([&](std::uint32_t height, std::uint32_t of) { progress.at(height, of); },
                          [&] { return ports_.interrupted(); });

  node_lacks_block_ = false;
  pending_.clear();
  load_watches();
  undo_stale_blocks();
  rescan_for_new_watches();
  scan_new_blocks();
  auto position = watches_.position();
  return {headers_.best_tip()->height, position ? position->height : 0, headers.node_height,
          headers.node_behind || node_lacks_block_};
}

Watcher::Outcome Watcher::sync_to_tip() {
  Outcome out = sync();
  if (ports_.interrupted()) throw Error(Exit::interrupted, "interrupted", "asked to stop");
  if (out.at_tip()) return out;
  throw not_ready("node.behind", fmt::format("the node is at height {}, the chain known here at {}",
                                             out.node_height, out.height))
      .hint("wait until the node has caught up");
}

void Watcher::load_watches() {
  by_script_.clear();
  for (store::Watch& watch : watches_.list()) by_script_.emplace(key_of(watch.script), std::move(watch));
}

void Watcher::undo_stale_blocks() {
  auto position = watches_.position();
  if (!position) {
    std::uint32_t before = std::max(params_.start_height, 1u) - 1;
    if (auto first = headers_.best_at(before)) watches_.set_position({before, first->hash});
    return;
  }
  auto at = headers_.find(position->hash);
  while (at && !headers_.in_best_chain(*at)) at = headers_.find(at->header.previous);
  if (!at) throw Error(Exit::input, "store.corrupt", "the last block that was searched is not known");
  if (at->hash == position->hash) return;
  ports_.say(
      fmt::format("the chain was reorganised: undoing blocks {} to {}", at->height + 1, position->height));
  store::Transaction transaction(database_);
  pending_ = events_.undo_above(at->height);
  watches_.undo_above(at->height, at->hash);
  transaction.commit();
  publish();
}

void Watcher::rescan_for_new_watches() {
  auto behind = watches_.behind();
  auto position = watches_.position();
  if (behind.empty() || !position) return;
  Interest interest;
  interest.records = false;
  std::uint32_t next = position->height + 1;
  for (const auto& one : behind) {
    interest.scripts.insert(key_of(one.script));
    next = std::min(next, one.height);
  }
  for (const auto& coin : watches_.coins()) {
    if (interest.scripts.contains(key_of(coin.output.script_pubkey))) interest.coins.insert(coin.outpoint);
  }

  Progress progress(ports_, "rescanning block");
  while (next <= position->height && !ports_.interrupted()) {
    store::Transaction transaction(database_);
    for (std::uint32_t i = 0; i < quiet_blocks && next <= position->height && pending_.empty(); ++i, ++next) {
      auto block = headers_.best_at(next);
      if (block && !scan_block(*block, interest)) break;
      watches_.rescanned(next);
      progress.at(next, position->height);
      if (ports_.interrupted()) break;
    }
    transaction.commit();
    publish();
    if (node_lacks_block_) return;
  }
  if (next > position->height) watches_.caught_up();
}

void Watcher::scan_new_blocks() {
  auto position = watches_.position();
  if (!position || node_lacks_block_ || !watches_.behind().empty()) return;
  Interest interest;
  for (const auto& [script, watch] : by_script_) interest.scripts.insert(script);
  for (const auto& coin : watches_.unspent()) interest.coins.insert(coin.outpoint);

  std::uint32_t tip = headers_.best_tip()->height;
  std::uint32_t next = position->height + 1;
  Progress progress(ports_, "block");
  while (next <= tip && !node_lacks_block_ && !ports_.interrupted()) {
    store::Transaction transaction(database_);
    for (std::uint32_t i = 0; i < quiet_blocks && next <= tip && pending_.empty(); ++i, ++next) {
      StoredHeader block = *headers_.best_at(next);
      if (!scan_block(block, interest)) break;
      watches_.set_position({block.height, block.hash});
      progress.at(next, tip);
      if (ports_.interrupted()) break;
    }
    transaction.commit();
    publish();
  }
}

bool Watcher::scan_block(const StoredHeader& block, Interest& interest) {
  Bytes raw;
  try {
    raw = ports_.node().raw_block(block.hash);
  } catch (const net::RpcError& e) {
    if (e.rpc_code() != net::rpc_invalid_address_or_key && e.rpc_code() != net::rpc_misc_error) throw;
    node_lacks_block_ = true;
    return false;
  }
  bitcoin::scan_block(raw, [&](const Transaction& tx, ByteView, const Txid& txid) {
    if (interest.touches(tx, params_.magic)) record(tx, txid, block, interest);
  });
  return true;
}

std::vector<Touched::Root> Watcher::roots_of(const Transaction& tx, const Txid& txid) {
  std::vector<Touched::Root> out;
  for (const RootSeen& seen : roots_shown(roots_, tx)) {
    Bytes signature = bridge::write_root_signature(seen.revealed.signature);
    roots_.add_signature({seen.epoch, seen.revealed.root, txid, signature});
    Touched::Root root{seen.epoch, seen.revealed.root, std::move(signature), std::nullopt};
    // The first root seen for the epoch, unless it is this one.
    store::RootStore::Signature first = roots_.signatures_of(seen.epoch).at(0);
    if (first.root != root.root) root.other = {first.root, first.signature, first.txid};
    out.push_back(std::move(root));
  }
  return out;
}

void Watcher::follow_thread(const Touched& touched, const StoredHeader& block, Interest& interest) {
  bool spends_thread = std::ranges::any_of(
      touched.spent, [](const auto& coin) { return coin.kind == store::WatchKind::thread; });
  if (!spends_thread || !bridge::commitment_record(params_.magic, touched.tx)) return;
  const bitcoin::Script& script = touched.tx.outputs[0].script_pubkey;
  if (!by_script_.contains(key_of(script))) {
    store::Watch watch{script, store::WatchKind::thread,
                       bitcoin::script_address(script, params_.chain).value_or("")};
    watches_.add(watch);
    by_script_.emplace(key_of(script), std::move(watch));
  }
  if (!interest.records) watches_.rescan_from(script, block.height);
  interest.scripts.insert(key_of(script));
}

void Watcher::record(const Transaction& tx, const Txid& txid, const StoredHeader& block, Interest& interest) {
  Touched touched{tx, txid, {}, {}, roots_of(tx, txid)};
  auto describe = [&](const bitcoin::OutPoint& outpoint, const bitcoin::TxOut& output) {
    auto found = by_script_.find(key_of(output.script_pubkey));
    bool known = found != by_script_.end();
    return Touched::Coin{outpoint, output, known ? found->second.kind : store::WatchKind::custody,
                         known ? found->second.label : ""};
  };
  for (const bitcoin::TxIn& input : tx.inputs) {
    auto coin = watches_.coin(input.prevout);
    if (!coin) continue;
    watches_.spend_coin(input.prevout, txid, block.height);
    interest.coins.erase(input.prevout);
    touched.spent.push_back(describe(coin->outpoint, coin->output));
  }
  follow_thread(touched, block, interest);
  for (std::uint32_t vout = 0; vout < tx.outputs.size(); ++vout) {
    const bitcoin::TxOut& output = tx.outputs[vout];
    if (!by_script_.contains(key_of(output.script_pubkey))) continue;
    bitcoin::OutPoint outpoint{txid, vout};
    watches_.add_coin(outpoint, output, block.height);
    interest.coins.insert(outpoint);
    touched.made.push_back(describe(outpoint, output));
  }

  // A block that is searched again may have given some of these events before.
  std::vector<Sighting> now = sightings(touched, params_.magic);
  for (const store::Event& old : events_.live_at(block.hash)) {
    // Events of kind `difference` also depend on the layer 2; compare_commitments writes them.
    if (old.kind == store::EventKind::difference || event_txid(old) != txid) continue;
    auto same = std::ranges::find_if(now, [&](const Sighting& sighting) {
      return sighting.kind == old.kind && sighting.data == old.data;
    });
    if (same != now.end()) {
      now.erase(same);
    } else {
      pending_.push_back(events_.undo(old));
    }
  }
  for (const Sighting& sighting : now) {
    std::int64_t seq = events_.append(sighting.kind, block.hash, block.height, sighting.data);
    pending_.push_back({seq, sighting.kind, block.hash, block.height, sighting.data, std::nullopt});
  }
}

void Watcher::publish() {
  std::vector<store::Event> events = std::exchange(pending_, {});
  if (!emit_) return;
  for (const store::Event& event : events) emit_(event);
}

}  // namespace pegkit::services
