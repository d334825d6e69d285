#pragma once

#include <optional>

#include "bridge/params.hpp"
#include "bridge/settlement.hpp"
#include "services/layer2/state_proofs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// Withdrawals wait for their epochs: a quorum bridge whose parameters have `proofs`.
bool waits_for_epochs(const bridge::Params& params);

/// A thread of commitments whose settlement is to be found, and the proofs at hand.
struct ThreadToSettle {
  bitcoin::Txid thread;
  std::optional<StateProofs> proofs;  ///< none: only the window settles
};
/// Follows the chain to the node's tip and finds what is settled in it now, from the commitments, the layer
/// 2's state roots and the proofs; nothing is remembered. Says loudly when the thread has ended or commits to
/// what the layer 2 does not have. `requested` was read just before: throws require_unmoved's error, and
/// ThreadView's.
bridge::Settlement settle(Ports& ports, const bridge::Params& params, const ThreadToSettle& thread,
                          const RequestedWithdrawals& requested);

/// Those of `ids` that only a proof settles. `withdrawals` are all that are final, by id.
std::vector<std::uint32_t> proven_among(const std::vector<std::uint32_t>& ids,
                                        const std::vector<bridge::Withdrawal>& withdrawals,
                                        const bridge::Settlement& settlement);

}  // namespace pegkit::services
