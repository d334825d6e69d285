#include "services/follow/commitment_thread.hpp"

#include <algorithm>

#include "bitcoin/address.hpp"
#include "bridge/record.hpp"
#include "services/follow/event_data.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "store/event_store.hpp"
#include "store/root_store.hpp"

namespace pegkit::services {

using bitcoin::Txid;
using bridge::Commitment;

std::optional<Commitment> pending_commitment(net::BitcoinNode& node, const bridge::Params& params,
                                             const std::vector<bitcoin::OutPoint>& coins) {
  if (coins.empty()) return std::nullopt;
  for (const auto& spender : node.spending(coins)) {
    if (!spender) continue;
    auto tx = node.transaction(*spender);
    if (!tx) continue;
    auto record = bridge::commitment_record(params.magic, *tx);
    if (!record) continue;
    Commitment out{*record, {}, {}, *spender, 0};
    if (!params.challenge) return out;
    if (auto revealed = bridge::revealed_root(params.challenge->sequencer.key, *tx)) {
      out.withdrawals_root = revealed->root;
      out.signature = std::move(revealed->signature);
    }
    return out;
  }
  return std::nullopt;
}

Commitment commitment_from(const store::Event& event) {
  auto data = CommitmentData::from(event);
  return {data.record, data.withdrawals_root, std::nullopt, data.txid, event.height};
}

ThreadView::ThreadView(Ports& ports, const bridge::Params& params, const Txid& first)
    : ports_(ports), params_(params) {
  do {
    Watcher(ports, params).sync_to_tip();
    read_events();
    require_known(first);
  } while (!follow(first));
}

const Commitment* ThreadView::find(std::uint32_t epoch) const {
  auto found = std::ranges::find(commitments_, epoch, [](const Commitment& one) { return one.record.epoch; });
  return found == commitments_.end() ? nullptr : &*found;
}

void ThreadView::read_events() {
  seen_.clear();
  for (const store::Event& event : store::EventStore(ports_.database()).live(store::EventKind::commitment)) {
    Commitment commitment = commitment_from(event);
    seen_.insert_or_assign(commitment.txid, Seen{commitment, event.block});
  }
}

void ThreadView::require_known(const Txid& first) {
  if (seen_.contains(first)) return;
  auto waiting = ports_.node().transaction(first);
  if (waiting && bridge::commitment_record(params_.magic, *waiting))
    throw not_ready("thread.unconfirmed", "the thread's first commitment is in no block yet");
  throw input_error("thread.unknown", "the chain has no commitment " + first.display());
}

/// The output that continues the thread. Returns nullopt when its script was not watched in that block; it is
/// now, and the block will be searched again.
std::optional<store::WatchedCoin> ThreadView::thread_coin(const Seen& seen) {
  const Txid& txid = seen.commitment.txid;
  store::WatchStore watches(ports_.database());
  if (auto coin = watches.coin({txid, 0})) return coin;
  auto tx = ports_.node().transaction(txid, &seen.block);
  if (!tx) throw unreachable("node.pruned", "the node does not have the transaction " + txid.display());
  const bitcoin::Script& script = tx->outputs.at(0).script_pubkey;
  // A script that is watched already was added with a later block.
  if (!watch_thread_script(ports_, script, seen.commitment.height))
    watches.rescan_from(script, seen.commitment.height);
  return std::nullopt;
}

/// False when the chain must be searched for a newly watched script before the thread can be followed
/// further.
bool ThreadView::follow(const Txid& first) {
  bridge::CommitmentThread thread(params_.magic, first);
  Txid next = first;
  while (true) {
    auto found = seen_.find(next);
    bool commits = found != seen_.end();
    std::optional<Commitment> commitment;
    if (commits) commitment = found->second.commitment;
    Verdict verdict = thread.extend(commitment, next);
    end_ = verdict.reason;
    if (!verdict) break;
    auto coin = thread_coin(found->second);
    if (!coin) return false;
    tip_ = {coin->outpoint, coin->output};
    if (!coin->spent) break;
    next = coin->spent->by;
  }
  commitments_ = thread.commitments();
  store::RootStore roots(ports_.database());
  for (Commitment& commitment : commitments_) {
    if (!commitment.withdrawals_root) continue;
    for (const auto& seen : roots.signatures_of(commitment.record.epoch))
      if (seen.root == *commitment.withdrawals_root)
        commitment.signature = bridge::parse_root_signature(seen.signature).signature;
  }
  return true;
}

}  // namespace pegkit::services
