#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/fee_rate.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/spend.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app {

/// --path key|leaf|recovery and --signers 0,2,4, as musig-round has them.
class SpendPathOptions {
 public:
  void declare(Options& options);
  /// Signers without a path mean `leaf`. `stated` is used when neither is given; without it throws a usage
  /// error.
  bridge::SpendPath read(const std::optional<bridge::SpendPath>& stated = std::nullopt) const;

 private:
  std::string path_, signers_;
};

/// Coins of a custody that no open intent and no mempool transaction spends, and that are mature. A deposit
/// is among them only once the contract has minted it: until then it is its depositor's to take back.
std::vector<bridge::CustodyCoin> free_coins(Ports& ports, const bridge::Custody& custody,
                                            const bridge::Params& params);
/// The confirmed coins that `tx` spends, in the order of its inputs; throws `payout.invalid` (exit 3) when
/// one is not the custody's or is spent.
std::vector<bridge::CustodyCoin> coins_spent(Ports& ports, const bridge::Custody& custody,
                                             const bitcoin::Transaction& tx);
/// The PSBT document that an intent was planned with; nullopt for one that was only sent.
std::optional<Json> planned_psbt(const store::Intent& intent);
/// A PSBT document of `kind` for another round.
bridge::PsbtDocument plan_document(const std::string& kind, const bridge::Custody& custody,
                                   const bridge::SpendPath& path, bitcoin::Psbt psbt, Sat fee,
                                   std::int64_t vsize, std::vector<std::uint32_t> withdrawals = {});
/// `pegkit/result` of a command that found nothing to do.
Json nothing_to_do(const std::string& reason);

}  // namespace pegkit::app
