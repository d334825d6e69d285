#pragma once

#include <optional>

#include "bridge/params.hpp"
#include "bridge/settlement.hpp"
#include "services/layer2/state_proofs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// True for a quorum bridge whose parameters have `proofs`: its withdrawals wait until their epochs are
/// settled.
bool waits_for_epochs(const bridge::Params& params);

/// A thread of commitments, and the published proofs of its epochs.
struct ThreadToSettle {
  bitcoin::Txid thread;
  std::optional<StateProofs> proofs;  ///< none: only the window settles
};
/// Follows the chain to the node's tip and finds the epochs that are settled now, from the commitments, the
/// layer 2's state roots and the proofs; nothing is remembered. Says on stderr when the thread has ended, or
/// commits to a state root that the layer 2 does not have. `requested` was read just before. Throws as
/// require_unmoved and ThreadView.
bridge::Settlement settle(Ports& ports, const bridge::Params& params, const ThreadToSettle& thread,
                          const RequestedWithdrawals& requested);

/// The withdrawals among `ids` that only a proof settles. `withdrawals` are all final ones, by id.
std::vector<std::uint32_t> proven_among(const std::vector<std::uint32_t>& ids,
                                        const std::vector<bridge::Withdrawal>& withdrawals,
                                        const bridge::Settlement& settlement);

}  // namespace pegkit::services
