#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bridge/params.hpp"
#include "bridge/record.hpp"
#include "bridge/withdrawal.hpp"
#include "services/ports.hpp"
#include "store/intent_store.hpp"

namespace pegkit::services {

/// The key by which intents of one withdrawal are found.
std::string withdrawal_key(const bridge::Params& params, std::uint32_t id);
std::string coin_key(const bitcoin::OutPoint& outpoint);
bool shares_input(const bitcoin::Transaction& a, const bitcoin::Transaction& b);

/// A payout that stands in the mempool.
struct MempoolPayout {
  bitcoin::Transaction tx;
  bitcoin::Txid txid;
  bridge::PayoutRecord record;
};

/// Who pays what already: on the chain as the watcher saw it, in the mempool, and in our open intents. The
/// watcher must stand at the tip.
class PayoutLedger {
 public:
  PayoutLedger(Ports& ports, const bridge::Params& params) : ports_(ports), params_(params) {}

  enum class State {
    requested,
    planned,  ///< an open intent that is not sent
    sent,     ///< in the mempool, or an intent that is sent
    paid,     ///< confirmed
    unclear,  ///< a confirmed transaction has its record and pays it, but spends no coin that is watched
  };
  struct Standing {
    State state = State::requested;
    bitcoin::Txid txid;  ///< of what pays it
  };
  /// Of each withdrawal. Transactions of `ignored` do not make a withdrawal unclear.
  std::map<std::uint32_t, Standing> standings(const std::vector<bridge::Withdrawal>& withdrawals,
                                              const std::set<bitcoin::Txid>& ignored = {});

  /// Transactions of the mempool that spend watched coins, or coins that such ones make. In a database that
  /// knows of no payout yet (a new one, or one that was lost) the whole mempool is read for payouts.
  std::vector<bitcoin::Transaction> mempool_spends();
  std::vector<MempoolPayout> mempool_payouts();

  /// Throws Error `withdrawal.paid`, `withdrawal.pending` or `withdrawal.held` (exit 7) when another
  /// transaction on the chain, in the mempool or in an open intent gives one of `record`'s withdrawals what
  /// `tx` gives it. In the latter two an input that both spend keeps them from both confirming and makes it
  /// fine.
  void require_unpaid(const bitcoin::Transaction& tx, const bridge::PayoutRecord& record);

 private:
  bool knows_payouts();

  Ports& ports_;
  const bridge::Params& params_;
  std::optional<std::vector<MempoolPayout>> mempool_;
};

const char* payout_state_name(PayoutLedger::State state);

}  // namespace pegkit::services
