#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// The payouts that a signer has signed for each withdrawal. Any two different ones share an input, so that
/// no two payouts of one withdrawal can both confirm.
class PayoutGuard {
 public:
  explicit PayoutGuard(Database& database) : database_(database) {}

  /// Called before the transaction `txid` is signed. It pays every withdrawal in `withdrawals` (their numbers
  /// in `contract`) and spends `inputs`. Records that, durable when it returns. Throws Error
  /// `withdrawal.signed` (exit 7) and records nothing when an earlier transaction for one of them shares no
  /// input with this one.
  void guard(const std::string& contract, const std::vector<std::uint64_t>& withdrawals,
             const bitcoin::Txid& txid, const std::vector<bitcoin::OutPoint>& inputs);
  void guard(const std::string& contract, std::uint64_t withdrawal, const bitcoin::Txid& txid,
             const std::vector<bitcoin::OutPoint>& inputs) {
    guard(contract, std::vector{withdrawal}, txid, inputs);
  }
  /// The transactions recorded for a withdrawal.
  std::vector<bitcoin::Txid> signed_for(const std::string& contract, std::uint64_t withdrawal);
  /// The outpoints that each of those spends: guard allows another transaction that spends one of them.
  std::vector<bitcoin::OutPoint> common_inputs(const std::string& contract, std::uint64_t withdrawal);

 private:
  bool shares_input(const std::string& contract, std::uint64_t withdrawal, const bitcoin::Txid& earlier,
                    const std::vector<bitcoin::OutPoint>& inputs);
  Database& database_;
};

}  // namespace pegkit::store
