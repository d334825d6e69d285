#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The layer-2 block that an epoch stands for.
std::uint64_t epoch_block(const bridge::Params& params, std::uint32_t epoch);
/// The newest epoch whose block has l2.finality blocks on top. Throws Error `l2.not_final` (exit 4) when not
/// even epoch 0 is.
std::uint32_t newest_epoch(Ports& ports, const bridge::Params& params);
/// The state root after an epoch, by the layer 2. Throws Error `l2.not_final` (exit 4) while the epoch's
/// block is not there or has less than l2.finality blocks on top.
ByteArray<32> epoch_state_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch);
/// The state roots after epochs, each nullopt where epoch_state_root would throw; asked in few requests.
std::vector<std::optional<ByteArray<32>>> epoch_state_roots(Ports& ports, const bridge::Params& params,
                                                            const std::vector<std::uint32_t>& epochs);
/// The contract's withdrawals root after an epoch, which is final (epoch_state_root).
ByteArray<32> epoch_withdrawals_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch);
/// State root and, where one is revealed, withdrawals root against the layer 2's. Throws as
/// epoch_state_root.
Verdict compare_with_layer2(Ports& ports, const bridge::Params& params, const bridge::Commitment& commitment);

}  // namespace pegkit::services
