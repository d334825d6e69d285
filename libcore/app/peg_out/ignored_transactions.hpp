#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::app::peg_out {

/// --ignore: transactions that look like a payout and that the user says are none.
class IgnoredTransactions {
 public:
  void declare(Options& options);
  std::set<bitcoin::Txid> txids() const;

 private:
  std::vector<std::string> txids_;
};

}  // namespace pegkit::app::peg_out
