#pragma once

#include <algorithm>
#include <vector>

#include "bitcoin/block.hpp"
#include "optimistic/claim_trace.hpp"

namespace pegkit::test {

/// Sets the position of the claim's payout in the block of these txids. A payout that is not there takes the
/// second place, with a path that leads to another root.
inline void place_payout(optimistic::ClaimInputs& inputs, std::vector<ByteArray<32>> txids) {
  auto at = std::ranges::find(txids, inputs.payout.txid().bytes);
  if (at == txids.end()) {
    txids.resize(std::max<std::size_t>(txids.size(), 2));
    at = txids.begin() + 1;
    *at = inputs.payout.txid().bytes;
  }
  inputs.position = static_cast<std::uint32_t>(at - txids.begin());
  inputs.merkle_path = bitcoin::merkle_path(txids, inputs.position);
}

}  // namespace pegkit::test
