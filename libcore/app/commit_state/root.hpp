#pragma once

#include <cstdint>
#include <optional>

#include "app/command.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "services/follow/sequencer_keys.hpp"

namespace pegkit::app::commit_state {

/// The withdrawals root after an epoch: the contract's, which the withdrawals that the layer 2 shows must
/// give. Throws Error `withdrawals_root.differs` (exit 7) when `given` is another one, `l2.garbage` (exit 6).
ByteArray<32> checked_withdrawals_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch,
                                       const std::optional<ByteArray<32>>& given);

/// Signs an epoch's root with its one-time key, once: the record is on the disk first (`ots-record` and the
/// database). Throws Error `ots.used` (exit 7) when the epoch's key
/// has signed another root, `sequencer.seed` (exit 7) for a seed that is not the set's, `epoch.range` (exit
/// 7).
bridge::RootReveal sign_root(Ports& ports, const services::SequencerKeys& keys, const crypto::SecretKey& seed,
                             std::uint32_t epoch, const ByteArray<32>& root);

}  // namespace pegkit::app::commit_state
