#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/challenge/finding.hpp"
#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "base/amount.hpp"
#include "bridge/params.hpp"
#include "bridge/transaction_kind.hpp"
#include "crypto/keys.hpp"
#include "net/bitcoin_node.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/send/sender.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::challenge {

/// True for the kinds that a challenger sends: challenge, disprove and assert-timeout.
bool is_challenge_kind(bridge::TransactionKind kind);

/// The result of Challenger::make().
struct Moved {
  bridge::TransactionKind kind;
  services::Sent sent;
  std::optional<bitcoin::Txid> replaced;  ///< the transaction it replaced in the mempool
  std::string note;                       ///< why nothing new was sent; empty when it was
};
/// A `pegkit/sent` document with the fields `replaces` and `note`.
Json moved_document(const Moved& moved);

/// Builds and sends a challenger's transactions. A repeated call is harmless: it leaves a transaction that
/// waits in the mempool and pays enough, sends a dropped one again, and builds a new one only on the same
/// outputs.
///
/// Fee rate: --fee-rate or the node's estimate during the first half of a move's blocks; then it rises with
/// every block to the highest that parameters and reward allow. We replace our own transaction when it pays
/// less than four fifths of that rate, and another challenger's only in the second half.
class Challenger {
 public:
  Challenger(Ports& ports, const bridge::Params& params, const FeeRateOption& fee_rate,
             std::optional<bitcoin::Script> to);

  /// Builds and sends the move that `finding` names. Throws Error `tx.rejected`, `tx.not_yet`, `funds.short`
  /// (exit 4), `graph.fee` (exit 3), fee errors, and `graph.unsigned` (exit 4).
  Moved make(const services::LoadedGraph& loaded, const ChallengeFinding& finding);

  /// Builds the disprove transaction at a fee rate, as a `pegkit/transaction` document with the step's name
  /// and words. Asks no node and sends nothing.
  Json disprove_document(const services::LoadedGraph& loaded, const ChallengeFinding& finding, FeeRate rate);

  /// The output script that receives rewards: --to, or the BIP86 output of --key-file's key.
  bitcoin::Script reward_script();

 private:
  /// A transaction and the fee it pays.
  struct Built {
    bitcoin::Transaction tx;
    Sat fee;
  };
  struct Move {
    const services::LoadedGraph& loaded;
    const ChallengeFinding& finding;
    bridge::TransactionKind kind;
    std::vector<bitcoin::OutPoint> spends;  ///< outputs of the kickoff
    std::function<Built(FeeRate)> build;
    Sat burn;
  };
  /// The transactions in the mempool that spend the same outputs.
  struct Rival {
    bitcoin::Txid txid;
    Sat fees;      ///< of all rivals and their descendants
    FeeRate rate;  ///< the highest rate among them
    bool own = false, challengers = false;
  };

  Move open(const services::LoadedGraph& loaded, const ChallengeFinding& finding);
  Move disprove(const services::LoadedGraph& loaded, const ChallengeFinding& finding);
  Move timeout(const services::LoadedGraph& loaded, const ChallengeFinding& finding);
  static bool pressing(const ChallengeFinding& finding);
  std::optional<Rival> find_rival(const Move& move);
  std::optional<store::Intent> evicted(const Move& move);
  FeeRate wanted_rate(const Move& move, FeeRate base, std::int64_t vsize) const;
  Built outbid(const Move& move, FeeRate rate, const std::optional<Rival>& rival) const;
  std::optional<Moved> resend(const Move& move, const store::Intent& intent, FeeRate wanted);
  Moved send(const Move& move, const Built& built, const std::optional<bitcoin::Txid>& old);
  std::vector<net::Coin> coins_for(const Move& move);
  const crypto::SecretKey& key();

  Ports& ports_;
  const bridge::Params& params_;
  const FeeRateOption& fee_rate_;
  std::optional<bitcoin::Script> to_;
  std::optional<crypto::SecretKey> key_;
};

}  // namespace pegkit::app::challenge
