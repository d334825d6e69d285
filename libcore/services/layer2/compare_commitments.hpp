#pragma once

#include <vector>

#include "bridge/params.hpp"
#include "services/ports.hpp"
#include "store/event_store.hpp"

namespace pegkit::services {

/// Compares every commitment that was seen and not yet compared with the layer 2's state root and withdrawals
/// root. One that differs becomes an event `difference` at the commitment's block, kept and given back. What
/// is not final on the layer 2 is left for later. Throws as compare_with_layer2 otherwise.
std::vector<store::Event> compare_commitments(Ports& ports, const bridge::Params& params);

}  // namespace pegkit::services
