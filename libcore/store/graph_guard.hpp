#pragma once

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// The graphs that a signer has signed. It signs only one graph for each stake, and one lock for each
/// deposit.
///
/// Two graphs of one stake with different timelocks have the same kickoff, so the operator could use the
/// shorter timelocks. Of two locks of one deposit, the one that confirms makes the other worthless.
class GraphGuard {
 public:
  explicit GraphGuard(Database& database) : database_(database) {}

  struct Entry {
    bitcoin::OutPoint stake, deposit;
    bitcoin::Txid lock;
    ByteArray<32> messages{};  ///< hash of all messages that are signed
  };
  /// Called before the graph is signed: records it, durable when it returns. The same graph again is fine.
  /// Throws Error `graph.signed` (exit 7) and records nothing when another graph of the stake, or another
  /// lock of the deposit, is recorded.
  void guard(const Entry& entry);

 private:
  Database& database_;
};

}  // namespace pegkit::store
