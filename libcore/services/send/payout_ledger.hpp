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

/// The key (store::Intent::keys) by which the intents that pay a withdrawal, or spend a coin, are found.
std::string withdrawal_key(const bridge::Params& params, std::uint32_t id);
std::string coin_key(const bitcoin::OutPoint& outpoint);
bool shares_input(const bitcoin::Transaction& a, const bitcoin::Transaction& b);

/// A payout in the mempool.
struct MempoolPayout {
  bitcoin::Transaction tx;
  bitcoin::Txid txid;
  bridge::PayoutRecord record;
};

/// The payouts that exist already: on the chain as the watcher saw it, in the mempool, and in our open
/// intents. The watcher must stand at the tip.
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
    bitcoin::Txid txid;  ///< of the transaction that pays it
  };
  /// The standing of each withdrawal. Transactions in `ignored` make none unclear.
  std::map<std::uint32_t, Standing> standings(const std::vector<bridge::Withdrawal>& withdrawals,
                                              const std::set<bitcoin::Txid>& ignored = {});

  /// Mempool transactions that spend watched coins, and those that spend outputs of these to watched scripts.
  std::vector<bitcoin::Transaction> mempool_spends();
  /// The payouts among mempool_spends(). When the database holds no payout yet (it is new, or was lost) the
  /// whole mempool is read for payouts.
  std::vector<MempoolPayout> mempool_payouts();

  /// Throws Error `withdrawal.paid`, `withdrawal.pending` or `withdrawal.held` (exit 7) when another
  /// transaction on the chain, in the mempool or in an open intent pays one of `record`'s withdrawals with
  /// the same output as `tx`. One in the mempool or in an intent is fine when it shares an input with `tx`:
  /// the two cannot both confirm.
  void require_unpaid(const bitcoin::Transaction& tx, const bridge::PayoutRecord& record);

 private:
  bool knows_payouts();

  Ports& ports_;
  const bridge::Params& params_;
  std::optional<std::vector<MempoolPayout>> mempool_;
};

const char* payout_state_name(PayoutLedger::State state);

}  // namespace pegkit::services
