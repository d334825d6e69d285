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
/// Bitcoin Core's IsStandardTx and the witness standardness of the inputs spent (BIP431 limits included):
/// empty, or its reason ("version", "tx-size", "scriptpubkey", "dust", "bad-witness-nonstandard", …).
std::string standard_reason(const Transaction& tx, const std::vector<TxOut>& spent);
/// Consensus checks without context (CheckTransaction): empty, or "bad-txns-vin-empty" and the like.
std::string check_transaction(const Transaction& tx);

}  // namespace pegkit::bitcoin
