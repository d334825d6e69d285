#pragma once

#include <map>
#include <set>
#include <vector>

#include "regtest/chain.hpp"
#include "regtest/linearize.hpp"

namespace pegkit::regtest {

/// A transaction in the mempool.
struct MempoolEntry {
  bitcoin::Transaction tx;
  bitcoin::Txid txid;
  bitcoin::Wtxid wtxid;
  Sat fee;
  std::int64_t weight = 0;
  std::int64_t adjusted_weight = 0;  ///< at least 20 weight units per unit of sigop cost
  std::int64_t vsize = 0;            ///< from the adjusted weight
  std::int64_t sigop_cost = 0;
  std::int64_t time = 0;
  std::uint32_t height = 0;  ///< height of the tip when it was accepted
  bool unbroadcast = false;  ///< it came by sendrawtransaction, and there is no peer to relay it to

  FeeSize fee_size() const { return {fee.value(), adjusted_weight}; }
  bool signals_replacement() const;  ///< BIP125
};

/// Unconfirmed transactions and their relations. MempoolAcceptor decides which transactions come in.
class RegtestMempool {
 public:
  using Set = std::set<bitcoin::Txid>;

  std::size_t size() const { return entries_.size(); }
  const MempoolEntry* find(const bitcoin::Txid& txid) const;
  bool contains(const bitcoin::Txid& txid) const { return entries_.contains(txid); }
  const std::map<bitcoin::Txid, MempoolEntry>& entries() const { return entries_; }
  /// The transaction that spends an output; null when none does.
  const MempoolEntry* spender(const bitcoin::OutPoint& outpoint) const;

  Set parents(const bitcoin::Transaction& tx) const;
  Set children(const bitcoin::Txid& txid) const;
  Set ancestors(const bitcoin::Txid& txid) const;    ///< the transaction itself included
  Set descendants(const bitcoin::Txid& txid) const;  ///< the transaction itself included
  /// All transactions connected with any of `seeds` in any number of steps. Seeds outside the mempool
  /// are ignored.
  Set clusters(const Set& seeds) const;
  std::size_t count_clusters(const Set& txids) const;

  void add(MempoolEntry entry);
  void mark_unbroadcast(const bitcoin::Txid& txid) { entries_.at(txid).unbroadcast = true; }
  void remove(const Set& txids);
  void remove_with_descendants(const bitcoin::Txid& txid) { remove(descendants(txid)); }
  /// Removes transactions that a block confirmed, and those that conflict with it.
  void remove_for_block(const RegtestBlock& block);
  /// Removes, after a reorganisation, transactions that are no longer final, spend an immature coinbase, or
  /// lost their inputs.
  void remove_for_reorg(const RegtestChain& chain);

  /// A chunk of the mempool; mining_order() gives chunks in the order in which they would be mined.
  struct MiningChunk {
    FeeSize total;
    std::vector<const MempoolEntry*> entries;
  };
  std::vector<MiningChunk> mining_order() const;
  /// The chunks of only the clusters of `seeds`.
  std::vector<MiningChunk> mining_order(const Set& seeds) const;

  /// The number of additions and removals so far, counted from 1.
  std::uint64_t sequence() const { return sequence_; }

 private:
  std::map<bitcoin::Txid, MempoolEntry> entries_;
  std::map<bitcoin::OutPoint, bitcoin::Txid> spent_by_;
  std::uint64_t sequence_ = 1;
};

}  // namespace pegkit::regtest
