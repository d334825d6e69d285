#include "regtest/accept.hpp"

#include "regtest/attempt.hpp"

namespace pegkit::regtest {

AcceptResult MempoolAcceptor::test(const bitcoin::Transaction& tx, std::int64_t now) {
  return AcceptAttempt(chain_, mempool_, policy_, {.test_only = true}, now).single(tx);
}

AcceptResult MempoolAcceptor::accept(const bitcoin::Transaction& tx, std::int64_t now) {
  return AcceptAttempt(chain_, mempool_, policy_, {}, now).single(tx);
}

AcceptResult MempoolAcceptor::put_back(const bitcoin::Transaction& tx, std::int64_t now) {
  return AcceptAttempt(chain_, mempool_, policy_, {.fees_waived = true}, now).single(tx);
}

PackageResult MempoolAcceptor::test_package(const std::vector<bitcoin::Transaction>& txs, std::int64_t now) {
  AcceptTerms terms{.test_only = true, .replacement = false, .sibling_eviction = false};
  return AcceptAttempt(chain_, mempool_, policy_, terms, now).several(txs);
}

void follow_chain(const ChainChange& change, const RegtestChain& chain, RegtestMempool& mempool,
                  MempoolAcceptor& acceptor, std::int64_t now) {
  RegtestMempool::Set confirmed;
  for (const RegtestBlock* block : change.connected) {
    mempool.remove_for_block(*block);
    confirmed.insert(block->txids.begin(), block->txids.end());
  }
  if (change.disconnected.empty()) return;
  for (auto block = change.disconnected.rbegin(); block != change.disconnected.rend(); ++block) {
    for (std::size_t i = 0; i < (*block)->txids.size(); ++i) {
      const bitcoin::Txid& txid = (*block)->txids[i];
      if (confirmed.contains(txid)) continue;
      bool back = i > 0 && change.keep_transactions &&
                  acceptor.put_back((*block)->block.transactions[i], now).kind == AcceptResult::Kind::valid;
      if (back) continue;
      for (const bitcoin::Txid& child : mempool.children(txid)) mempool.remove_with_descendants(child);
    }
  }
  mempool.remove_for_reorg(chain);
}

}  // namespace pegkit::regtest
