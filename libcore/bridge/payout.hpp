#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bitcoin/psbt.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"
#include "bridge/record.hpp"
#include "bridge/withdrawal.hpp"

namespace pegkit::bridge {

/// A coin at the custody's own script, or at a deposit's.
struct CustodyCoin {
  bitcoin::OutPoint outpoint;
  bitcoin::TxOut output;
  std::uint32_t height = 0;                ///< of its block; 0 when unconfirmed
  std::shared_ptr<const Deposit> deposit;  ///< null: the custody's own script
};

struct PayoutRequest {
  Custody custody;
  SpendPath path;
  std::vector<CustodyCoin> coins;
  std::vector<Withdrawal> withdrawals;  ///< in any order
  FeeRate fee_rate;                     ///< raised to the floor of the parameters
};

struct LeftOut {
  std::uint32_t id;
  std::string reason;  ///< "dust", "nonstandard script", "record is full"
};

/// An unsigned transaction with all that signers need in its PSBT.
struct PayoutPlan {
  bitcoin::Psbt psbt;
  std::vector<std::uint32_t> ids;  ///< paid, ascending: output k pays ids[k]
  std::vector<LeftOut> left_out;
  std::vector<CustodyCoin> spent;  ///< in the order of the inputs
  Sat fee;
  std::int64_t vsize = 0;  ///< exact once signed with SIGHASH_DEFAULT
  std::optional<std::uint32_t> change_vout;
};

/// One transaction that pays many withdrawals: paid outputs in ascending id, change to the custody, the
/// record last; version 2, every sequence 0xfffffffd. It spends confirmed coins only, and only as many as are
/// needed: deposits oldest first, then others oldest first. Throws Error: `payout.none` (exit 4) when no
/// withdrawal is left, `funds.short` (exit 4), `payout.weight` (exit 3) above 400,000 weight units,
/// `coin.script` (exit 3) for a coin that is not the custody's, `withdrawal.twice` (exit 3), and Params' fee
/// errors (exit 7).
PayoutPlan plan_payout(const PayoutRequest& request, const Params& params);

/// A replacement of `original` (signed or not) by BIP125: its inputs in their order, then as many of `extra`
/// as are needed; same paid outputs and record; the fee at least the old fee plus 1 sat/vB of the new size.
/// `inputs` are the original's coins in order. Throws `bump.rate` (exit 3) when the rate is not above the
/// original's, `payout.invalid` when the original is no payout, and the errors of plan_payout.
struct BumpRequest {
  Custody custody;
  SpendPath path;
  bitcoin::Transaction original;
  std::vector<CustodyCoin> inputs, extra;
  FeeRate fee_rate;
};
PayoutPlan plan_bump(const BumpRequest& request, const Params& params);

/// Moves all coins to `to` in as few standard transactions as possible (400,000 weight units and the fee
/// cap), one output each. Coins that would leave nothing above dust are in `left_out`.
struct RotationPlan {
  struct Move {
    bitcoin::Psbt psbt;
    std::vector<CustodyCoin> spent;
    Sat fee;
    std::int64_t vsize = 0;
  };
  std::vector<Move> moves;
  std::vector<CustodyCoin> left_out;
};
RotationPlan plan_rotation(const Custody& from, const SpendPath& path, std::vector<CustodyCoin> coins,
                           const bitcoin::Script& to, FeeRate fee_rate, const Params& params);

/// Why a withdrawal cannot be paid by a standard output; empty when it can.
std::string unpayable_reason(const Withdrawal& withdrawal);

/// The ids of `record` that `tx` really pays: output k has the script and amount of the withdrawal named at
/// place k (doc/protocol.md, rules 2 and 3). The caller checks rule 1: an input spends a watched coin. Ids
/// that are not among `withdrawals` are not paid.
std::vector<std::uint32_t> check_payout(const bitcoin::Transaction& tx, const PayoutRecord& record,
                                        const std::vector<Withdrawal>& withdrawals);

}  // namespace pegkit::bridge
