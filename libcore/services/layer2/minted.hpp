#pragma once

#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "net/layer2.hpp"

namespace pegkit::services {

/// True when the contract has minted this deposit. Throws Error `l2.garbage` (exit 6), `l2.chain_mismatch`
/// (exit 7).
bool is_minted(net::Layer2& layer2, const bridge::Params& params, const bitcoin::OutPoint& outpoint);

}  // namespace pegkit::services
