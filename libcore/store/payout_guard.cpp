#include "store/payout_guard.hpp"

#include <fmt/format.h>

namespace pegkit::store {
namespace {

/// Withdrawal numbers use all 64 bits; SQLite's signed integers hold the same bits.
std::int64_t column_of(std::uint64_t withdrawal) {
  return static_cast<std::int64_t>(withdrawal);
}

}  // namespace

void PayoutGuard::guard(const std::string& contract, const std::vector<std::uint64_t>& withdrawals,
                        const bitcoin::Txid& txid, const std::vector<bitcoin::OutPoint>& inputs) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  for (std::uint64_t withdrawal : withdrawals) {
    for (const bitcoin::Txid& earlier : signed_for(contract, withdrawal)) {
      if (earlier != txid && !shares_input(contract, withdrawal, earlier, inputs)) {
        throw refused("withdrawal.signed",
                      fmt::format("withdrawal {} was signed before in {}, and both could confirm", withdrawal,
                                  earlier.display()))
            .hint("spend an input of the earlier transaction, so that only one of them can confirm");
      }
    }
    database_.prepare("INSERT OR IGNORE INTO signed_payouts (contract, withdrawal, txid) VALUES (?, ?, ?)")
        .bind(contract)
        .bind(column_of(withdrawal))
        .bind(txid)
        .run();
    for (const bitcoin::OutPoint& input : inputs) {
      database_
          .prepare(
              "INSERT OR IGNORE INTO signed_payout_inputs (contract, withdrawal, txid, input_txid, "
              "input_vout) VALUES "
              "(?, ?, ?, ?, ?)")
          .bind(contract)
          .bind(column_of(withdrawal))
          .bind(txid)
          .bind(input.txid)
          .bind(input.vout)
          .run();
    }
  }
  transaction.commit();
}

std::vector<bitcoin::Txid> PayoutGuard::signed_for(const std::string& contract, std::uint64_t withdrawal) {
  Statement statement = database_.prepare(
      "SELECT txid FROM signed_payouts WHERE contract = ? AND withdrawal = ? ORDER BY txid");
  statement.bind(contract).bind(column_of(withdrawal));
  std::vector<bitcoin::Txid> out;
  while (statement.step()) out.push_back(statement.fixed<bitcoin::Txid>(0));
  return out;
}

std::vector<bitcoin::OutPoint> PayoutGuard::common_inputs(const std::string& contract,
                                                          std::uint64_t withdrawal) {
  auto count = static_cast<std::int64_t>(signed_for(contract, withdrawal).size());
  Statement statement = database_.prepare(
      "SELECT input_txid, input_vout FROM signed_payout_inputs WHERE contract = ? AND withdrawal = ? GROUP "
      "BY "
      "input_txid, input_vout HAVING count(*) = ? ORDER BY input_txid, input_vout");
  statement.bind(contract).bind(column_of(withdrawal)).bind(count);
  std::vector<bitcoin::OutPoint> out;
  while (statement.step())
    out.push_back({statement.fixed<bitcoin::Txid>(0), static_cast<std::uint32_t>(statement.integer(1))});
  return out;
}

bool PayoutGuard::shares_input(const std::string& contract, std::uint64_t withdrawal,
                               const bitcoin::Txid& earlier, const std::vector<bitcoin::OutPoint>& inputs) {
  return std::ranges::any_of(inputs, [&](const bitcoin::OutPoint& input) {
    Statement statement = database_.prepare(
        "SELECT 1 FROM signed_payout_inputs WHERE contract = ? AND withdrawal = ? AND txid = ? AND "
        "input_txid = ? AND "
        "input_vout = ?");
    return statement.bind(contract)
        .bind(column_of(withdrawal))
        .bind(earlier)
        .bind(input.txid)
        .bind(input.vout)
        .step();
  });
}

}  // namespace pegkit::store
