#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/transaction_kind.hpp"
#include "store/intent_store.hpp"

namespace pegkit::services {

/// What an intent is. Throws Error `store.corrupt` (exit 3) for a stored name that is no kind.
bridge::TransactionKind kind_of(const store::Intent& intent);
/// The intents of a kind in every state, oldest first.
std::vector<store::Intent> intents_of(store::Database& database, bridge::TransactionKind kind);

/// The `details` of an intent. This struct alone reads and writes them.
struct IntentDetails {
  std::vector<std::uint32_t> withdrawals;  ///< ids that the transaction pays
  std::optional<Json> psbt;                ///< the `pegkit/psbt` that it was planned with
  Sat burn;                                ///< the most that one unspendable output holds
  std::optional<bitcoin::Txid> replaces;   ///< the transaction that it takes the place of

  /// Throws Error `store.corrupt` (exit 3) with intent and field for details that to_json did not write.
  static IntentDetails of(const store::Intent& intent);
  Json to_json() const;
};

/// The PSBT of a plan that still waits for its signatures and takes the place of no other transaction.
std::optional<Json> waiting_psbt(const store::Intent& intent);

}  // namespace pegkit::services
