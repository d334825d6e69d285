#pragma once

#include <functional>
#include <vector>

#include "bridge/payout.hpp"

namespace pegkit::bridge {

/// A transaction that spends custody coins, while it is planned: its inputs, and their weight once signed.
class Draft {
 public:
  Draft(const Custody& custody, const SpendPath& path)
      : custody_(&custody), path_(path), own_(custody.spend(path)), own_script_(custody.script_pubkey()) {}

  /// Throws Error `coin.script` (exit 3) when the coin is not the custody's.
  Spend spend_of(const CustodyCoin& coin) const;
  void add(CustodyCoin coin, Spend spend);
  void add(const CustodyCoin& coin) { add(coin, spend_of(coin)); }

  Sat total() const { return total_; }
  std::size_t size() const { return spent_.size(); }
  std::int64_t weight(const std::vector<bitcoin::TxOut>& outputs) const;
  std::int64_t vsize(const std::vector<bitcoin::TxOut>& outputs) const;
  const bitcoin::Script& own_script() const { return own_script_; }
  const std::vector<CustodyCoin>& spent() const { return spent_; }
  bitcoin::Psbt psbt(std::vector<bitcoin::TxOut> outputs) const;

 private:
  const Custody* custody_;
  SpendPath path_;
  Spend own_;
  bitcoin::Script own_script_;
  std::vector<CustodyCoin> spent_;
  std::vector<Spend> spends_;
  Sat total_;
  std::int64_t witness_bytes_ = 0;
};

/// The confirmed coins in the order in which they are spent: deposits by age, then the others by age.
std::vector<CustodyCoin> spending_order(std::vector<CustodyCoin> coins);

}  // namespace pegkit::bridge
