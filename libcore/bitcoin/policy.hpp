#pragma once

#include <string>
#include <vector>

#include "bitcoin/script.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::bitcoin {

inline constexpr std::int64_t max_standard_weight = 400'000;
inline constexpr std::int64_t truc_max_vsize = 10'000;       ///< BIP431
inline constexpr std::int64_t truc_child_max_vsize = 1'000;  ///< BIP431

/// Bitcoin Core's GetDustThreshold at 3000 sat/kvB; 0 for OP_RETURN.
Sat dust_threshold(const TxOut& output);
/// Bitcoin Core's IsStandardTx and the standardness of the inputs spent (BIP431's size included): empty, or
/// its reason ("version", "tx-size", "scriptpubkey", "dust", "bad-witness-nonstandard", …). What any node
/// since version 28 relays: one OP_RETURN output whose script has at most 83 bytes ("datacarrier",
/// "multi-op-return"), and one dust output only where the fee is zero (ephemeral dust, since 29). With
/// `spent` empty the inputs are not looked at and no dust is allowed; of another length than the inputs it
/// throws Error `policy.spent`.
std::string standard_reason(const Transaction& tx, const std::vector<TxOut>& spent);
/// Consensus checks without context (CheckTransaction): empty, or "bad-txns-vin-empty" and the like.
std::string check_transaction(const Transaction& tx);

}  // namespace pegkit::bitcoin
