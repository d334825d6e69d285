#include <algorithm>
#include <fmt/core.h>

#include "regtest/attempt.hpp"

namespace pegkit::regtest {
namespace {

using Set = RegtestMempool::Set;
using Kind = Rejection::Kind;

constexpr std::size_t max_replaced_clusters = 100;  // BIP125 rule 5, as counted since Bitcoin Core 31

std::vector<GraphNode> graph_of(const std::vector<const MempoolEntry*>& entries) {
  std::map<bitcoin::Txid, std::size_t> index;
  for (std::size_t i = 0; i < entries.size(); ++i) index[entries[i]->txid] = i;
  std::vector<GraphNode> nodes;
  for (const MempoolEntry* entry : entries) {
    GraphNode& node = nodes.emplace_back(GraphNode{entry->fee_size(), {}});
    for (const bitcoin::TxIn& input : entry->tx.inputs)
      if (auto parent = index.find(input.prevout.txid); parent != index.end())
        node.parents.push_back(parent->second);
  }
  return nodes;
}

}  // namespace

Set AcceptAttempt::replace_set(const Set& conflicts) const {
  Set all;
  for (const bitcoin::Txid& txid : conflicts) all.merge(mempool_.descendants(txid));
  return all;
}

Rejection AcceptAttempt::pays_for(Sat fees, std::int64_t vsize, const bitcoin::Txid& txid,
                                  Sat& replaced_fees) const {
  for (const bitcoin::Txid& gone : replaced_) replaced_fees += mempool_.find(gone)->fee;
  if (fees < replaced_fees)
    return {"insufficient fee",
            fmt::format("rejecting replacement {}, less fees than conflicting txs; {} < {}", txid.display(),
                        format_money(fees), format_money(replaced_fees)),
            Kind::fee};
  Sat more = fees - replaced_fees, needed = policy_.incremental.fee(vsize);
  if (more < needed)
    return {"insufficient fee",
            fmt::format("rejecting replacement {}, not enough additional fees to relay; {} < {}",
                        txid.display(), format_money(more), format_money(needed)),
            Kind::fee};
  return {};
}

Rejection AcceptAttempt::check_replacement(const Work& work) {
  const char* how = work.sibling_eviction ? " (including sibling eviction)" : "";
  std::size_t clusters = mempool_.count_clusters(work.conflicts);
  if (clusters > max_replaced_clusters)
    return {fmt::format("too many potential replacements{}", how),
            fmt::format("rejecting replacement {}; too many conflicting clusters ({} > {})",
                        work.entry.txid.display(), clusters, max_replaced_clusters)};
  replaced_ = replace_set(work.conflicts);
  Sat replaced_fees;
  if (Rejection rejection = pays_for(work.entry.fee, work.entry.vsize, work.entry.txid, replaced_fees)) {
    rejection.reason += how;
    return rejection;
  }
  if (Rejection rejection = check_clusters({&work.entry})) return rejection;
  if (!improves_diagram({&work.entry}))
    return {"replacement-failed", "insufficient feerate: does not improve feerate diagram", Kind::fee};
  return {};
}

Rejection AcceptAttempt::check_package_replacement(const std::vector<Work>& works) {
  Set conflicts;
  for (const Work& work : works) conflicts.insert(work.conflicts.begin(), work.conflicts.end());
  if (conflicts.empty()) return {};
  if (works.size() != 2) return {"package RBF failed: package must be 1-parent-1-child", ""};
  for (const Work& work : works)
    if (!mempool_.parents(work.entry.tx).empty())
      return {"package RBF failed: new transaction cannot have mempool ancestors", ""};
  const MempoolEntry &parent = works[0].entry, &child = works[1].entry;
  std::size_t clusters = mempool_.count_clusters(conflicts);
  if (clusters > max_replaced_clusters)
    return {"package RBF failed: too many potential replacements",
            fmt::format("rejecting replacement {}; too many conflicting clusters ({} > {})",
                        child.txid.display(), clusters, max_replaced_clusters)};
  replaced_ = replace_set(conflicts);
  Sat replaced_fees, fees = parent.fee + child.fee;
  std::int64_t vsize = parent.vsize + child.vsize;
  if (Rejection rejection = pays_for(fees, vsize, child.txid, replaced_fees))
    return {"package RBF failed: insufficient anti-DoS fees", rejection.detail};
  if (compare_rates({fees.value(), vsize}, {parent.fee.value(), parent.vsize}) <= 0) {
    auto text = [](FeeRate rate) {
      return fmt::format("{}.{:08} BTC/kvB", rate.sat_per_kvb() / 100'000'000,
                         rate.sat_per_kvb() % 100'000'000);
    };
    return {"package RBF failed: package feerate is less than or equal to parent feerate",
            fmt::format("package feerate {} <= parent feerate is {}", text(rate_of(fees, vsize)),
                        text(rate_of(parent.fee, parent.vsize)))};
  }
  if (Rejection rejection = check_clusters({&parent, &child})) return rejection;
  if (!improves_diagram({&parent, &child}))
    return {"package RBF failed: insufficient feerate: does not improve feerate diagram", ""};
  return {};
}

std::vector<const MempoolEntry*> AcceptAttempt::surroundings(
    const std::vector<const MempoolEntry*>& added) const {
  Set seeds = replaced_;
  for (const MempoolEntry* entry : added) {
    seeds.merge(mempool_.parents(entry->tx));
    seeds.merge(mempool_.children(entry->txid));
  }
  std::vector<const MempoolEntry*> out;
  for (const bitcoin::Txid& txid : mempool_.clusters(seeds))
    if (!replaced_.contains(txid)) out.push_back(mempool_.find(txid));
  out.insert(out.end(), added.begin(), added.end());
  return out;
}

Rejection AcceptAttempt::check_clusters(const std::vector<const MempoolEntry*>& added) const {
  if (terms_.fees_waived) return {};
  std::vector<const MempoolEntry*> entries = surroundings(added);
  std::vector<GraphNode> nodes = graph_of(entries);
  std::vector<std::vector<std::size_t>> neighbours(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (std::size_t parent : nodes[i].parents) {
      neighbours[i].push_back(parent);
      neighbours[parent].push_back(i);
    }
  }
  std::vector<bool> seen(nodes.size());
  for (std::size_t start = 0; start < nodes.size(); ++start) {
    std::vector<std::size_t> open{start};
    std::size_t count = 0;
    std::int64_t weight = 0;
    while (!open.empty()) {
      std::size_t at = open.back();
      open.pop_back();
      if (seen[at]) continue;
      seen[at] = true;
      ++count;
      weight += entries[at]->adjusted_weight;
      open.insert(open.end(), neighbours[at].begin(), neighbours[at].end());
    }
    if (count > policy_.cluster_count || weight > policy_.cluster_vsize * 4) return {"too-large-cluster", ""};
  }
  return {};
}

bool AcceptAttempt::improves_diagram(const std::vector<const MempoolEntry*>& added) const {
  auto chunks = [](const std::vector<const MempoolEntry*>& entries) {
    std::vector<GraphNode> nodes = graph_of(entries);
    return chunks_of(nodes, linearize(nodes));
  };
  std::vector<const MempoolEntry*> after = surroundings(added);
  std::vector<const MempoolEntry*> before(after.begin(),
                                          after.end() - static_cast<std::ptrdiff_t>(added.size()));
  for (const bitcoin::Txid& txid : replaced_) before.push_back(mempool_.find(txid));
  return better_diagram(chunks(after), chunks(before));
}

}  // namespace pegkit::regtest
