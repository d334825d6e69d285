#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bitcoin/block.hpp"
#include "bitcoin/pow.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::regtest {

/// The reason why a transaction or block is refused, in bitcoind's words; empty when it is accepted.
struct Rejection {
  enum class Kind {
    other,
    missing_inputs,  ///< an input is spent or unknown
    fee              ///< it may pass in a package that pays more
  };
  std::string reason;
  std::string detail;
  Kind kind = Kind::other;

  explicit operator bool() const { return !reason.empty(); }
  /// "reason, detail", as from bitcoind's ValidationState::ToString.
  std::string text() const { return detail.empty() ? reason : reason + ", " + detail; }
};

/// An unspent output, and the height and kind of the transaction that made it.
struct RegtestCoin {
  bitcoin::TxOut output;
  std::uint32_t height = 0;
  bool coinbase = false;
};
using FindCoin = std::function<const RegtestCoin*(const bitcoin::OutPoint&)>;

/// A block that was received, with its place in the tree of blocks.
struct RegtestBlock {
  bitcoin::Block block;
  bitcoin::BlockHash hash;
  std::vector<bitcoin::Txid> txids;
  const RegtestBlock* parent = nullptr;
  std::uint32_t height = 0;
  std::uint32_t median_time = 0;  ///< median time of this block and up to ten before it (BIP113)
  bitcoin::U256 work;             ///< work of the chain up to this block
  std::uint64_t sequence = 0;     ///< order of arrival
  bool invalid = false;           ///< this block or one of its ancestors is invalid
  /// The coins that each transaction but the coinbase spent; set as long as the block is connected.
  std::vector<std::vector<RegtestCoin>> spent;

  const RegtestBlock* ancestor(std::uint32_t at) const;
};

inline constexpr std::uint32_t regtest_halving_interval = 150;
inline constexpr std::int64_t max_block_weight = 4'000'000;
inline constexpr std::int64_t max_block_sigop_cost = 80'000;

Sat block_subsidy(std::uint32_t height);
/// Bitcoin Core's FormatMoney: at least two decimals, and no trailing zeros after these.
std::string format_money(Sat amount);

/// Bitcoin Core's IsFinalTx: nLockTime against a block's height and the median time of its parent (BIP113).
bool is_final(const bitcoin::Transaction& tx, std::uint32_t height, std::int64_t median_time);
/// BIP68 for a block on `parent`. `heights` are the heights of the coins spent, in the order of the inputs.
bool sequence_locks_met(const bitcoin::Transaction& tx, const std::vector<std::uint32_t>& heights,
                        const RegtestBlock& parent);
/// Bitcoin Core's Consensus::CheckTxInputs: inputs exist, are mature and cover the outputs. `fee` becomes the
/// transaction's fee.
Rejection check_inputs(const bitcoin::Transaction& tx, const FindCoin& coins, std::uint32_t height, Sat& fee);
/// The prevouts of `tx`, in the order of its inputs. All must exist.
std::vector<bitcoin::TxOut> spent_outputs(const bitcoin::Transaction& tx, const FindCoin& coins);
/// Runs the scripts of all inputs. `failure` is the reason on failure: "mempool-script-verify-flag-failed"
/// or "block-script-verify-flag-failed".
Rejection check_scripts(const bitcoin::Transaction& tx, const std::vector<bitcoin::TxOut>& spent,
                        std::uint32_t flags, const char* failure);
/// Checks that the header's merkle root is that of the transactions, and of no other list of
/// them (CVE-2012-2459).
Rejection check_merkle_root(const bitcoin::Block& block);
/// Bitcoin Core's CheckBlock without proof of work, and ContextualCheckBlock for a block on `parent`.
Rejection check_block(const bitcoin::Block& block, const RegtestBlock& parent, bool with_merkle_root);
std::int64_t block_weight(const bitcoin::Block& block);
std::int64_t stripped_size(const bitcoin::Block& block);

}  // namespace pegkit::regtest
