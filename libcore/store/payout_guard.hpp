#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// What a signer has signed as payout of each withdrawal, so that no two payouts of one withdrawal that it
/// signed can both confirm: they share an input, or are one and the same.
class PayoutGuard {
 public:
  explicit PayoutGuard(Database& database) : database_(database) {}

  /// To be called before `txid` is signed; it pays every withdrawal in `withdrawals` (their numbers in
  /// `contract`) and spends `inputs`. Records that and is on the disk when it returns. Throws Error
  /// `withdrawal.signed` (exit 7), recording nothing, when an earlier transaction for one of them shares no
  /// input with this one.
  void guard(const std::string& contract, const std::vector<std::uint64_t>& withdrawals,
             const bitcoin::Txid& txid, const std::vector<bitcoin::OutPoint>& inputs);
  void guard(const std::string& contract, std::uint64_t withdrawal, const bitcoin::Txid& txid,
             const std::vector<bitcoin::OutPoint>& inputs) {
    guard(contract, std::vector{withdrawal}, txid, inputs);
  }
  /// The transactions recorded for a withdrawal.
  std::vector<bitcoin::Txid> signed_for(const std::string& contract, std::uint64_t withdrawal);
  /// What all of those spend: another one that spends it too is allowed.
  std::vector<bitcoin::OutPoint> common_inputs(const std::string& contract, std::uint64_t withdrawal);

 private:
  bool shares_input(const std::string& contract, std::uint64_t withdrawal, const bitcoin::Txid& earlier,
                    const std::vector<bitcoin::OutPoint>& inputs);
  Database& database_;
};

}  // namespace pegkit::store
