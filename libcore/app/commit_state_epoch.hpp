#pragma once

#include <cstdint>

#include "app/command.hpp"
#include "bridge/params.hpp"

namespace pegkit::app {

/// The layer-2 block that an epoch stands for.
std::uint64_t epoch_block(const bridge::Params& params, std::uint32_t epoch);
/// The newest epoch whose block has l2.finality blocks on top. Throws Error `l2.not_final` (exit 4) when not
/// even epoch 0 is.
std::uint32_t newest_epoch(Ports& ports, const bridge::Params& params);
/// The state root after an epoch, by the layer 2. Throws Error `l2.not_final` (exit 4) while the epoch's
/// block is not there or has less than l2.finality blocks on top.
ByteArray<32> epoch_state_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch);

}  // namespace pegkit::app
