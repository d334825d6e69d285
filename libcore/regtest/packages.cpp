#include <algorithm>

#include "regtest/attempt.hpp"
#include "regtest/truc.hpp"

namespace pegkit::regtest {
namespace {

using Set = RegtestMempool::Set;
using Kind = Rejection::Kind;

}  // namespace

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
    // A transaction that spends one input twice is refused later, when it is checked itself.
    if (tx.inputs.empty()) return {"conflict-in-package", ""};
    for (const bitcoin::TxIn& input : tx.inputs)
      if (spent.contains(input.prevout)) return {"conflict-in-package", ""};
    for (const bitcoin::TxIn& input : tx.inputs) spent.insert(input.prevout);
  }
  return {};
}

PackageResult AcceptAttempt::several(const std::vector<bitcoin::Transaction>& txs) {
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
    if (!rejection && terms_.max_rate && pays_above(entry.fee, entry.vsize, *terms_.max_rate))
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

  // Each transaction is first tried alone, so that no fee counts for two. Those that fail for their fee, or
  // because a parent failed so, are then judged together.
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
    AcceptTerms terms{.max_rate = max_rate};
    AcceptResult result = AcceptAttempt(chain_, mempool_, policy_, terms, now).single(tx);
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
    AcceptTerms terms{.max_rate = max_rate};
    AcceptResult result = AcceptAttempt(chain_, mempool_, policy_, terms, now).single(together[0]);
    if (result.kind != AcceptResult::Kind::valid) {
      multi.kind = PackageResult::Kind::transaction;
      multi.rejection = {"transaction failed", ""};
    }
    multi.results[together[0].wtxid()] = std::move(result);
  } else if (!together.empty()) {
    AcceptTerms terms{.sibling_eviction = false, .package_rate = true, .max_rate = max_rate};
    multi = AcceptAttempt(chain_, mempool_, policy_, terms, now).several(together);
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

}  // namespace pegkit::regtest
