#pragma once

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// The graphs that a signer has signed, so that it signs one graph of a stake, and one lock of a deposit.
///
/// Two graphs of one stake with other timelocks would have the same kickoff: the shorter ones would count.
/// Two locks of one deposit would each be worthless when the other confirms.
class GraphGuard {
 public:
  explicit GraphGuard(Database& database) : database_(database) {}

  struct Entry {
    bitcoin::OutPoint stake, deposit;
    bitcoin::Txid lock;
    ByteArray<32> messages{};  ///< hash of all that is signed
  };
  /// To be called before the graph is signed. Records it and is on the disk when it returns; the same graph
  /// again is fine. Throws Error `graph.signed` (exit 7), recording nothing, for another graph of the stake
  /// or another lock of the deposit.
  void guard(const Entry& entry);

 private:
  Database& database_;
};

}  // namespace pegkit::store
