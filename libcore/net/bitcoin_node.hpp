#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bitcoin/block.hpp"
#include "bitcoin/transaction.hpp"
#include "net/rpc.hpp"

namespace pegkit::net {

struct Coin {
  bitcoin::OutPoint outpoint;
  bitcoin::TxOut output;
  std::uint32_t height = 0;  ///< of its block; 0 for a mempool coin
  bool coinbase = false;
};

struct MempoolVerdict {
  bool allowed = false;
  std::string reason;  ///< bitcoind's "reject-reason"
  Sat fee;
  std::int64_t vsize = 0;
};

struct MempoolEntry {
  Sat fee;
  std::int64_t vsize = 0;
  Sat descendant_fees;  ///< of it and of all that spend it
};

/// bitcoind's RPC in typed form. What the node says is parsed strictly and checked as far as it can be (a raw
/// transaction hashes to the txid asked for, a header to its hash, a block's transactions to its merkle
/// root); a wrong answer throws Error `node.garbage` (exit 6).
class BitcoinNode {
 public:
  explicit BitcoinNode(std::shared_ptr<Rpc> rpc) : rpc_(std::move(rpc)) {}
  Rpc& rpc() { return *rpc_; }

  /// Throws Error `chain.mismatch` (exit 7) when the node's chain is another, `node.old` below version 28.
  void require_chain(bitcoin::Chain chain);
  std::uint32_t block_count();
  bitcoin::BlockHash best_block();
  bitcoin::BlockHash block_hash(std::uint32_t height);
  std::vector<bitcoin::BlockHash> block_hashes(std::uint32_t first, std::uint32_t count);  ///< one batch
  std::vector<bitcoin::Header> headers(const std::vector<bitcoin::BlockHash>& hashes);     ///< one batch
  /// The raw block, checked to hash to `hash`; throws `node.pruned` (exit 6) when the node no longer has it.
  Bytes raw_block(const bitcoin::BlockHash& hash);
  /// Height and confirmations of a block; confirmations -1 when it is not in the best chain (with height 0
  /// when the node does not know the block at all).
  struct BlockPosition {
    std::uint32_t height;
    std::int64_t confirmations;
  };
  BlockPosition block_position(const bitcoin::BlockHash& hash);
  /// From the mempool, or from `block`; nullopt when the node does not have it.
  std::optional<bitcoin::Transaction> transaction(const bitcoin::Txid& txid,
                                                  const bitcoin::BlockHash* block = nullptr);
  /// The same for many mempool transactions, in batches.
  std::vector<std::optional<bitcoin::Transaction>> transactions(const std::vector<bitcoin::Txid>& txids);
  /// An unspent output; with mempool, one spent there is nullopt and a mempool output has height 0.
  std::optional<Coin> coin(const bitcoin::OutPoint& outpoint, bool with_mempool);
  /// For each outpoint whether it can be spent now: unspent in chain and mempool, and no coinbase with fewer
  /// than 100 confirmations. In batches.
  std::vector<bool> spendable(const std::vector<bitcoin::OutPoint>& outpoints);
  /// scantxoutset over raw scripts. Confirmed coins only, ordered by (height, outpoint). Throws `node.busy`
  /// (exit 4) while the node runs another scan.
  std::vector<Coin> scan_scripts(const std::vector<bitcoin::Script>& scripts);
  std::vector<bitcoin::Txid> mempool();
  bool in_mempool(const bitcoin::Txid& txid);
  /// nullopt for a transaction that is not there.
  std::optional<MempoolEntry> mempool_entry(const bitcoin::Txid& txid);
  /// For each outpoint the mempool transaction that spends it (gettxspendingprevout).
  std::vector<std::optional<bitcoin::Txid>> spending(const std::vector<bitcoin::OutPoint>& outpoints);
  /// testmempoolaccept, a verdict for each transaction; one that is there already has the reason
  /// "txn-already-in-mempool" or "txn-already-known". Throws `tx.rejected` (exit 3) when bitcoind does not
  /// even read them.
  std::vector<MempoolVerdict> test_accept(const std::vector<bitcoin::Transaction>& txs);
  /// sendrawtransaction; being there already is success. An unspendable output may hold at most `max_burn`.
  /// Throws Error `tx.rejected` (exit 3) with the reason.
  bitcoin::Txid send(const bitcoin::Transaction& tx, Sat max_burn = Sat(0));
  /// submitpackage; throws `tx.rejected`.
  void submit_package(const std::vector<bitcoin::Transaction>& txs, Sat max_burn = Sat(0));
  /// estimatesmartfee; nullopt when the node has no estimate.
  std::optional<FeeRate> estimate_fee(int target_blocks);
  /// gettxoutproof, raw.
  Bytes txout_proof(const std::vector<bitcoin::Txid>& txids, const bitcoin::BlockHash& block);

 private:
  std::shared_ptr<Rpc> rpc_;
};

}  // namespace pegkit::net
