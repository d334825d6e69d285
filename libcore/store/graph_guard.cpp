#include "store/graph_guard.hpp"

#include <fmt/format.h>

namespace pegkit::store {

void GraphGuard::guard(const Entry& entry) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  Statement of_stake =
      database_.prepare("SELECT messages FROM signed_graphs WHERE stake_txid = ? AND stake_vout = ?");
  of_stake.bind(entry.stake.txid).bind(entry.stake.vout);
  if (of_stake.step()) {
    if (!equal(of_stake.blob(0), entry.messages))
      throw refused("graph.signed",
                    fmt::format("another graph of stake {} was signed before", entry.stake.text()))
          .hint("the operator makes a new stake for another graph");
    return;
  }
  Statement of_deposit =
      database_.prepare("SELECT lock FROM signed_graphs WHERE deposit_txid = ? AND deposit_vout = ?");
  of_deposit.bind(entry.deposit.txid).bind(entry.deposit.vout);
  if (of_deposit.step() && of_deposit.fixed<bitcoin::Txid>(0) != entry.lock)
    throw refused("graph.signed",
                  fmt::format("another lock of deposit {} was signed before", entry.deposit.text()))
        .hint("all graphs of one deposit are made under the same parameters");
  database_
      .prepare(
          "INSERT INTO signed_graphs (stake_txid, stake_vout, deposit_txid, deposit_vout, lock, messages) "
          "VALUES (?, ?, ?, ?, ?, ?)")
      .bind(entry.stake.txid)
      .bind(entry.stake.vout)
      .bind(entry.deposit.txid)
      .bind(entry.deposit.vout)
      .bind(entry.lock)
      .bind(ByteView(entry.messages))
      .run();
  transaction.commit();
}

}  // namespace pegkit::store
