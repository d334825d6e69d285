#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/spend.hpp"
#include "services/ports.hpp"
#include "store/intent_store.hpp"

namespace pegkit::services {

/// The mature coins of a custody that no open intent and no mempool transaction spends. A deposit is among
/// them only after the contract has minted it: until then its depositor may take it back.
std::vector<bridge::CustodyCoin> free_coins(Ports& ports, const bridge::Custody& custody,
                                            const bridge::Params& params);
/// The confirmed coins that `tx` spends, in the order of its inputs. Throws Error `payout.invalid` (exit 3)
/// when one is not the custody's or is spent.
std::vector<bridge::CustodyCoin> coins_spent(Ports& ports, const bridge::Custody& custody,
                                             const bitcoin::Transaction& tx);
/// A PSBT document of `kind`, for the custodians to sign.
bridge::PsbtDocument plan_document(bridge::TransactionKind kind, const bridge::Custody& custody,
                                   const bridge::SpendPath& path, bitcoin::Psbt psbt, Sat fee,
                                   std::int64_t vsize, std::vector<std::uint32_t> withdrawals = {});
}  // namespace pegkit::services
