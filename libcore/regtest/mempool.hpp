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
  std::int64_t vsize = 0;            ///< of the adjusted weight
  std::int64_t sigop_cost = 0;
  std::int64_t time = 0;
  std::uint32_t height = 0;  ///< of the tip when it came in
  bool unbroadcast = false;  ///< handed in by sendrawtransaction; there is no peer to take it

  FeeSize fee_size() const { return {fee.value(), adjusted_weight}; }
  bool signals_replacement() const;  ///< BIP125
};

/// Unconfirmed transactions and how they hang together. What may come in is decided by MempoolAcceptor.
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
  Set ancestors(const bitcoin::Txid& txid) const;    ///< and itself
  Set descendants(const bitcoin::Txid& txid) const;  ///< and itself
  /// Everything connected with any of `seeds` (those that are here), by however many steps.
  Set clusters(const Set& seeds) const;
  std::size_t count_clusters(const Set& txids) const;

  void add(MempoolEntry entry);
  void mark_unbroadcast(const bitcoin::Txid& txid) { entries_.at(txid).unbroadcast = true; }
  void remove(const Set& txids);
  void remove_with_descendants(const bitcoin::Txid& txid) { remove(descendants(txid)); }
  /// Takes out what a block confirmed and what contradicts it.
  void remove_for_block(const RegtestBlock& block);
  /// After a reorganisation: takes out what is not final, not mature or without its inputs any more.
  void remove_for_reorg(const RegtestChain& chain);

  /// Chunks in the order in which they would be mined.
  struct MiningChunk {
    FeeSize total;
    std::vector<const MempoolEntry*> entries;
  };
  std::vector<MiningChunk> mining_order() const;
  /// The same of the clusters of `seeds` alone.
  std::vector<MiningChunk> mining_order(const Set& seeds) const;

  /// Counts additions and removals.
  std::uint64_t sequence() const { return sequence_; }

 private:
  std::map<bitcoin::Txid, MempoolEntry> entries_;
  std::map<bitcoin::OutPoint, bitcoin::Txid> spent_by_;
  std::uint64_t sequence_ = 1;
};

}  // namespace pegkit::regtest
