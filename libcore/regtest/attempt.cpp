#include "regtest/attempt.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "regtest/truc.hpp"

namespace pegkit::regtest {
namespace {

using Set = RegtestMempool::Set;
using Kind = Rejection::Kind;

constexpr std::int64_t weight_per_sigop = 20;

}  // namespace

bool is_dust(const bitcoin::TxOut& output) {
  return output.value < bitcoin::dust_threshold(output);
}

bool pays_above(Sat fee, std::int64_t vsize, FeeRate rate) {
  return fee.value() * 1000 > rate.sat_per_kvb() * vsize;
}

FeeRate rate_of(Sat fee, std::int64_t vsize) {
  return FeeRate::per_kvb(fee.value() * 1000 / vsize);
}

const RegtestCoin* AcceptAttempt::find_coin(const bitcoin::OutPoint& outpoint) {
  if (auto found = unconfirmed_.find(outpoint); found != unconfirmed_.end()) return &found->second;
  if (const MempoolEntry* parent = mempool_.find(outpoint.txid)) {
    if (outpoint.vout >= parent->tx.outputs.size()) return nullptr;
    RegtestCoin coin{parent->tx.outputs[outpoint.vout], chain_.height() + 1, false};
    return &(unconfirmed_[outpoint] = std::move(coin));
  }
  return chain_.coin(outpoint);
}

void AcceptAttempt::offer_outputs(const MempoolEntry& entry) {
  for (std::uint32_t i = 0; i < entry.tx.outputs.size(); ++i)
    unconfirmed_[{entry.txid, i}] = {entry.tx.outputs[i], chain_.height() + 1, false};
}

Rejection AcceptAttempt::check_known(const MempoolEntry& entry) const {
  const MempoolEntry* known = mempool_.find(entry.txid);
  if (!known) return {};
  return {known->wtxid == entry.wtxid ? "txn-already-in-mempool" : "txn-same-nonwitness-data-in-mempool", ""};
}

Rejection AcceptAttempt::find_conflicts(const MempoolEntry& entry, Set& conflicts) const {
  for (const bitcoin::TxIn& input : entry.tx.inputs) {
    const MempoolEntry* other = mempool_.spender(input.prevout);
    if (!other) continue;
    if (!terms_.replacement) return {"bip125-replacement-disallowed", ""};
    conflicts.insert(other->txid);
  }
  return {};
}

Rejection AcceptAttempt::find_inputs(const MempoolEntry& entry) {
  for (const bitcoin::TxIn& input : entry.tx.inputs) {
    if (find_coin(input.prevout)) continue;
    for (std::uint32_t i = 0; i < entry.tx.outputs.size(); ++i)
      if (chain_.coin({entry.txid, i})) return {"txn-already-known", ""};
    return {"bad-txns-inputs-missingorspent", "", Kind::missing_inputs};
  }
  return {};
}

Rejection AcceptAttempt::check_spending(Work& work) {
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

Rejection AcceptAttempt::check_standard(const Work& work) const {
  std::string reason = bitcoin::standard_reason(work.entry.tx, work.spent);
  if (reason == "TRUC-violation") return {};  // check_truc refuses it with bitcoind's reason
  if (reason == "dust") return {reason, "tx with dust output must be 0-fee"};
  if (reason == "bad-txns-too-many-sigops") return {reason, std::to_string(work.entry.sigop_cost)};
  return {reason, ""};
}

Rejection AcceptAttempt::check_rate(std::int64_t vsize, Sat fee) const {
  Sat least = policy_.min_relay.fee(vsize);
  if (fee >= least) return {};
  return {"min relay fee not met", fmt::format("{} < {}", fee.value(), least.value()), Kind::fee};
}

Rejection AcceptAttempt::check_fee(const Work& work) const {
  if (terms_.fees_waived) return {};
  Rejection rejection = check_rate(work.entry.vsize, work.entry.fee);
  if (!rejection) return {};
  if (work.entry.tx.version != truc_version) {
    // Only a v3 transaction may rely on its child's fee: for others nothing ensures that the child stays.
    rejection.kind = Kind::other;
    return rejection;
  }
  return terms_.package_rate ? Rejection{} : rejection;
}

Rejection AcceptAttempt::check_truc_rules(Work& work) const {
  if (terms_.fees_waived) return {};
  auto violation = check_truc(mempool_, work.entry, work.conflicts);
  if (!violation) return {};
  if (!terms_.sibling_eviction || !violation->sibling) return {"TRUC-violation", violation->text};
  work.conflicts.insert(*violation->sibling);
  work.sibling_eviction = true;
  return {};
}

Rejection AcceptAttempt::check(const bitcoin::Transaction& tx, Work& work) {
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
  // One dust output may be ephemeral. This and a v3 transaction's size are checked later, when the inputs
  // are known.
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

Rejection AcceptAttempt::check_dust_spent(const MempoolEntry& entry,
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

Rejection AcceptAttempt::run_scripts(const Work& work) const {
  return check_scripts(work.entry.tx, work.spent, bitcoin::standard_flags,
                       "mempool-script-verify-flag-failed");
}

void AcceptAttempt::submit(const std::vector<Work*>& works) {
  mempool_.remove(replaced_);
  for (Work* work : works) mempool_.add(std::move(work->entry));
}

AcceptResult AcceptAttempt::single(const bitcoin::Transaction& tx) {
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
  if (terms_.max_rate && pays_above(entry.fee, entry.vsize, *terms_.max_rate))
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

}  // namespace pegkit::regtest
