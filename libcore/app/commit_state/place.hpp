#pragma once

#include <optional>
#include <vector>

#include "app/command.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::commit_state {

/// Where the next commitment goes on from.
struct CommitmentPlace {
  std::vector<bridge::Commitment> done;       ///< of the thread in the chain; the last one continues
  std::optional<bridge::Commitment> pending;  ///< in the mempool, after those
  std::optional<bridge::SequencerCoin> coin;  ///< to spend next; `pending` spends it already
  const bridge::Commitment* find(std::uint32_t epoch) const;
};

/// The end of a thread. Throws Error `thread.ended` (exit 7) when it has one for good, and ThreadView's
/// errors.
CommitmentPlace place_in_thread(Ports& ports, const bridge::Params& params, const bitcoin::Txid& first);
/// A new thread that spends this coin; throws `coin.spent` (exit 3) when it cannot, unless a commitment did.
CommitmentPlace place_at_coin(Ports& ports, const bridge::Params& params, const bitcoin::OutPoint& outpoint);
/// A new thread that spends the largest coin of a script, or the first commitment of the thread that the
/// script has already. Throws `funds.short` (exit 4).
CommitmentPlace place_of_script(Ports& ports, const bridge::Params& params, const bitcoin::Script& script);

}  // namespace pegkit::app::commit_state
