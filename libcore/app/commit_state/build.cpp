#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <vector>

#include "app/commit_state/commands.hpp"
#include "app/commit_state/place.hpp"
#include "app/commit_state/proof.hpp"
#include "app/commit_state/root.hpp"
#include "app/fee_rate_option.hpp"
#include "app/ots_options.hpp"
#include "bitcoin/psbt.hpp"
#include "bitcoin/taproot.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/commitment.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "bridge/spend.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/layer2/epochs.hpp"
#include "services/params_file.hpp"
#include "services/send/wallet.hpp"

namespace pegkit::app::commit_state {
namespace {

using bitcoin::OutPoint;
using bridge::Commitment;
using bridge::SequencerCoin;

/// The signer of commitments: one key, or a set of keys with their aggregate. In optimistic mode it is one
/// key with one-time keys.
struct Sequencer {
  crypto::XOnlyKey internal;
  std::optional<crypto::SecretKey> key;
  std::optional<bridge::Custody> custody;
  std::optional<services::SequencerKeys> one_time;
  /// The script of the coin that a new thread spends.
  bitcoin::Script script() const {
    return one_time ? one_time->output(one_time->first_epoch()).script_pubkey : bridge::key_script(internal);
  }
};

Sequencer load_sequencer(Ports& ports, const std::string& custody_file) {
  Sequencer out;
  if (custody_file.empty()) {
    out.key = services::load_key(ports);
    out.internal = crypto::xonly(out.key->public_key());
    return out;
  }
  out.custody = bridge::Custody::parse(services::read_json(ports, custody_file));
  if (out.custody->merkle_root())
    throw input_error(
        "custody.path",
        "--custody must be a musig custody without recovery: a thread's outputs have no script tree");
  out.internal = out.custody->internal_key();
  return out;
}

/// Adds the one-time keys of an optimistic bridge. Throws when the sequencer is not the one key that the
/// parameters name.
void add_one_time_keys(Ports& ports, const bridge::Params& params, const std::string& keys_file,
                       Sequencer& sequencer) {
  if (sequencer.custody)
    throw input_error(
        "custody.path",
        "in optimistic mode only the key that the parameters name commits: give its key, not --custody");
  if (sequencer.internal != params.challenge->sequencer.key)
    throw refused("sequencer.key", "the parameters name another key as the sequencer's");
  sequencer.one_time.emplace(ports, params, keys_file);
}

Json already_document(const Commitment& commitment) {
  Json out = commitment.to_json();
  out["already"] = true;
  return out;
}

/// Throws Error `commitment.differs` (exit 7) when a value that the user gave differs from the commitment
/// `there`.
void require_same(const Commitment& there, const std::optional<ByteArray<32>>& state_root,
                  const std::optional<ByteArray<32>>& proof_hash,
                  const std::optional<ByteArray<32>>& withdrawals_root) {
  bool same = (!state_root || *state_root == there.record.state_root) &&
              (!proof_hash || *proof_hash == there.record.proof_hash) &&
              (!withdrawals_root || withdrawals_root == there.withdrawals_root);
  if (!same)
    throw refused("commitment.differs", fmt::format("epoch {} is committed with other values by {}",
                                                    there.record.epoch, there.txid.display()));
}

/// The commitment that a repeated run asks for again: the epoch's; without an epoch the one in the mempool,
/// or the first one of a thread found by its coin. nullptr when a new one is to be made.
const Commitment* standing(const CommitmentPlace& place, std::optional<std::int64_t> epoch) {
  if (epoch) return place.find(static_cast<std::uint32_t>(*epoch));
  if (place.pending) return &*place.pending;
  return place.coin ? nullptr : &place.done.front();
}

/// Throws Error `thread.unconfirmed` (exit 4) while a commitment is in the mempool, `thread.exists` (exit 7)
/// when the sequencer has a thread and --thread was not given.
void require_free(const CommitmentPlace& place) {
  if (place.pending)
    throw not_ready("thread.unconfirmed",
                    fmt::format("the commitment {} of epoch {} is in no block yet",
                                place.pending->txid.display(), place.pending->record.epoch));
  if (!place.coin)
    throw refused("thread.exists",
                  "this sequencer already has a thread: " + place.done.front().txid.display())
        .hint("continue it with --thread, or begin another one with --coin");
}

std::uint32_t next_epoch(Ports& ports, const bridge::Params& params, const CommitmentPlace& place,
                         std::optional<std::int64_t> wanted) {
  if (place.done.empty() && params.challenge) {
    std::uint32_t first = params.challenge->sequencer.first_epoch;
    if (wanted && *wanted != first)
      throw input_error("epoch.order", fmt::format("the thread begins with epoch {}", first));
    return first;
  }
  if (place.done.empty())
    return wanted ? static_cast<std::uint32_t>(*wanted) : services::newest_epoch(ports, params);
  std::int64_t next = std::int64_t{place.done.back().record.epoch} + 1;
  if (next > UINT32_MAX) throw refused("epoch.last", "the thread is at its last epoch");
  if (wanted && *wanted != next)
    throw input_error("epoch.order", fmt::format("epoch {} does not follow {}: the next one is {}", *wanted,
                                                 next - 1, next));
  return static_cast<std::uint32_t>(next);
}

std::optional<ByteArray<32>> hash_option(const std::string& hex) {
  if (hex.empty()) return std::nullopt;
  return from_hex_array<32>(hex);
}

ByteArray<32> checked_state_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch,
                                 const std::optional<ByteArray<32>>& given, bool unchecked) {
  if (unchecked) return given.value();
  ByteArray<32> theirs = services::epoch_state_root(ports, params, epoch);
  if (given && *given != theirs)
    throw refused("state_root.differs", fmt::format("the layer 2's state root of block {} is {}",
                                                    services::epoch_block(params, epoch), to_hex(theirs)))
        .hint("--unchecked commits to a state root that the layer 2 does not have");
  return theirs;
}

std::vector<SequencerCoin> load_coins(Ports& ports, const std::vector<std::string>& outpoints) {
  std::vector<SequencerCoin> out;
  for (const std::string& text : outpoints) {
    OutPoint outpoint = OutPoint::parse(text);
    auto coin = ports.node().coin(outpoint, false);
    if (!coin) throw input_error("coin.spent", "there is no confirmed unspent coin " + text);
    out.push_back({coin->outpoint, coin->output});
  }
  return out;
}

bitcoin::Transaction sign_reveal(const crypto::SecretKey& key, bitcoin::Psbt psbt,
                                 const bridge::RootReveal& reveal) {
  bitcoin::TapNode leaf = bitcoin::tapleaf_hash(reveal.output.leaf);
  auto signature = crypto::schnorr_sign(key, psbt.taproot_sighash(0, &leaf), crypto::random_array<32>());
  return bridge::finish_commitment(std::move(psbt), reveal, signature);
}

/// The signed transaction; for a sequencer set, a PSBT for its signing rounds.
Json commitment_document(const Sequencer& sequencer, bridge::CommitmentPlan plan,
                         const std::optional<bridge::RootReveal>& reveal) {
  bridge::TransactionNotes notes;
  notes.kind = bridge::TransactionKind::commitment;
  notes.fee = plan.fee;
  notes.vsize = plan.vsize;
  if (sequencer.custody)
    return bridge::PsbtDocument{std::move(plan.psbt), notes, bridge::SpendPath::key(), sequencer.custody}
        .to_json();
  services::sign_with(*sequencer.key, plan.psbt);
  if (reveal)
    return bridge::TransactionDocument{sign_reveal(*sequencer.key, std::move(plan.psbt), *reveal), notes}
        .to_json();
  plan.psbt.finalize();
  return bridge::TransactionDocument{plan.psbt.extract(), notes}.to_json();
}

/// `commit-state build`: makes the next commitment of a thread, or the first one of a new thread.
class BuildCommitment : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, thread_, coin_, state_root_, proof_hash_, withdrawals_root_;
  std::string sequencer_keys_;
  OfferedProof proof_;
  OtsSeedOption seed_;
  std::vector<std::string> fee_coins_;
  std::optional<std::int64_t> epoch_;
  FeeRateOption fee_rate_;
  bool unchecked_ = false, bump_ = false;
};

}  // namespace

void BuildCommitment::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(custody_, "--custody", "a sequencer set instead of a key, as a musig custody; prints a PSBT");
  options.text(thread_, "--thread", "TXID", "the thread's first commitment (default: begin a new thread)");
  options.text(coin_, "--coin", "TXID:VOUT", "the coin that a new thread spends (default: the largest)");
  options.texts(fee_coins_, "--fee-coin", "TXID:VOUT",
                "a coin of the sequencer that pays the fee instead of the thread");
  options.maybe_integer(epoch_, "--epoch", "N",
                        "the epoch (default: the next one; for a new thread the newest final one)", 0,
                        UINT32_MAX);
  options.text(state_root_, "--state-root", "HEX", "the state root; it must be the layer 2's");
  options.text(proof_hash_, "--proof-hash", "HEX", "hash of a state proof of the epoch (default: zeros)");
  proof_.declare(options);
  options.text(withdrawals_root_, "--withdrawals-root", "HEX",
               "optimistic mode: the withdrawals root; it must be the layer 2's");
  options.file(
      sequencer_keys_, "--sequencer-keys",
      "optimistic mode: the sequencer's public one-time keys (default: those of the data directory)");
  seed_.declare(options);
  options.flag(unchecked_, "--unchecked",
               "use --state-root (and --withdrawals-root) without asking the layer 2");
  options.flag(bump_, "--bump",
               "replace the unconfirmed commitment of this epoch by one that pays a higher fee");
  fee_rate_.declare(options);
  options.key();
  options.node();
  options.layer2();
  options.datadir();
}

Exit BuildCommitment::run(Ports& ports) {
  if (!thread_.empty() && !coin_.empty())
    throw usage_error("--coin begins a thread and --thread continues one: give only one of them");
  if (unchecked_ && (state_root_.empty() || (thread_.empty() && !epoch_)))
    throw usage_error("--unchecked needs --state-root, and --epoch for a new thread");
  proof_.require_both();
  if (proof_.given() && !proof_hash_.empty())
    throw usage_error("--proof-hash does not go with --proof, which gives the hash");
  auto state_root = hash_option(state_root_);
  auto proof_hash = hash_option(proof_hash_);
  if (proof_.given()) {
    // The proof is read before the data directory is locked: the writer of this pipe may hold the lock.
    proof_.read_proof(ports);
    proof_hash = proof_.hash();
  }
  auto withdrawals_root = hash_option(withdrawals_root_);
  bridge::Params params = services::load_params(ports, params_);
  if (proof_.given()) proof_.read_key(ports, params);
  if (params.challenge ? unchecked_ && !withdrawals_root : withdrawals_root || !sequencer_keys_.empty())
    throw usage_error(
        "--withdrawals-root and --sequencer-keys are for optimistic mode only; --unchecked needs "
        "--withdrawals-root there");
  Sequencer sequencer = load_sequencer(ports, custody_);
  if (params.challenge) add_one_time_keys(ports, params, sequencer_keys_, sequencer);
  services::watch_thread_script(ports, sequencer.script(), params.start_height);
  services::Watcher(ports, params).sync_to_tip();

  CommitmentPlace place = !thread_.empty()
                              ? place_in_thread(ports, params, bitcoin::Txid::from_display(thread_))
                          : !coin_.empty() ? place_at_coin(ports, params, OutPoint::parse(coin_))
                                           : place_of_script(ports, params, sequencer.script());
  const Commitment* there = standing(place, epoch_);
  bool replace = bump_ && there && place.pending && there->txid == place.pending->txid;
  if (bump_ && !replace) throw input_error("bump.none", "no commitment of this thread waits in the mempool");
  if (there && !replace) {
    require_same(*there, state_root, proof_hash, withdrawals_root);
    ports.print(already_document(*there));
    return Exit::ok;
  }
  if (!replace) require_free(place);

  bridge::CommitmentRequest request;
  request.sequencer = sequencer.internal;
  request.thread = *place.coin;
  request.fee_coins = load_coins(ports, fee_coins_);
  request.fee_rate = fee_rate_.choose(ports, params);
  bridge::CommitmentRecord& record = request.record;
  record.epoch = replace ? there->record.epoch : next_epoch(ports, params, place, epoch_);
  record.state_root = checked_state_root(ports, params, record.epoch, state_root, unchecked_);
  if (proof_.given())
    proof_.require_extends(params, place.done.empty() ? nullptr : &place.done.back(), record.state_root);
  // A proof is for one state root: the old proof hash stays only when the state root stays.
  bool still_proven = replace && there->record.state_root == record.state_root;
  record.proof_hash = proof_hash.value_or(still_proven ? there->record.proof_hash : ByteArray<32>{});
  ports.verbose(fmt::format("epoch {}, state root {} of layer-2 block {}", record.epoch,
                            to_hex(record.state_root), services::epoch_block(params, record.epoch)));
  if (sequencer.one_time) {
    ByteArray<32> root = unchecked_ ? *withdrawals_root
                                    : checked_withdrawals_root(ports, params, record.epoch, withdrawals_root);
    request.reveal =
        sign_root(ports, *sequencer.one_time, seed_.load(ports, *sequencer.key), record.epoch, root);
  }
  ports.print(commitment_document(sequencer, bridge::plan_commitment(request, params), request.reveal));
  return Exit::ok;
}

std::unique_ptr<Command> build_command() {
  return std::make_unique<BuildCommitment>();
}

}  // namespace pegkit::app::commit_state
