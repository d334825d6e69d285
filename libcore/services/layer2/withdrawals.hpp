#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bridge/params.hpp"
#include "bridge/withdrawal.hpp"
#include "net/layer2.hpp"

namespace pegkit::services {

/// What the layer 2 asks to be paid, by its finality.
struct RequestedWithdrawals {
  std::vector<bridge::Withdrawal> final;     ///< with at least l2.finality blocks on top, ids 0, 1, …
  std::vector<bridge::Withdrawal> immature;  ///< the ids that follow
  std::uint64_t final_block = 0;
  std::optional<ByteArray<32>> final_hash;  ///< of that block; nullopt while none is final
};

/// The contract's withdrawalsRoot at a block; the root of no withdrawals before the contract's first block.
bridge::WithdrawalTree::Node contract_root(net::Layer2& layer2, const bridge::Params& params,
                                           std::uint64_t block);
/// All withdrawals up to a block, held against the contract's root and count there. Throws as
/// read_withdrawals.
std::vector<bridge::Withdrawal> withdrawals_until(net::Layer2& layer2, const bridge::Params& params,
                                                  std::uint64_t block);

/// Reads all withdrawals from the contract's first block on, and holds them against the contract's
/// withdrawalsRoot and withdrawalCount at the final block: nothing is left out, added or changed. Throws
/// Error `l2.garbage` (exit 6) when they differ, `l2.chain_mismatch` (exit 7), `l2.moving` (exit 4) when the
/// final block changed meanwhile.
RequestedWithdrawals read_withdrawals(net::Layer2& layer2, const bridge::Params& params);
/// For what was asked of the layer 2 since: throws Error `l2.moving` (exit 4) when the withdrawals' final
/// block is another one now.
void require_unmoved(net::Layer2& layer2, const RequestedWithdrawals& requested);

}  // namespace pegkit::services
