#include "regtest/mempool.hpp"

#include <algorithm>

#include "bitcoin/policy.hpp"

namespace pegkit::regtest {
namespace {

/// All transactions to which `next` leads from `start`, with `start` itself.
template <class Next>
RegtestMempool::Set reach(RegtestMempool::Set start, Next next) {
  std::vector<bitcoin::Txid> open(start.begin(), start.end());
  while (!open.empty()) {
    bitcoin::Txid at = open.back();
    open.pop_back();
    for (const bitcoin::Txid& other : next(at))
      if (start.insert(other).second) open.push_back(other);
  }
  return start;
}

}  // namespace

bool MempoolEntry::signals_replacement() const {
  constexpr std::uint32_t highest_signal = 0xfffffffd;
  return std::ranges::any_of(tx.inputs,
                             [](const bitcoin::TxIn& input) { return input.sequence <= highest_signal; });
}

const MempoolEntry* RegtestMempool::find(const bitcoin::Txid& txid) const {
  auto found = entries_.find(txid);
  return found == entries_.end() ? nullptr : &found->second;
}

const MempoolEntry* RegtestMempool::spender(const bitcoin::OutPoint& outpoint) const {
  auto found = spent_by_.find(outpoint);
  return found == spent_by_.end() ? nullptr : find(found->second);
}

RegtestMempool::Set RegtestMempool::parents(const bitcoin::Transaction& tx) const {
  Set out;
  for (const bitcoin::TxIn& input : tx.inputs)
    if (contains(input.prevout.txid)) out.insert(input.prevout.txid);
  return out;
}

RegtestMempool::Set RegtestMempool::children(const bitcoin::Txid& txid) const {
  Set out;
  for (auto at = spent_by_.lower_bound({txid, 0}); at != spent_by_.end() && at->first.txid == txid; ++at)
    out.insert(at->second);
  return out;
}

RegtestMempool::Set RegtestMempool::ancestors(const bitcoin::Txid& txid) const {
  return reach({txid}, [&](const bitcoin::Txid& at) { return parents(entries_.at(at).tx); });
}

RegtestMempool::Set RegtestMempool::descendants(const bitcoin::Txid& txid) const {
  return reach({txid}, [&](const bitcoin::Txid& at) { return children(at); });
}

RegtestMempool::Set RegtestMempool::clusters(const Set& seeds) const {
  Set here;
  for (const bitcoin::Txid& txid : seeds)
    if (contains(txid)) here.insert(txid);
  return reach(std::move(here), [&](const bitcoin::Txid& at) {
    Set next = parents(entries_.at(at).tx);
    next.merge(children(at));
    return next;
  });
}

std::size_t RegtestMempool::count_clusters(const Set& txids) const {
  std::size_t count = 0;
  Set seen;
  for (const bitcoin::Txid& txid : txids) {
    if (seen.contains(txid)) continue;
    seen.merge(clusters({txid}));
    ++count;
  }
  return count;
}

void RegtestMempool::add(MempoolEntry entry) {
  for (const bitcoin::TxIn& input : entry.tx.inputs) spent_by_[input.prevout] = entry.txid;
  bitcoin::Txid txid = entry.txid;
  entries_.insert_or_assign(txid, std::move(entry));
  ++sequence_;
}

void RegtestMempool::remove(const Set& txids) {
  for (const bitcoin::Txid& txid : txids) {
    auto found = entries_.find(txid);
    if (found == entries_.end()) continue;
    for (const bitcoin::TxIn& input : found->second.tx.inputs)
      if (auto spent = spent_by_.find(input.prevout); spent != spent_by_.end() && spent->second == txid)
        spent_by_.erase(spent);
    entries_.erase(found);
    ++sequence_;
  }
}

void RegtestMempool::remove_for_block(const RegtestBlock& block) {
  for (std::size_t i = 0; i < block.txids.size(); ++i) {
    remove({block.txids[i]});
    for (const bitcoin::TxIn& input : block.block.transactions[i].inputs)
      if (const MempoolEntry* conflict = spender(input.prevout))
        remove_with_descendants(bitcoin::Txid(conflict->txid));
  }
}

void RegtestMempool::remove_for_reorg(const RegtestChain& chain) {
  const RegtestBlock& tip = chain.tip();
  Set gone;
  for (const auto& [txid, entry] : entries_) {
    bool bad = !is_final(entry.tx, tip.height + 1, tip.median_time);
    std::vector<std::uint32_t> heights;
    for (const bitcoin::TxIn& input : entry.tx.inputs) {
      if (contains(input.prevout.txid)) {
        heights.push_back(tip.height + 1);
        continue;
      }
      const RegtestCoin* coin = chain.coin(input.prevout);
      bad = bad || !coin || (coin->coinbase && tip.height + 1 - coin->height < bitcoin::coinbase_maturity);
      heights.push_back(coin ? coin->height : 0);
    }
    if (bad || !sequence_locks_met(entry.tx, heights, tip)) gone.merge(descendants(txid));
  }
  remove(gone);
}

std::vector<RegtestMempool::MiningChunk> RegtestMempool::mining_order() const {
  Set all;
  for (const auto& [txid, entry] : entries_) all.insert(txid);
  return mining_order(all);
}

std::vector<RegtestMempool::MiningChunk> RegtestMempool::mining_order(const Set& seeds) const {
  std::vector<MiningChunk> out;
  Set seen;
  for (const bitcoin::Txid& seed : seeds) {
    if (seen.contains(seed)) continue;
    Set cluster = clusters({seed});
    std::vector<const MempoolEntry*> members;
    std::map<bitcoin::Txid, std::size_t> index;
    for (const bitcoin::Txid& txid : cluster) {
      index[txid] = members.size();
      members.push_back(find(txid));
    }
    std::vector<GraphNode> nodes;
    for (const MempoolEntry* member : members) {
      GraphNode& node = nodes.emplace_back(GraphNode{member->fee_size(), {}});
      for (const bitcoin::Txid& parent : parents(member->tx)) node.parents.push_back(index.at(parent));
    }
    for (const Chunk& chunk : chunks_of(nodes, linearize(nodes))) {
      MiningChunk& mined = out.emplace_back(MiningChunk{chunk.total, {}});
      for (std::size_t node : chunk.nodes) mined.entries.push_back(members[node]);
    }
    seen.merge(cluster);
  }
  std::ranges::stable_sort(
      out, [](const MiningChunk& a, const MiningChunk& b) { return compare_rates(a.total, b.total) > 0; });
  return out;
}

}  // namespace pegkit::regtest
