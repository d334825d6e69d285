#pragma once

#include <vector>

#include "bridge/params.hpp"
#include "services/ports.hpp"
#include "store/event_store.hpp"

namespace pegkit::services {

/// Compares each commitment with the layer 2's state root and withdrawals root, once. One that differs
/// becomes an event `difference` at the commitment's block, which is kept and returned. An epoch that is not
/// final on the layer 2 is left for a later call. Otherwise throws as compare_with_layer2.
std::vector<store::Event> compare_commitments(Ports& ports, const bridge::Params& params);

}  // namespace pegkit::services
