#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bridge/params.hpp"
#include "bridge/withdrawal.hpp"
#include "net/layer2.hpp"

namespace pegkit::services {

/// The withdrawals that users requested on the layer 2, final ones and others.
struct RequestedWithdrawals {
  std::vector<bridge::Withdrawal> final;     ///< with at least l2.finality blocks on top, ids 0, 1, …
  std::vector<bridge::Withdrawal> immature;  ///< the ids that follow
  std::uint64_t final_block = 0;
  std::optional<ByteArray<32>> final_hash;  ///< of that block; nullopt while none is final
};

/// The contract's withdrawalsRoot at a block; the root of no withdrawals before the contract's first block.
bridge::WithdrawalTree::Node contract_root(net::Layer2& layer2, const bridge::Params& params,
                                           std::uint64_t block);
/// All withdrawals up to a block, checked against the contract's root and count at that block. Throws as
/// read_withdrawals.
std::vector<bridge::Withdrawal> withdrawals_until(net::Layer2& layer2, const bridge::Params& params,
                                                  std::uint64_t block);

/// Reads all withdrawals from the contract's first block on, and checks them against the contract's
/// withdrawalsRoot and withdrawalCount at the final block, so that none is left out, added or changed. Throws
/// Error `l2.garbage` (exit 6) when they differ, `l2.chain_mismatch` (exit 7), `l2.moving` (exit 4) when the
/// final block changed meanwhile.
RequestedWithdrawals read_withdrawals(net::Layer2& layer2, const bridge::Params& params);
/// Called after further requests to the layer 2: throws Error `l2.moving` (exit 4) when the final block of
/// `requested` was replaced by another.
void require_unmoved(net::Layer2& layer2, const RequestedWithdrawals& requested);

}  // namespace pegkit::services
