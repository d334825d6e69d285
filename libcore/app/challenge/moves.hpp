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

/// The transactions of a challenger: challenge, disprove and assert-timeout.
bool is_challenge_kind(bridge::TransactionKind kind);

/// What became of a move.
struct Moved {
  bridge::TransactionKind kind;
  services::Sent sent;
  std::optional<bitcoin::Txid> replaced;  ///< what it took the place of in the mempool
  std::string note;                       ///< why nothing new was sent; empty when it was
};
/// `pegkit/sent`, with `replaces` and `note`.
Json moved_document(const Moved& moved);

/// Makes and sends what a challenger answers with. The same call again is harmless: what stands in the
/// mempool and pays enough is left there, what was thrown out is sent again, and what is new spends the same
/// outputs.
///
/// Fee rates: --fee-rate or the node's estimate for the first half of the time that a move has, then rising a
/// block at a time to the highest that parameters and reward allow. A transaction of ours that pays less than
/// four fifths of that is replaced; one of another challenger only in the second half.
class Challenger {
 public:
  Challenger(Ports& ports, const bridge::Params& params, const FeeRateOption& fee_rate,
             std::optional<bitcoin::Script> to);

  /// Throws Error `tx.rejected`, `tx.not_yet`, `funds.short` (exit 4), `graph.fee` (exit 3), fee errors, and
  /// `graph.unsigned` (exit 4).
  Moved make(const services::LoadedGraph& loaded, const ChallengeFinding& finding);

  /// The disprove of a finding at a fee rate, `pegkit/transaction` with the step's name and words; asks no
  /// node, and sends nothing.
  Json disprove_document(const services::LoadedGraph& loaded, const ChallengeFinding& finding, FeeRate rate);

  /// Where rewards go: --to, or the output of --key-file's key.
  bitcoin::Script reward_script();

 private:
  /// A transaction at some fee rate.
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
  /// What spends the same outputs in the mempool.
  struct Rival {
    bitcoin::Txid txid;
    Sat fees;      ///< of all rivals and what spends them
    FeeRate rate;  ///< the highest of theirs
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
