#include "app/peg_out/ignored_transactions.hpp"

namespace pegkit::app::peg_out {

void IgnoredTransactions::declare(Options& options) {
  options.texts(txids_, "--ignore", "TXID",
                "a confirmed transaction that looks like a payout, but that the custody did not make");
}

std::set<bitcoin::Txid> IgnoredTransactions::txids() const {
  std::set<bitcoin::Txid> out;
  for (const std::string& txid : txids_) out.insert(bitcoin::Txid::from_display(txid));
  return out;
}

}  // namespace pegkit::app::peg_out
