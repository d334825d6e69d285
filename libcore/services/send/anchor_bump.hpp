#pragma once

#include <optional>

#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "bridge/transaction_kind.hpp"
#include "crypto/keys.hpp"
#include "services/ports.hpp"
#include "services/send/sender.hpp"

namespace pegkit::services {

/// A signed transaction of version 3 whose last output is the P2A output of 240 sat (doc/challenge.md).
struct Anchored {
  bitcoin::Transaction tx;
  Sat fee;  ///< built into the transaction
  bridge::TransactionKind kind;
};
struct AnchoredSent {
  Sent sent;
  std::optional<bitcoin::Txid> child;  ///< pays a fee for it in the mempool
  std::optional<Sat> child_fee;
};

/// Sends a transaction at `rate`. When its own fee pays less, a child spends the anchor and one confirmed
/// coin of `key`, and both go out as a package; a child in the mempool that pays too little is replaced. A
/// transaction that is confirmed or pays enough is left alone (`already`). Order and errors as in
/// Sender::send, and `funds.short` (exit 4) when no coin can pay and the node does not take the transaction
/// as it is.
AnchoredSent send_anchored(Ports& ports, const bridge::Params& params, const Anchored& what,
                           const crypto::SecretKey& key, FeeRate rate);
/// `pegkit/sent`, with `child` and `child_fee_sat`.
Json anchored_document(const AnchoredSent& sent, const Anchored& what);

}  // namespace pegkit::services
