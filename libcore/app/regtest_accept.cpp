#include "app/regtest_accept.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "app/regtest_truc.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"

namespace pegkit::app {
namespace {

using Set = RegtestMempool::Set;
using Kind = Rejection::Kind;

constexpr std::size_t max_replaced_clusters = 100;  // BIP125 rule 5, as counted since Bitcoin Core 31
constexpr std::int64_t weight_per_sigop = 20;

/// How one or more transactions are to be judged.
struct Terms {
  bool test_only = false;
  bool fees_waived = false;  ///< of a disconnected block
  bool replacement = true;
  bool sibling_eviction = true;
  bool package_rate = false;  ///< the package's fee rate counts, not each transaction's
  std::optional<FeeRate> max_rate = std::nullopt;
};

bool is_dust(const bitcoin::TxOut& output) {
  return output.value < bitcoin::dust_threshold(output);
}

bool above(Sat fee, std::int64_t vsize, FeeRate rate) {
  return fee.value() * 1000 > rate.sat_per_kvb() * vsize;
}

FeeRate rate_of(Sat fee, std::int64_t vsize) {
  return FeeRate::per_kvb(fee.value() * 1000 / vsize);
}

/// One attempt to bring one transaction, or several that belong together, into the mempool.
class Attempt {
 public:
  Attempt(const RegtestChain& chain, RegtestMempool& mempool, const RelayPolicy& policy, Terms terms,
          std::int64_t now)
      : chain_(chain), mempool_(mempool), policy_(policy), terms_(terms), now_(now) {}

  AcceptResult single(const bitcoin::Transaction& tx);
  PackageResult several(const std::vector<bitcoin::Transaction>& txs);

 private:
  struct Work {
    MempoolEntry entry;
    Set conflicts;  ///< mempool transactions to replace, without their descendants
    bool sibling_eviction = false;
    std::vector<bitcoin::TxOut> spent;
  };

  const RegtestCoin* find_coin(const bitcoin::OutPoint& outpoint);
  FindCoin finder() {
    return [this](const bitcoin::OutPoint& outpoint) { return find_coin(outpoint); };
  }
  void offer_outputs(const MempoolEntry& entry);

  Rejection check(const bitcoin::Transaction& tx, Work& work);
  Rejection check_known(const MempoolEntry& entry) const;
  Rejection find_conflicts(const MempoolEntry& entry, Set& conflicts) const;
  Rejection find_inputs(const MempoolEntry& entry);
  Rejection check_spending(Work& work);
  Rejection check_standard(const Work& work) const;
  Rejection check_fee(const Work& work) const;
  Rejection check_rate(std::int64_t vsize, Sat fee) const;
  Rejection check_truc_rules(Work& work) const;
  Rejection check_replacement(const Work& work);
  Rejection check_package_replacement(const std::vector<Work>& works);
  Rejection pays_for(Sat fees, std::int64_t vsize, const bitcoin::Txid& txid, Sat& replaced_fees) const;
  Rejection check_clusters(const std::vector<const MempoolEntry*>& added) const;
  bool improves_diagram(const std::vector<const MempoolEntry*>& added) const;
  Rejection check_dust_spent(const MempoolEntry& entry,
                             const std::vector<const MempoolEntry*>& package) const;
  Rejection run_scripts(const Work& work) const;
  void submit(const std::vector<Work*>& works);
  Set replace_set(const Set& conflicts) const;
  /// The part of the mempool that `added` hangs together with, without what is replaced, and `added`.
  std::vector<const MempoolEntry*> surroundings(const std::vector<const MempoolEntry*>& added) const;

  const RegtestChain& chain_;
  RegtestMempool& mempool_;
  const RelayPolicy& policy_;
  Terms terms_;
  std::int64_t now_;
  std::map<bitcoin::OutPoint, RegtestCoin> unconfirmed_;  ///< coins of the mempool and of the package
  Set replaced_;                                          ///< with descendants
};

const RegtestCoin* Attempt::find_coin(const bitcoin::OutPoint& outpoint) {
  if (auto found = unconfirmed_.find(outpoint); found != unconfirmed_.end()) return &found->second;
  if (const MempoolEntry* parent = mempool_.find(outpoint.txid)) {
    if (outpoint.vout >= parent->tx.outputs.size()) return nullptr;
    RegtestCoin coin{parent->tx.outputs[outpoint.vout], chain_.height() + 1, false};
    return &(unconfirmed_[outpoint] = std::move(coin));
  }
  return chain_.coin(outpoint);
}

void Attempt::offer_outputs(const MempoolEntry& entry) {
  for (std::uint32_t i = 0; i < entry.tx.outputs.size(); ++i)
    unconfirmed_[{entry.txid, i}] = {entry.tx.outputs[i], chain_.height() + 1, false};
}

Rejection Attempt::check_known(const MempoolEntry& entry) const {
  const MempoolEntry* known = mempool_.find(entry.txid);
  if (!known) return {};
  return {known->wtxid == entry.wtxid ? "txn-already-in-mempool" : "txn-same-nonwitness-data-in-mempool", ""};
}

Rejection Attempt::find_conflicts(const MempoolEntry& entry, Set& conflicts) const {
  for (const bitcoin::TxIn& input : entry.tx.inputs) {
    const MempoolEntry* other = mempool_.spender(input.prevout);
    if (!other) continue;
    if (!terms_.replacement) return {"bip125-replacement-disallowed", ""};
    conflicts.insert(other->txid);
  }
  return {};
}

Rejection Attempt::find_inputs(const MempoolEntry& entry) {
  for (const bitcoin::TxIn& input : entry.tx.inputs) {
    if (find_coin(input.prevout)) continue;
    for (std::uint32_t i = 0; i < entry.tx.outputs.size(); ++i)
      if (chain_.coin({entry.txid, i})) return {"txn-already-known", ""};
    return {"bad-txns-inputs-missingorspent", "", Kind::missing_inputs};
  }
  return {};
}

Rejection Attempt::check_spending(Work& work) {
  const bitcoin::Transaction& tx = work.entry.tx;
  const RegtestBlock& tip = chain_.tip();
  std::vector<std::uint32_t> heights;
  for (const bitcoin::TxIn& input : tx.inputs) heights.push_back(find_coin(input.prevout)->height);
  if (!sequence_locks_met(tx, heights, tip)) return {"non-BIP68-final", ""};
  if (Rejection rejection = check_inputs(tx, finder(), tip.height + 1, work.entry.fee)) return rejection;
  work.spent = spent_outputs(tx, finder());
  MempoolEntry& entry = work.entry;
  entry.sigop_cost = bitcoin::sigop_cost(tx, work.spent, bitcoin::standard_flags);
  entry.adjusted_weight = std::max(entry.weight, entry.sigop_cost * weight_per_sigop);
  entry.vsize = (entry.adjusted_weight + 3) / 4;
  return check_standard(work);
}

Rejection Attempt::check_standard(const Work& work) const {
  std::string reason = bitcoin::standard_reason(work.entry.tx, work.spent);
  if (reason == "TRUC-violation") return {};  // check_truc says it with its reason
  if (reason == "dust") return {reason, "tx with dust output must be 0-fee"};
  if (reason == "bad-txns-too-many-sigops") return {reason, std::to_string(work.entry.sigop_cost)};
  return {reason, ""};
}

Rejection Attempt::check_rate(std::int64_t vsize, Sat fee) const {
  Sat least = policy_.min_relay.fee(vsize);
  if (fee >= least) return {};
  return {"min relay fee not met", fmt::format("{} < {}", fee.value(), least.value()), Kind::fee};
}

Rejection Attempt::check_fee(const Work& work) const {
  if (terms_.fees_waived) return {};
  Rejection rejection = check_rate(work.entry.vsize, work.entry.fee);
  if (!rejection) return {};
  if (work.entry.tx.version != truc_version) {
    // Only a v3 transaction may rely on its child: nothing else makes sure that the child stays.
    rejection.kind = Kind::other;
    return rejection;
  }
  return terms_.package_rate ? Rejection{} : rejection;
}

Rejection Attempt::check_truc_rules(Work& work) const {
  if (terms_.fees_waived) return {};
  auto violation = check_truc(mempool_, work.entry, work.conflicts);
  if (!violation) return {};
  if (!terms_.sibling_eviction || !violation->sibling) return {"TRUC-violation", violation->text};
  work.conflicts.insert(*violation->sibling);
  work.sibling_eviction = true;
  return {};
}

Rejection Attempt::check(const bitcoin::Transaction& tx, Work& work) {
  MempoolEntry& entry = work.entry;
  entry.tx = tx;
  entry.txid = tx.txid();
  entry.wtxid = tx.wtxid();
  entry.weight = tx.weight();
  entry.time = now_;
  entry.height = chain_.height();
  if (std::string reason = bitcoin::check_transaction(tx); !reason.empty()) return {reason, ""};
  if (tx.is_coinbase()) return {"coinbase", ""};
  std::string reason = bitcoin::standard_reason(tx, {});
  // One dust output may be ephemeral; that and a v3 transaction's size are looked at with the inputs known.
  bool later =
      reason == "TRUC-violation" || (reason == "dust" && std::ranges::count_if(tx.outputs, is_dust) == 1);
  if (!reason.empty() && !later) return {reason, ""};
  const RegtestBlock& tip = chain_.tip();
  if (!is_final(tx, tip.height + 1, tip.median_time)) return {"non-final", ""};
  if (Rejection rejection = check_known(entry)) return rejection;
  if (Rejection rejection = find_conflicts(entry, work.conflicts)) return rejection;
  if (Rejection rejection = find_inputs(entry)) return rejection;
  if (Rejection rejection = check_spending(work)) return rejection;
  if (Rejection rejection = check_fee(work)) return rejection;
  return check_truc_rules(work);
}

Set Attempt::replace_set(const Set& conflicts) const {
  Set all;
  for (const bitcoin::Txid& txid : conflicts) all.merge(mempool_.descendants(txid));
  return all;
}

Rejection Attempt::pays_for(Sat fees, std::int64_t vsize, const bitcoin::Txid& txid,
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

Rejection Attempt::check_replacement(const Work& work) {
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

Rejection Attempt::check_package_replacement(const std::vector<Work>& works) {
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

std::vector<const MempoolEntry*> Attempt::surroundings(const std::vector<const MempoolEntry*>& added) const {
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

Rejection Attempt::check_clusters(const std::vector<const MempoolEntry*>& added) const {
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

bool Attempt::improves_diagram(const std::vector<const MempoolEntry*>& added) const {
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

Rejection Attempt::check_dust_spent(const MempoolEntry& entry,
                                    const std::vector<const MempoolEntry*>& package) const {
  Set spent_from;
  for (const bitcoin::TxIn& input : entry.tx.inputs) spent_from.insert(input.prevout.txid);
  for (const bitcoin::Txid& txid : spent_from) {
    auto in_package = std::ranges::find(package, txid, &MempoolEntry::txid);
    const MempoolEntry* parent = in_package != package.end() ? *in_package : mempool_.find(txid);
    if (!parent) continue;
    for (std::uint32_t i = 0; i < parent->tx.outputs.size(); ++i) {
      if (!is_dust(parent->tx.outputs[i])) continue;
      bitcoin::OutPoint dust{txid, i};
      if (std::ranges::find(entry.tx.inputs, dust, &bitcoin::TxIn::prevout) == entry.tx.inputs.end())
        return {"missing-ephemeral-spends",
                fmt::format("tx {} (wtxid={}) did not spend parent's ephemeral dust", entry.txid.display(),
                            entry.wtxid.display())};
    }
  }
  return {};
}

Rejection Attempt::run_scripts(const Work& work) const {
  return check_scripts(work.entry.tx, work.spent, bitcoin::standard_flags,
                       "mempool-script-verify-flag-failed");
}

void Attempt::submit(const std::vector<Work*>& works) {
  mempool_.remove(replaced_);
  for (Work* work : works) mempool_.add(std::move(work->entry));
}

AcceptResult Attempt::single(const bitcoin::Transaction& tx) {
  Work work;
  AcceptResult result;
  auto refuse = [&](Rejection rejection) {
    result.rejection = std::move(rejection);
    if (result.rejection.kind == Kind::fee) {
      result.effective_rate = rate_of(work.entry.fee, work.entry.vsize);
      result.effective_includes = {work.entry.wtxid};
    }
    return result;
  };
  if (Rejection rejection = check(tx, work)) return refuse(std::move(rejection));
  const MempoolEntry& entry = work.entry;
  if (!work.conflicts.empty())
    if (Rejection rejection = check_replacement(work)) return refuse(std::move(rejection));
  if (Rejection rejection = check_clusters({&entry})) return refuse(std::move(rejection));
  for (const bitcoin::Txid& parent : mempool_.parents(entry.tx))
    for (const bitcoin::Txid& ancestor : mempool_.ancestors(parent))
      if (work.conflicts.contains(ancestor))
        return refuse(
            {"bad-txns-spends-conflicting-tx",
             fmt::format("{} spends conflicting transaction {}", entry.txid.display(), ancestor.display())});
  if (terms_.max_rate && above(entry.fee, entry.vsize, *terms_.max_rate))
    return refuse({"max feerate exceeded", ""});
  if (Rejection rejection = check_dust_spent(entry, {&entry})) return refuse(std::move(rejection));
  if (Rejection rejection = run_scripts(work)) return refuse(std::move(rejection));

  result.kind = AcceptResult::Kind::valid;
  result.vsize = entry.vsize;
  result.fee = entry.fee;
  result.effective_rate = rate_of(entry.fee, entry.vsize);
  result.effective_includes = {entry.wtxid};
  result.replaced.assign(replaced_.begin(), replaced_.end());
  if (!terms_.test_only) submit({&work});
  return result;
}

Rejection check_well_formed(const std::vector<bitcoin::Transaction>& txs) {
  if (txs.size() > max_package_count) return {"package-too-many-transactions", ""};
  std::int64_t weight = 0;
  Set later;
  for (const bitcoin::Transaction& tx : txs) {
    weight += tx.weight();
    later.insert(tx.txid());
  }
  if (txs.size() > 1 && weight > max_package_weight) return {"package-too-large", ""};
  if (later.size() != txs.size()) return {"package-contains-duplicates", ""};
  for (const bitcoin::Transaction& tx : txs) {
    for (const bitcoin::TxIn& input : tx.inputs)
      if (later.contains(input.prevout.txid)) return {"package-not-sorted", ""};
    later.erase(tx.txid());
  }
  std::set<bitcoin::OutPoint> spent;
  for (const bitcoin::Transaction& tx : txs) {
    // An input twice in one transaction is that transaction's own fault, and found there.
    if (tx.inputs.empty()) return {"conflict-in-package", ""};
    for (const bitcoin::TxIn& input : tx.inputs)
      if (spent.contains(input.prevout)) return {"conflict-in-package", ""};
    for (const bitcoin::TxIn& input : tx.inputs) spent.insert(input.prevout);
  }
  return {};
}

PackageResult Attempt::several(const std::vector<bitcoin::Transaction>& txs) {
  PackageResult result;
  auto refuse = [&](PackageResult::Kind kind, Rejection rejection) {
    result.kind = kind;
    result.rejection = std::move(rejection);
    return result;
  };
  auto refuse_one = [&](const bitcoin::Wtxid& wtxid, Rejection rejection, const char* reason) {
    result.results[wtxid].rejection = std::move(rejection);
    return refuse(PackageResult::Kind::transaction, {reason, ""});
  };
  if (Rejection rejection = check_well_formed(txs))
    return refuse(PackageResult::Kind::policy, std::move(rejection));

  std::vector<Work> works(txs.size());
  for (std::size_t i = 0; i < txs.size(); ++i) {
    Rejection rejection = check(txs[i], works[i]);
    const MempoolEntry& entry = works[i].entry;
    if (!rejection && terms_.max_rate && above(entry.fee, entry.vsize, *terms_.max_rate))
      rejection = {"max feerate exceeded", ""};
    if (rejection) return refuse_one(entry.wtxid, std::move(rejection), "transaction failed");
    offer_outputs(entry);
  }
  std::vector<const MempoolEntry*> entries;
  std::vector<bitcoin::Wtxid> wtxids;
  Sat fees;
  std::int64_t vsize = 0;
  for (const Work& work : works) {
    entries.push_back(&work.entry);
    wtxids.push_back(work.entry.wtxid);
    fees += work.entry.fee;
    vsize += work.entry.vsize;
  }
  for (const MempoolEntry* entry : entries)
    if (auto violation = check_package_truc(mempool_, *entry, entries))
      return refuse(PackageResult::Kind::policy, {"TRUC-violation", *violation});
  if (terms_.package_rate)
    if (Rejection rejection = check_rate(vsize, fees))
      return refuse_one(wtxids.back(), std::move(rejection), "transaction failed");
  if (Rejection rejection = check_package_replacement(works))
    return refuse(PackageResult::Kind::policy, std::move(rejection));
  if (Rejection rejection = check_clusters(entries))
    return refuse(PackageResult::Kind::policy, std::move(rejection));
  for (const MempoolEntry* entry : entries)
    if (Rejection rejection = check_dust_spent(*entry, entries))
      return refuse_one(entry->wtxid, std::move(rejection), "unspent-dust");
  for (const Work& work : works) {
    if (Rejection rejection = run_scripts(work))
      return refuse_one(work.entry.wtxid, std::move(rejection), "transaction failed");
    if (!terms_.test_only) continue;
    result.results[work.entry.wtxid] = {AcceptResult::Kind::valid,
                                        {},
                                        work.entry.vsize,
                                        work.entry.fee,
                                        rate_of(work.entry.fee, work.entry.vsize),
                                        {work.entry.wtxid},
                                        {},
                                        {}};
  }
  if (terms_.test_only) return result;

  std::vector<Work*> submitted;
  for (Work& work : works) {
    AcceptResult& one = result.results[work.entry.wtxid];
    one.kind = AcceptResult::Kind::valid;
    one.vsize = work.entry.vsize;
    one.fee = work.entry.fee;
    one.effective_rate = rate_of(fees, vsize);
    one.effective_includes = wtxids;
    one.replaced.assign(replaced_.begin(), replaced_.end());
    submitted.push_back(&work);
  }
  submit(submitted);
  return result;
}

}  // namespace

AcceptResult MempoolAcceptor::test(const bitcoin::Transaction& tx, std::int64_t now) {
  return Attempt(chain_, mempool_, policy_, {.test_only = true}, now).single(tx);
}

AcceptResult MempoolAcceptor::accept(const bitcoin::Transaction& tx, std::int64_t now) {
  return Attempt(chain_, mempool_, policy_, {}, now).single(tx);
}

AcceptResult MempoolAcceptor::put_back(const bitcoin::Transaction& tx, std::int64_t now) {
  return Attempt(chain_, mempool_, policy_, {.fees_waived = true}, now).single(tx);
}

PackageResult MempoolAcceptor::test_package(const std::vector<bitcoin::Transaction>& txs, std::int64_t now) {
  Terms terms{.test_only = true, .replacement = false, .sibling_eviction = false};
  return Attempt(chain_, mempool_, policy_, terms, now).several(txs);
}

PackageResult MempoolAcceptor::submit_package(const std::vector<bitcoin::Transaction>& txs, std::int64_t now,
                                              std::optional<FeeRate> max_rate) {
  PackageResult final_result;
  auto refuse = [&](const char* reason) {
    final_result.kind = PackageResult::Kind::policy;
    final_result.rejection = {reason, ""};
    return final_result;
  };
  if (Rejection rejection = check_well_formed(txs)) return refuse(rejection.reason.c_str());
  if (txs.size() > 1 && !is_child_with_parents(txs)) return refuse("package-not-child-with-parents");

  // Each transaction first tries alone, so that no fee is counted for two; what fails for its fee, or for
  // want of such a parent, is then judged together.
  std::vector<bitcoin::Transaction> together;
  std::map<bitcoin::Wtxid, AcceptResult> alone;
  bool hopeless = false;
  for (const bitcoin::Transaction& tx : txs) {
    bitcoin::Wtxid wtxid = tx.wtxid();
    if (const MempoolEntry* known = mempool_.find(tx.txid())) {
      AcceptResult& result = final_result.results[wtxid];
      bool same = known->wtxid == wtxid;
      result.kind = same ? AcceptResult::Kind::already_there : AcceptResult::Kind::other_witness_there;
      result.vsize = known->vsize;
      result.fee = known->fee;
      result.other_wtxid = known->wtxid;
      continue;
    }
    Terms terms{.max_rate = max_rate};
    AcceptResult result = Attempt(chain_, mempool_, policy_, terms, now).single(tx);
    if (result.kind == AcceptResult::Kind::valid) {
      final_result.results[wtxid] = std::move(result);
      continue;
    }
    bool retry = txs.size() > 1 &&
                 (result.rejection.kind == Kind::fee || result.rejection.kind == Kind::missing_inputs);
    if (retry)
      together.push_back(tx);
    else
      hopeless = true;
    alone[wtxid] = std::move(result);
  }

  PackageResult multi;
  if (hopeless) {
    multi.kind = PackageResult::Kind::transaction;
    multi.rejection = {"transaction failed", ""};
  } else if (together.size() == 1) {
    Terms terms{.max_rate = max_rate};
    AcceptResult result = Attempt(chain_, mempool_, policy_, terms, now).single(together[0]);
    if (result.kind != AcceptResult::Kind::valid) {
      multi.kind = PackageResult::Kind::transaction;
      multi.rejection = {"transaction failed", ""};
    }
    multi.results[together[0].wtxid()] = std::move(result);
  } else if (!together.empty()) {
    Terms terms{.sibling_eviction = false, .package_rate = true, .max_rate = max_rate};
    multi = Attempt(chain_, mempool_, policy_, terms, now).several(together);
  }
  final_result.kind = multi.kind;
  final_result.rejection = multi.rejection;
  for (auto& [wtxid, result] : multi.results) final_result.results[wtxid] = std::move(result);
  for (auto& [wtxid, result] : alone) final_result.results.try_emplace(wtxid, std::move(result));
  return final_result;
}

bool is_child_with_parents(const std::vector<bitcoin::Transaction>& txs) {
  if (txs.size() < 2) return false;
  Set spent;
  for (const bitcoin::TxIn& input : txs.back().inputs) spent.insert(input.prevout.txid);
  return std::all_of(txs.begin(), txs.end() - 1,
                     [&](const bitcoin::Transaction& tx) { return spent.contains(tx.txid()); });
}

bool is_child_with_independent_parents(const std::vector<bitcoin::Transaction>& txs) {
  if (!is_child_with_parents(txs)) return false;
  Set parents;
  for (std::size_t i = 0; i + 1 < txs.size(); ++i) parents.insert(txs[i].txid());
  return std::all_of(txs.begin(), txs.end() - 1, [&](const bitcoin::Transaction& tx) {
    return std::ranges::none_of(
        tx.inputs, [&](const bitcoin::TxIn& input) { return parents.contains(input.prevout.txid); });
  });
}

void follow_chain(const ChainChange& change, const RegtestChain& chain, RegtestMempool& mempool,
                  MempoolAcceptor& acceptor, std::int64_t now) {
  Set confirmed;
  for (const RegtestBlock* block : change.connected) {
    mempool.remove_for_block(*block);
    confirmed.insert(block->txids.begin(), block->txids.end());
  }
  if (change.disconnected.empty()) return;
  for (auto block = change.disconnected.rbegin(); block != change.disconnected.rend(); ++block) {
    for (std::size_t i = 0; i < (*block)->txids.size(); ++i) {
      const bitcoin::Txid& txid = (*block)->txids[i];
      if (confirmed.contains(txid)) continue;
      bool back = i > 0 && change.keep_transactions &&
                  acceptor.put_back((*block)->block.transactions[i], now).kind == AcceptResult::Kind::valid;
      if (back) continue;
      for (const bitcoin::Txid& child : mempool.children(txid)) mempool.remove_with_descendants(child);
    }
  }
  mempool.remove_for_reorg(chain);
}

}  // namespace pegkit::app
