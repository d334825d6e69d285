#pragma once

#include <optional>
#include <vector>

#include "app/command.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::commit_state {

/// The point at which the next commitment continues a thread or begins one.
struct CommitmentPlace {
  std::vector<bridge::Commitment> done;       ///< the thread's, in the chain, in order
  std::optional<bridge::Commitment> pending;  ///< the one in the mempool after them
  std::optional<bridge::SequencerCoin> coin;  ///< the coin to spend next; `pending` spends it too
  /// The commitment of an epoch, confirmed or pending; nullptr when there is none.
  const bridge::Commitment* find(std::uint32_t epoch) const;
};

/// The place after the last commitment of the thread that begins with `first`. Throws Error `thread.ended`
/// (exit 7) when the thread cannot continue, and as ThreadView.
CommitmentPlace place_in_thread(Ports& ports, const bridge::Params& params, const bitcoin::Txid& first);
/// A new thread that spends this coin, or the commitment that has spent it. Throws Error `coin.spent` (exit
/// 3) when the coin is unknown or something else spent it.
CommitmentPlace place_at_coin(Ports& ports, const bridge::Params& params, const bitcoin::OutPoint& outpoint);
/// A new thread that spends the largest coin of a script, or the first commitment of the thread that the
/// script already has. Throws Error `funds.short` (exit 4) when the script has no mature coin.
CommitmentPlace place_of_script(Ports& ports, const bridge::Params& params, const bitcoin::Script& script);

}  // namespace pegkit::app::commit_state
