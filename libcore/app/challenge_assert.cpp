#include "app/challenge_assert.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "app/challenge_watch.hpp"
#include "app/fee_coin.hpp"
#include "app/payout_ledger.hpp"
#include "app/payout_plan.hpp"
#include "app/sender.hpp"
#include "app/wallet.hpp"
#include "bitcoin/serialize.hpp"
#include "bridge/claim_leaves.hpp"
#include "bridge/psbt_document.hpp"
#include "store/claim_store.hpp"

namespace pegkit::app {
namespace {

using bitcoin::Transaction;
using store::Intent;
using store::IntentState;
using store::StoredClaim;

constexpr const char *assert_kind = "assert", *split_kind = "split";

std::int64_t serialized_size(const bitcoin::Witness& witness) {
  std::size_t out = bitcoin::compact_size_length(witness.size());
  for (const Bytes& item : witness) out += bitcoin::compact_size_length(item.size()) + item.size();
  return static_cast<std::int64_t>(out);
}

/// Why there is nothing to assert now; empty when there is.
std::string idle_reason(const GraphStatus& status, bool anyway) {
  if (status.end) return fmt::format("the bond is spent by {}", graph_ending_name(status.ending));
  if (std::ranges::all_of(status.asserts, [](const auto& seen) { return seen && seen->height; }))
    return "every part is confirmed";
  if (!status.challenge && !anyway) return "nobody has challenged the claim";
  return "";
}

/// The claim of the kickoff that stands in the chain: from the disk, or read from the kickoff again when the
/// disk was lost.
StoredClaim known_claim(Ports& ports, const LoadedGraph& loaded, const GraphStatus& status) {
  auto said = bridge::claim_said(loaded.program(), reveal_claim(loaded, status).trace);
  if (!said) throw refused("claim.unread", "the kickoff's witness is not of this graph");
  if (auto stored = store::ClaimStore(ports.database()).find(status.kickoff->txid)) {
    if (bridge::ClaimSaid{stored->epoch, stored->withdrawal, stored->payout} != *said)
      throw refused("claim.differs", "the kickoff in the chain says something else than the one recorded");
    return *stored;
  }
  StoredClaim out;
  out.kickoff = status.kickoff->txid;
  out.epoch = said->epoch;
  out.withdrawal = said->id;
  out.payout = said->payout;
  return out;
}

/// Gives the claim the trace to be asserted: the recorded one once a part was signed, before that the one
/// that is true now. From here on it stays.
void settle_trace(Ports& ports, const LoadedGraph& loaded, const GraphStatus& status, StoredClaim& claim) {
  if (claim.asserting) return;
  ClaimFinding finding =
      examine_claim(ports, loaded.params, loaded.program(), {claim.epoch, claim.withdrawal, claim.payout});
  if (finding.truth == bridge::ClaimTruth::open) throw not_ready("claim.open", finding.reason);
  if (finding.truth != bridge::ClaimTruth::yes)
    throw refused("claim.false", "the claim is not true: " + finding.reason);
  // A database that was lost does not know what it signed; the chain does.
  bridge::ClaimTrace revealed = reveal_claim(loaded, status).trace;
  for (std::size_t i = 0; i < revealed.size(); ++i)
    if (!revealed[i].empty() && revealed[i] != finding.trace->at(i))
      throw refused("claim.asserted",
                    fmt::format("{} was asserted with another value", loaded.program().values()[i].name));
  if (claim.root_signature.empty()) {
    for (const SignedRoot& root : signed_roots(ports, loaded, claim.epoch))
      if (root.revealed.root == finding.inputs->root)
        claim.root_signature = bridge::write_root_signature(root.revealed.signature);
    if (claim.root_signature.empty())
      throw not_ready("root.unsigned",
                      fmt::format("the chain shows no signature of the root of epoch {}", claim.epoch));
  }
  claim.trace = *finding.trace;
  if (ports.dry_run()) return;
  store::ClaimStore store(ports.database());
  store.put(claim);
  store.retrace(claim.kickoff, claim.trace);
  store.begin_asserts(claim.kickoff);
}

/// One part that is to be sent, with everything but its fee coin.
struct OpenPart {
  std::size_t part = 0;
  std::optional<Transaction> earlier;  ///< that did not make it, or is to be replaced
  Sat earlier_fee;                     ///< of one that is in the mempool
  bridge::ClaimSignatures signatures;
};

}  // namespace

/// Signs parts, and finds the coins that pay for them.
class Asserter {
 public:
  Asserter(Ports& ports, const LoadedGraph& loaded, const crypto::SecretKey& key, ClaimSigner& signer,
           const StoredClaim& claim, FeeRate rate)
      : ports_(ports),
        loaded_(loaded),
        key_(key),
        signer_(signer),
        claim_(claim),
        rate_(rate),
        change_(wallet_scripts(key.public_key())[0]),
        root_(bridge::parse_root_signature(claim.root_signature)) {}

  void add(OpenPart part) {
    part.signatures = signer_.sign(loaded_.claim->layout().part(part.part), claim_.trace);
    parts_.push_back(std::move(part));
  }

  /// A coin for each part. Nullopt when the wallet has too few.
  std::optional<std::vector<FeeCoinPlan>> plan() {
    std::vector<net::Coin> coins = free_wallet_coins(ports_, key_.public_key());
    std::vector<FeeCoinPlan> out;
    for (const OpenPart& part : parts_) {
      std::vector<net::Coin> usable = coins;
      if (auto own = earlier_coin(part)) usable.push_back(*own);
      try {
        out.push_back(add_fee_coin(request(part), usable, change_, rate_, loaded_.params));
      } catch (const Error& e) {
        if (e.code() != "funds.short") throw;
        return std::nullopt;
      }
      std::erase_if(coins, [&](const net::Coin& coin) { return coin.outpoint == out.back().coin.outpoint; });
    }
    return out;
  }

  Transaction sign(std::size_t index, FeeCoinPlan plan) {
    const OpenPart& part = parts_[index];
    bridge::GraphLeaf leaf = part_leaf(part);
    plan.psbt.inputs[0].final_witness = leaf.witness(stack(part, sign_leaf(plan.psbt, leaf, key_)));
    if (sign_with(key_, plan.psbt) != 1)
      throw Error(Exit::bug, "assert.coin", "the fee coin is not the key's");
    plan.psbt.finalize();
    return plan.psbt.extract();
  }

  /// Coins of twice the sizes that the parts need, should fees rise.
  FundingPlan split() {
    std::vector<bitcoin::TxOut> outputs;
    for (const OpenPart& part : parts_) {
      FeeRequest wanted = request(part);
      net::Coin large{{}, {Sat(1'000'000'000), change_}, 0, false};
      Sat fee = add_fee_coin(wanted, {large}, change_, rate_, loaded_.params).fee;
      outputs.push_back({fee * 2 + bridge::Graph::connector, change_});
    }
    FundingPlan plan =
        fund(free_wallet_coins(ports_, key_.public_key()), outputs, change_, rate_, loaded_.params);
    sign_with(key_, plan.psbt);
    plan.psbt.finalize();
    return plan;
  }

  const std::vector<OpenPart>& parts() const { return parts_; }

 private:
  bridge::GraphLeaf part_leaf(const OpenPart& part) const {
    return loaded_.graph().part_leaf(part.part, claim_.epoch);
  }
  bitcoin::Witness stack(const OpenPart& part, ByteView signature) const {
    const auto& layout = loaded_.claim->layout();
    if (part.part == 0)
      return bridge::epoch_witness(loaded_.program(), layout, part.signatures, root_.signature, signature);
    return bridge::assert_witness(loaded_.program(), layout, part.signatures, part.part, signature);
  }
  FeeRequest request(const OpenPart& part) const {
    FeeRequest out;
    out.base = loaded_.graph().assert_part(part.part);
    out.base_witness = serialized_size(part_leaf(part).witness(stack(part, Bytes(64))));
    if (part.earlier_fee > Sat(0)) out.replaced = part.earlier_fee;
    return out;
  }
  /// The coin of an earlier transaction for the part; it stays the part's while nothing else spends it.
  std::optional<net::Coin> earlier_coin(const OpenPart& part) const {
    if (!part.earlier) return std::nullopt;
    const auto& inputs = part.earlier->inputs;
    return inputs.size() == 2 ? ports_.node().coin(inputs[1].prevout, false) : std::nullopt;
  }

  Ports& ports_;
  const LoadedGraph& loaded_;
  const crypto::SecretKey& key_;
  ClaimSigner& signer_;
  const StoredClaim& claim_;
  FeeRate rate_;
  bitcoin::Script change_;
  bridge::RevealedRoot root_;
  std::vector<OpenPart> parts_;
};

namespace {

/// What an earlier run sent for a part and nobody has now.
std::optional<Transaction> evicted_part(Ports& ports, const bitcoin::OutPoint& part) {
  std::optional<Transaction> out;
  for (const Intent& intent : store::IntentStore(ports.database()).by_key(coin_key(part)))
    if (intent.state == IntentState::sent) out = Transaction::parse(intent.raw);
  return out;
}

/// The parts that are in neither chain nor mempool, and those in the mempool that are to pay more.
std::vector<OpenPart> open_parts(Ports& ports, const LoadedGraph& loaded, const GraphStatus& status,
                                 FeeRate rate, bool raise) {
  std::vector<OpenPart> out;
  for (std::size_t i = 0; i < status.asserts.size(); ++i) {
    const auto& seen = status.asserts[i];
    if (!seen) {
      out.push_back({i, evicted_part(ports, loaded.graph().part(i)), Sat(0), {}});
      continue;
    }
    if (seen->height || !raise) continue;
    auto entry = ports.node().mempool_entry(seen->txid);
    if (entry && entry->fee < rate.fee(entry->vsize)) out.push_back({i, seen->tx, entry->fee, {}});
  }
  return out;
}

bridge::TransactionNotes notes_of(const char* kind, Sat fee, std::int64_t vsize) {
  return {.kind = kind, .fee = fee, .vsize = vsize, .withdrawals = {}};
}

}  // namespace

void AssertClaim::options(Options& options) {
  graph_.declare(options);
  seed_.declare(options);
  options.flag(anyway_, "--anyway", "though nobody has challenged the claim");
  options.flag(broadcast_, "--broadcast", "send the parts instead of printing them");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit AssertClaim::run(Ports& ports) {
  LoadedGraph loaded = graph_.load(ports);
  crypto::SecretKey key = load_operator_key(ports, loaded.graph());
  SpendView view(ports, loaded.params);
  follow_graph(view, loaded.graph());
  view.sync();
  Sender sender(ports, loaded.params);
  sender.review(broadcast_ ? Sender::Resend::yes : Sender::Resend::no);
  GraphStatus status = graph_status(view, loaded.graph());
  if (!status.depth(status.kickoff))
    throw not_ready("kickoff.unconfirmed", "the kickoff is " + place_text(status.kickoff));
  if (std::string reason = idle_reason(status, anyway_); !reason.empty()) {
    ports.print(nothing_to_do(reason));
    return Exit::ok;
  }
  if (!anyway_ && !status.challenge->height)
    throw not_ready("challenge.unconfirmed", "the challenge is in no block yet");

  FeeRate rate = fee_rate_.choose(ports, loaded.params);
  std::vector<OpenPart> open = open_parts(ports, loaded, status, rate, fee_rate_.given());
  if (open.empty()) {
    ports.print(nothing_to_do("every part is in the mempool or in a block"));
    return Exit::ok;
  }
  StoredClaim claim = known_claim(ports, loaded, status);
  settle_trace(ports, loaded, status, claim);
  if (ports.dry_run()) {
    Json out = new_document("result");
    out["dry_run"] = true;
    for (const OpenPart& part : open) out["parts"].push_back(part.part);
    ports.print(out);
    return Exit::ok;
  }
  crypto::SecretKey seed = seed_.load(ports, key);
  ClaimSigner signer(ports, loaded, seed);
  Asserter asserter(ports, loaded, key, signer, claim, rate);
  for (OpenPart& part : open) asserter.add(std::move(part));

  auto plans = asserter.plan();
  if (!plans) return split_coins(ports, loaded, asserter);
  return send_parts(ports, loaded, asserter, std::move(*plans));
}

Exit AssertClaim::split_coins(Ports& ports, const LoadedGraph& loaded, Asserter& asserter) const {
  Sender sender(ports, loaded.params);
  for (const Intent& intent : sender.open(split_kind))
    if (ports.node().in_mempool(intent.txid))
      throw not_ready("coins.split", fmt::format("coins for the fees come with {}, which is in no block yet",
                                                 intent.txid.display()));
  FundingPlan plan = asserter.split();
  bridge::TransactionDocument split{plan.psbt.extract(), notes_of(split_kind, plan.fee, plan.vsize)};
  ports.print(broadcast_ ? sent_document(sender.send(split.tx, split.notes), split.notes) : split.to_json());
  throw not_ready("coins.split",
                  fmt::format("{} parts need a confirmed coin each; {} makes them, and has to confirm first",
                              asserter.parts().size(), split.tx.txid().display()));
}

Exit AssertClaim::send_parts(Ports& ports, const LoadedGraph& loaded, Asserter& asserter,
                             std::vector<FeeCoinPlan> plans) const {
  Sender sender(ports, loaded.params);
  std::optional<Error> failure;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const OpenPart& part = asserter.parts()[i];
    Transaction tx = asserter.sign(i, plans[i]);
    bridge::TransactionNotes notes = notes_of(assert_kind, plans[i].fee, plans[i].vsize);
    Json out;
    if (broadcast_) {
      SendTerms terms;
      if (part.earlier && part.earlier->txid() != tx.txid()) terms.replaces = part.earlier->txid();
      try {
        out = sent_document(sender.send(tx, notes, terms), notes);
      } catch (const Error& e) {
        // The other parts do not depend on this one.
        if (e.code() != "tx.rejected" && e.code() != "tx.not_yet") throw;
        ports.say(fmt::format("part {}: {}", part.part, e.message()));
        failure = e;
        continue;
      }
    } else {
      out = bridge::TransactionDocument{tx, notes}.to_json();
    }
    out["part"] = part.part;
    ports.print_line(out);
  }
  if (failure) throw *failure;
  return Exit::ok;
}

}  // namespace pegkit::app
