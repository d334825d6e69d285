#pragma once

#include <cstdint>
#include <optional>

#include "app/command.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "services/follow/sequencer_keys.hpp"

namespace pegkit::app::commit_state {

/// The contract's withdrawals root after an epoch, checked against the withdrawals that the layer 2 lists.
/// Throws Error `withdrawals_root.differs` (exit 7) when `given` is another root, `l2.garbage` (exit 6) when
/// the layer 2 contradicts itself.
ByteArray<32> checked_withdrawals_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch,
                                       const std::optional<ByteArray<32>>& given);

/// Signs an epoch's root with its one-time key, after the root is recorded on disk (`ots-record` and the
/// database). Throws Error `ots.used` (exit 7) when the key has signed another root, `sequencer.seed` (exit
/// 7) when the seed does not give the sequencer's keys, `epoch.range` (exit 7) for an epoch without a key.
bridge::RootReveal sign_root(Ports& ports, const services::SequencerKeys& keys, const crypto::SecretKey& seed,
                             std::uint32_t epoch, const ByteArray<32>& root);

}  // namespace pegkit::app::commit_state
