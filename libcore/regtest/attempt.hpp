#pragma once

#include <optional>
#include <vector>

#include "regtest/accept.hpp"

namespace pegkit::regtest {

/// The terms under which one or more transactions are judged.
struct AcceptTerms {
  bool test_only = false;
  bool fees_waived = false;  ///< for transactions of a disconnected block
  bool replacement = true;
  bool sibling_eviction = true;
  bool package_rate = false;  ///< the package's feerate counts, not each transaction's
  std::optional<FeeRate> max_rate = std::nullopt;
};

/// One attempt to accept one transaction, or several that belong together, into the mempool.
class AcceptAttempt {
 public:
  AcceptAttempt(const RegtestChain& chain, RegtestMempool& mempool, const RelayPolicy& policy,
                AcceptTerms terms, std::int64_t now)
      : chain_(chain), mempool_(mempool), policy_(policy), terms_(terms), now_(now) {}

  AcceptResult single(const bitcoin::Transaction& tx);
  PackageResult several(const std::vector<bitcoin::Transaction>& txs);

 private:
  struct Work {
    MempoolEntry entry;
    RegtestMempool::Set conflicts;  ///< mempool transactions to replace, without their descendants
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
  Rejection find_conflicts(const MempoolEntry& entry, RegtestMempool::Set& conflicts) const;
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
  RegtestMempool::Set replace_set(const RegtestMempool::Set& conflicts) const;
  /// The clusters of the mempool that `added` joins, without replaced transactions, and `added` itself.
  std::vector<const MempoolEntry*> surroundings(const std::vector<const MempoolEntry*>& added) const;

  const RegtestChain& chain_;
  RegtestMempool& mempool_;
  const RelayPolicy& policy_;
  AcceptTerms terms_;
  std::int64_t now_;
  std::map<bitcoin::OutPoint, RegtestCoin> unconfirmed_;  ///< coins of the mempool and of the package
  RegtestMempool::Set replaced_;                          ///< with descendants
};

/// The feerate of a fee for a size in vbytes, rounded down as Bitcoin Core reports an effective feerate.
FeeRate rate_of(Sat fee, std::int64_t vsize);
/// True when fee / vsize > rate, computed exactly.
bool pays_above(Sat fee, std::int64_t vsize, FeeRate rate);
bool is_dust(const bitcoin::TxOut& output);
/// Bitcoin Core's IsWellFormedPackage: not too many transactions, not too heavy, none twice, parents first,
/// no conflicts.
Rejection check_well_formed(const std::vector<bitcoin::Transaction>& txs);

}  // namespace pegkit::regtest
