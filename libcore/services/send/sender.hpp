#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "services/ports.hpp"
#include "services/send/intents.hpp"
#include "store/intent_store.hpp"

namespace pegkit::services {

/// An intent and its place in the chain now.
struct IntentReport {
  store::Intent intent;
  std::int64_t confirmations = 0;
  std::string reason;  ///< why it is not confirmed for good; empty when it is
};
/// One element of `intents` in `pegkit/status`.
Json intent_json(const IntentReport& report);

/// The result of sending a transaction.
struct Sent {
  bitcoin::Txid txid;
  bool already = false;  ///< it was in the mempool or in a block
  bool dry_run = false;  ///< everything but the sending was done
  std::int64_t confirmations = 0;
  std::optional<Sat> fee;  ///< nullopt with `already`
  std::int64_t vsize = 0;
};
/// What the sender must know of a transaction beside its notes.
struct SendTerms {
  Sat burn;                               ///< the most that one unspendable output holds
  std::optional<bitcoin::Txid> replaces;  ///< the transaction of the intent that it replaces
  std::int64_t parent_vsize = 0;          ///< of an unconfirmed parent whose fee it pays too
};

/// `pegkit/sent`.
Json sent_document(const Sent& sent, const bridge::TransactionNotes& notes);

/// Broadcasts transactions and remembers them: each is on the disk before the network sees it, and every run
/// reviews it again (doc/protocol.md, Sending). A run killed anywhere and started again neither sends a
/// second transaction nor forgets the first.
class Sender {
 public:
  Sender(Ports& ports, const bridge::Params& params);

  /// Records an unsigned plan, which holds its coins and withdrawals. `replaces` is the transaction that it
  /// will replace. The same plan again is fine.
  void plan(const bridge::PsbtDocument& document,
            const std::optional<bitcoin::Txid>& replaces = std::nullopt);
  /// Records a transaction that others sent (found in the mempool) as sent.
  void adopt(const bitcoin::Transaction& tx, bridge::TransactionKind kind);

  /// Broadcasts a signed transaction; one that is in the mempool or in a block is only recorded (`already`).
  /// Order: testmempoolaccept, fee caps, the question (Ports::confirm), the intent on the disk, the node.
  /// With --dry-run it ends before the question. A payout must have passed PayoutLedger::require_unpaid.
  ///
  /// Throws Error `tx.rejected` (exit 3) with the node's reason, `tx.not_yet` (exit 4) when that reason may
  /// go away with time, `fee.cap` and `fee.rate` (exit 7), `confirm.no` (exit 1) when the answer is no.
  Sent send(const bitcoin::Transaction& tx, const bridge::TransactionNotes& notes,
            const SendTerms& terms = {});

  enum class Resend { no, yes };
  /// Reviews every open intent. One with payout_confirmations becomes confirmed; one that was evicted is sent
  /// again (with Resend::yes); one whose input another transaction spent, with payout_confirmations, becomes
  /// abandoned. A closed one that a reorganisation took out of the chain is opened again. Returns the open
  /// ones.
  std::vector<IntentReport> review(Resend resend);

  /// Open intents of a kind, oldest first.
  std::vector<store::Intent> open(bridge::TransactionKind kind);

 private:
  struct Place {
    std::optional<std::uint32_t> height;    ///< of its block
    std::optional<bitcoin::Txid> conflict;  ///< confirmed, spends one of its inputs
    std::uint32_t conflict_height = 0;
    bool watched = false;  ///< it spends coins that are watched
  };
  Place locate(const bitcoin::Transaction& tx, const bitcoin::Txid& txid);
  std::int64_t depth(std::uint32_t height);
  void reopen_undone();
  IntentReport look(store::Intent intent, Resend resend);
  std::string look_unconfirmed(const store::Intent& intent, const bitcoin::Transaction& tx, Resend resend);
  store::Intent make_intent(const bitcoin::Transaction& tx, const bridge::TransactionNotes& notes,
                            IntentDetails details) const;
  void keep_sent(const bitcoin::Transaction& tx, const bridge::TransactionNotes& notes,
                 const SendTerms& terms);

  Ports& ports_;
  const bridge::Params& params_;
  store::IntentStore intents_;
  std::optional<std::uint32_t> tip_;
};

}  // namespace pegkit::services
