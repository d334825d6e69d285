#pragma once

#include <map>
#include <optional>
#include <vector>

#include "regtest/mempool.hpp"

namespace pegkit::regtest {

/// Relay rules that a node's operator can set, with the defaults of Bitcoin Core 30.
struct RelayPolicy {
  FeeRate min_relay = FeeRate::per_kvb(100);
  FeeRate incremental = FeeRate::per_kvb(100);
  std::size_t cluster_count = 64;
  std::int64_t cluster_vsize = 101'000;
};

inline constexpr std::size_t max_package_count = 25;
inline constexpr std::int64_t max_package_weight = 404'000;

/// The outcome for one transaction.
struct AcceptResult {
  enum class Kind { valid, invalid, already_there, other_witness_there };
  Kind kind = Kind::invalid;
  Rejection rejection;  ///< set when the transaction is invalid
  std::int64_t vsize = 0;
  Sat fee;
  FeeRate effective_rate;  ///< feerate of the transactions in effective_includes together
  std::vector<bitcoin::Wtxid> effective_includes;
  std::vector<bitcoin::Txid> replaced;
  bitcoin::Wtxid other_wtxid{};
};

struct PackageResult {
  enum class Kind { valid, policy, transaction };
  Kind kind = Kind::valid;
  Rejection rejection;  ///< set when the package as a whole is refused
  std::map<bitcoin::Wtxid, AcceptResult> results;
};

/// Accepts transactions into the mempool by Bitcoin Core's rules: standardness, finality, fees, replacement
/// (BIP125's rules 3 to 5 without opt-in, and a better fee diagram), TRUC (BIP431), ephemeral dust, scripts,
/// and packages of a child with its parents.
class MempoolAcceptor {
 public:
  MempoolAcceptor(const RegtestChain& chain, RegtestMempool& mempool, const RelayPolicy& policy)
      : chain_(chain), mempool_(mempool), policy_(policy) {}

  /// `now` is the time of the mempool entry, in seconds since 1970.
  AcceptResult test(const bitcoin::Transaction& tx, std::int64_t now);
  AcceptResult accept(const bitcoin::Transaction& tx, std::int64_t now);
  /// Puts back a transaction of a disconnected block; it need not pay a fee.
  AcceptResult put_back(const bitcoin::Transaction& tx, std::int64_t now);
  /// testmempoolaccept for several transactions, parents first; none may replace another.
  PackageResult test_package(const std::vector<bitcoin::Transaction>& txs, std::int64_t now);
  /// submitpackage. It stops at a transaction that pays more than `max_rate`.
  PackageResult submit_package(const std::vector<bitcoin::Transaction>& txs, std::int64_t now,
                               std::optional<FeeRate> max_rate);

 private:
  const RegtestChain& chain_;
  RegtestMempool& mempool_;
  const RelayPolicy& policy_;
};

/// True when the last transaction spends an output of each other one.
bool is_child_with_parents(const std::vector<bitcoin::Transaction>& txs);
/// True when, in addition, no parent spends an output of another parent.
bool is_child_with_independent_parents(const std::vector<bitcoin::Transaction>& txs);
/// Updates the mempool after a change of the chain: removes confirmed and contradicted transactions, puts
/// back those of disconnected blocks.
void follow_chain(const ChainChange& change, const RegtestChain& chain, RegtestMempool& mempool,
                  MempoolAcceptor& acceptor, std::int64_t now);

}  // namespace pegkit::regtest
