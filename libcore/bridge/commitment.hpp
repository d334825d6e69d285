#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/verdict.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/params.hpp"
#include "bridge/record.hpp"
#include "bridge/sequencer_root.hpp"

namespace pegkit::bridge {

/// A coin of the sequencer, spent by the key path of its key with BIP86's tweak.
struct SequencerCoin {
  bitcoin::OutPoint outpoint;
  bitcoin::TxOut output;
};

/// The P2TR script of a key without a tree (BIP86).
bitcoin::Script key_script(const crypto::XOnlyKey& internal);

/// How a commitment of optimistic mode spends the thread's coin, and the output that continues the thread.
struct RootReveal {
  EpochOutput output;              ///< the thread's coin, made for this epoch
  crypto::OtsSignature signature;  ///< of this epoch's root, under the key in `output`
  bitcoin::Script next;            ///< next_thread_script
};

struct CommitmentRequest {
  crypto::XOnlyKey sequencer;  ///< internal key of the thread's coins
  SequencerCoin thread;        ///< first commitment: any coin; later: output 0 of the commitment before
  std::vector<SequencerCoin> fee_coins;  ///< when given they pay the fee, and output 2 is their change
  CommitmentRecord record;
  FeeRate fee_rate;
  std::optional<RootReveal> reveal;  ///< in optimistic mode
};
struct CommitmentPlan {
  bitcoin::Psbt psbt;
  Sat fee;
  std::int64_t vsize = 0;
};
/// Input 0 is the thread; output 0 continues it, output 1 is the record. Throws `coin.script` (exit 3) for a
/// coin that is not the sequencer's, and in optimistic mode for a thread's coin that was not made for this
/// epoch, `funds.short` (exit 4), and Params' fee errors.
CommitmentPlan plan_commitment(const CommitmentRequest& request, const Params& params);

/// Completes a commitment whose other inputs are signed: adds the witness of the thread's input. `schnorr` is
/// the sequencer's signature for the leaf (SIGHASH_DEFAULT). Throws Error `psbt.incomplete`,
/// `psbt.invalid_signature`.
bitcoin::Transaction finish_commitment(bitcoin::Psbt psbt, const RootReveal& reveal,
                                       const crypto::SchnorrSignature& schnorr);

/// `pegkit/commitment`: a commitment on the chain; in optimistic mode with the root and signature that its
/// witness reveals.
struct Commitment {
  CommitmentRecord record;
  std::optional<WithdrawalTree::Node> withdrawals_root;
  std::optional<crypto::OtsSignature> signature;  ///< of that root
  bitcoin::Txid txid;
  std::uint32_t height = 0;
  bitcoin::OutPoint thread() const { return {txid, 0}; }  ///< the output that continues
  static Commitment parse(const Json& document);
  Json to_json() const;
};

/// Follows one thread from its first commitment. Transactions are given in the chain's order.
class CommitmentThread {
 public:
  CommitmentThread(const Magic& magic, const bitcoin::Txid& first) : magic_(magic), first_(first) {}

  /// True when the transaction is the first one or spends the thread's output.
  bool concerns(const bitcoin::Transaction& tx) const;
  /// Takes the next transaction that concerns the thread. When the verdict is no, the thread ends there for
  /// good: the transaction has no record, or its epoch is not the next one.
  Verdict extend(const bitcoin::Transaction& tx, std::uint32_t height);
  /// The same for a transaction that is known to concern the thread; `commitment` is nullopt when it is none.
  Verdict extend(const std::optional<Commitment>& commitment, const bitcoin::Txid& txid);

  const std::vector<Commitment>& commitments() const { return commitments_; }
  bool ended() const { return ended_; }

 private:
  Magic magic_;
  bitcoin::Txid first_;
  std::vector<Commitment> commitments_;
  bool ended_ = false;
};

}  // namespace pegkit::bridge
