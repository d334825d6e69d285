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
  std::uint32_t height = 0;  ///< height of its block; 0 for a coin in the mempool
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
  Sat descendant_fees;  ///< fees of the transaction and of all its descendants in the mempool
};

/// bitcoind's RPC in typed form. Each answer is parsed strictly and checked as far as possible: a raw
/// transaction must hash to the txid asked for, a header to its hash, a block's transactions to its merkle
/// root. A wrong answer throws Error `node.garbage` (exit 6). Every call can throw the errors of net/rpc.hpp.
class BitcoinNode {
 public:
  explicit BitcoinNode(std::shared_ptr<Rpc> rpc) : rpc_(std::move(rpc)) {}
  Rpc& rpc() { return *rpc_; }

  /// Throws Error `chain.mismatch` (exit 7) when the node is on another chain, `node.old` (exit 2) when it is
  /// older than version 28.
  void require_chain(bitcoin::Chain chain);
  std::uint32_t block_count();
  bitcoin::BlockHash best_block();
  bitcoin::BlockHash block_hash(std::uint32_t height);
  std::vector<bitcoin::BlockHash> block_hashes(std::uint32_t first, std::uint32_t count);  ///< in one batch
  std::vector<bitcoin::Header> headers(const std::vector<bitcoin::BlockHash>& hashes);     ///< in one batch
  /// The raw block, checked against `hash` and its merkle root. Throws `node.pruned` (exit 6) when the node
  /// no longer has it.
  Bytes raw_block(const bitcoin::BlockHash& hash);
  /// Height and confirmations of a block. Confirmations are -1 when the block is not in the best chain; the
  /// height is then 0 when the node does not know the block at all.
  struct BlockPosition {
    std::uint32_t height;
    std::int64_t confirmations;
  };
  BlockPosition block_position(const bitcoin::BlockHash& hash);
  /// A transaction from the mempool, or from `block` when given; nullopt when the node does not have it.
  std::optional<bitcoin::Transaction> transaction(const bitcoin::Txid& txid,
                                                  const bitcoin::BlockHash* block = nullptr);
  /// Many transactions from the mempool, in batches; nullopt for those that are not there.
  std::vector<std::optional<bitcoin::Transaction>> transactions(const std::vector<bitcoin::Txid>& txids);
  /// An unspent output; nullopt when there is none. With `with_mempool`, an output spent in the mempool gives
  /// nullopt, and an output of a mempool transaction has height 0.
  std::optional<Coin> coin(const bitcoin::OutPoint& outpoint, bool with_mempool);
  /// For each outpoint whether it can be spent now: it is unspent in chain and mempool, and not of a coinbase
  /// with fewer than 100 confirmations. Asks in batches.
  std::vector<bool> spendable(const std::vector<bitcoin::OutPoint>& outpoints);
  /// The unspent confirmed coins of the scripts, ordered by (height, outpoint), by scantxoutset. Throws
  /// `node.busy` (exit 4) while the node runs another scan.
  std::vector<Coin> scan_scripts(const std::vector<bitcoin::Script>& scripts);
  std::vector<bitcoin::Txid> mempool();
  bool in_mempool(const bitcoin::Txid& txid);
  /// The mempool's entry of a transaction; nullopt when the transaction is not in the mempool.
  std::optional<MempoolEntry> mempool_entry(const bitcoin::Txid& txid);
  /// For each outpoint the mempool transaction that spends it (gettxspendingprevout).
  std::vector<std::optional<bitcoin::Txid>> spending(const std::vector<bitcoin::OutPoint>& outpoints);
  /// testmempoolaccept: one verdict per transaction. A transaction that is there already has the reason
  /// "txn-already-in-mempool" or "txn-already-known". Throws `tx.rejected` (exit 3) when bitcoind cannot
  /// read them.
  std::vector<MempoolVerdict> test_accept(const std::vector<bitcoin::Transaction>& txs);
  /// sendrawtransaction. Succeeds also when the transaction is in the mempool already. An unspendable output
  /// may hold at most `max_burn`. Throws Error `tx.rejected` (exit 3) with the reason.
  bitcoin::Txid send(const bitcoin::Transaction& tx, Sat max_burn = Sat(0));
  /// submitpackage. Throws `tx.rejected` (exit 3) with the reason.
  void submit_package(const std::vector<bitcoin::Transaction>& txs, Sat max_burn = Sat(0));
  /// estimatesmartfee; nullopt when the node has no estimate.
  std::optional<FeeRate> estimate_fee(int target_blocks);
  /// The raw proof of gettxoutproof. Throws `node.pruned` (exit 6) as raw_block does.
  Bytes txout_proof(const std::vector<bitcoin::Txid>& txids, const bitcoin::BlockHash& block);

 private:
  std::shared_ptr<Rpc> rpc_;
};

}  // namespace pegkit::net
