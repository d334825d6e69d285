#include "app/commit_state/place.hpp"

#include <algorithm>
#include <set>

#include "bitcoin/address.hpp"
#include "bitcoin/policy.hpp"
#include "bitcoin/transaction.hpp"
#include "net/bitcoin_node.hpp"
#include "services/follow/commitment_thread.hpp"
#include "store/database.hpp"
#include "store/event_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::app::commit_state {
namespace {

using bitcoin::OutPoint;
using bridge::Commitment;

std::vector<Commitment> all_commitments(store::Database& database) {
  std::vector<Commitment> out;
  for (const store::Event& event : store::EventStore(database).live(store::EventKind::commitment))
    out.push_back(services::commitment_from(event));
  return out;
}

/// The oldest commitment in the chain that spends a coin of a script, or whose output 0 pays it.
std::optional<Commitment> first_of_script(store::Database& database, const bitcoin::Script& script) {
  store::WatchStore watches(database);
  std::set<bitcoin::Txid> spenders;
  for (const store::WatchedCoin& coin : watches.coins())
    if (coin.spent && coin.output.script_pubkey == script) spenders.insert(coin.spent->by);
  for (const Commitment& one : all_commitments(database)) {
    auto coin = watches.coin(one.thread());
    if (spenders.contains(one.txid) || (coin && coin->output.script_pubkey == script)) return one;
  }
  return std::nullopt;
}

}  // namespace

const Commitment* CommitmentPlace::find(std::uint32_t epoch) const {
  auto found = std::ranges::find(done, epoch, [](const Commitment& one) { return one.record.epoch; });
  if (found != done.end()) return &*found;
  return pending && pending->record.epoch == epoch ? &*pending : nullptr;
}

CommitmentPlace place_in_thread(Ports& ports, const bridge::Params& params, const bitcoin::Txid& first) {
  services::ThreadView view(ports, params, first);
  if (!view.end().empty()) throw refused("thread.ended", "the thread has ended: " + view.end());
  auto pending = services::pending_commitment(ports.node(), params, {view.tip().outpoint});
  return {view.commitments(), pending, view.tip()};
}

CommitmentPlace place_at_coin(Ports& ports, const bridge::Params& params, const OutPoint& outpoint) {
  CommitmentPlace out;
  if (auto coin = ports.node().coin(outpoint, false)) {
    out.coin = {coin->outpoint, coin->output};
    out.pending = services::pending_commitment(ports.node(), params, {outpoint});
    return out;
  }
  auto watched = store::WatchStore(ports.database()).coin(outpoint);
  if (watched && watched->spent) {
    for (const Commitment& one : all_commitments(ports.database()))
      if (one.txid == watched->spent->by) out.done = {one};
  }
  if (out.done.empty())
    throw input_error("coin.spent", "there is no confirmed unspent coin " + outpoint.text());
  return out;
}

CommitmentPlace place_of_script(Ports& ports, const bridge::Params& params, const bitcoin::Script& script) {
  if (auto first = first_of_script(ports.database(), script)) return {{*first}, {}, {}};
  CommitmentPlace out;
  std::uint32_t next_height = ports.node().block_count() + 1;
  std::vector<net::Coin> coins = ports.node().scan_scripts({script});
  for (const net::Coin& coin : coins) {
    out.pending = services::pending_commitment(ports.node(), params, {coin.outpoint});
    if (out.pending) {
      out.coin = {coin.outpoint, coin.output};
      return out;
    }
    if (coin.coinbase && next_height < coin.height + bitcoin::coinbase_maturity) continue;
    if (!out.coin || coin.output.value > out.coin->output.value) out.coin = {coin.outpoint, coin.output};
  }
  if (!out.coin)
    throw not_ready("funds.short", "the sequencer has no confirmed coin to begin a thread with")
        .hint("pay some satoshis to " +
              bitcoin::script_address(script, params.chain).value_or("its address"));
  return out;
}

}  // namespace pegkit::app::commit_state
