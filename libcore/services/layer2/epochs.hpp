#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The layer-2 block with which an epoch ends.
std::uint64_t epoch_block(const bridge::Params& params, std::uint32_t epoch);
/// The newest epoch whose block has l2.finality blocks on top. Throws Error `l2.not_final` (exit 4) when no
/// epoch has.
std::uint32_t newest_epoch(Ports& ports, const bridge::Params& params);
/// The layer 2's state root after an epoch. Throws Error `l2.not_final` (exit 4) while the epoch's block does
/// not exist or has fewer than l2.finality blocks on top.
ByteArray<32> epoch_state_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch);
/// The state roots after several epochs, in few requests; nullopt where epoch_state_root would throw
/// `l2.not_final`.
std::vector<std::optional<ByteArray<32>>> epoch_state_roots(Ports& ports, const bridge::Params& params,
                                                            const std::vector<std::uint32_t>& epochs);
/// The contract's withdrawals root after an epoch, which must be final.
ByteArray<32> epoch_withdrawals_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch);
/// Compares a commitment's state root and, where it reveals one, its withdrawals root with the layer 2's.
/// Throws as epoch_state_root.
Verdict compare_with_layer2(Ports& ports, const bridge::Params& params, const bridge::Commitment& commitment);

}  // namespace pegkit::services
