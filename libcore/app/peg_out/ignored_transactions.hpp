#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::app::peg_out {

/// --ignore: transactions that look like a payout; the user states that the custody did not make them.
class IgnoredTransactions {
 public:
  void declare(Options& options);
  std::set<bitcoin::Txid> txids() const;

 private:
  std::vector<std::string> txids_;
};

}  // namespace pegkit::app::peg_out
