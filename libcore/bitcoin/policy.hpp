#pragma once

#include <string>
#include <vector>

#include "bitcoin/script.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::bitcoin {

inline constexpr std::uint32_t coinbase_maturity =
    100;  ///< confirmations before a coinbase's coin may be spent
inline constexpr std::uint32_t replaceable_sequence =
    0xfffffffd;  ///< nSequence that signals replacement (BIP125), no lock
inline constexpr std::int64_t max_standard_weight = 400'000;
inline constexpr std::int64_t truc_max_vsize = 10'000;       ///< vB, version 3 transactions (BIP431)
inline constexpr std::int64_t truc_child_max_vsize = 1'000;  ///< vB, with an unconfirmed parent (BIP431)

/// The smallest value that is not dust: Bitcoin Core's GetDustThreshold at 3000 sat/kvB; 0 for an OP_RETURN.
Sat dust_threshold(const TxOut& output);
/// Bitcoin Core's IsStandardTx, the standardness of the inputs and BIP431's size. Returns an empty string, or
/// Bitcoin Core's reason ("version", "tx-size", "scriptpubkey", "dust", "bad-witness-nonstandard", …). It
/// allows what every node since version 28 relays: one OP_RETURN output with a script of at most 83 bytes
/// (else "datacarrier" or "multi-op-return"). One dust output is allowed when the fee is zero (ephemeral
/// dust, nodes since version 29). With `spent` empty, inputs are not checked and dust is not allowed. Throws
/// Error `policy.spent` (exit 3) when `spent` is neither empty nor as long as the inputs.
std::string standard_reason(const Transaction& tx, const std::vector<TxOut>& spent);
/// Consensus checks that need no context (Bitcoin Core's CheckTransaction). Returns an empty string, or the
/// reason, such as "bad-txns-vin-empty".
std::string check_transaction(const Transaction& tx);

}  // namespace pegkit::bitcoin
