#include <algorithm>
#include <fmt/core.h>
#include <vector>

#include "app/challenge/commands.hpp"
#include "app/challenge/finding.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/ots_options.hpp"
#include "base/amount.hpp"
#include "base/serialize.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/sequencer_root.hpp"
#include "crypto/keys.hpp"
#include "net/bitcoin_node.hpp"
#include "optimistic/claim_keys.hpp"
#include "optimistic/claim_leaves.hpp"
#include "optimistic/claim_relation.hpp"
#include "optimistic/claim_verdict.hpp"
#include "optimistic/graph.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/claim_finding.hpp"
#include "services/graph/claim_signer.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/results.hpp"
#include "services/send/fee_coin.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/sender.hpp"
#include "services/send/wallet.hpp"
#include "store/claim_store.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::challenge {
namespace {

using bitcoin::Transaction;
using bridge::TransactionKind;
using store::Intent;
using store::IntentState;
using store::StoredClaim;

std::int64_t serialized_size(const bitcoin::Witness& witness) {
  std::size_t out = compact_size_length(witness.size());
  for (const Bytes& item : witness) out += compact_size_length(item.size()) + item.size();
  return static_cast<std::int64_t>(out);
}

/// Why there is nothing to assert now; empty when there is.
std::string idle_reason(const services::GraphStatus& status, bool anyway) {
  if (status.end) return fmt::format("the bond is spent by {}", services::graph_ending_name(status.ending));
  if (std::ranges::all_of(status.asserts, [](const auto& seen) { return seen && seen->height; }))
    return "every part is confirmed";
  if (!status.challenge && !anyway) return "nobody has challenged the claim";
  return "";
}

/// The claim of the confirmed kickoff: the one in the database, or, when the database was lost, the one that
/// the kickoff's witness reveals. Throws Error `claim.unread` or `claim.differs` (exit 7).
StoredClaim known_claim(Ports& ports, const services::LoadedGraph& loaded,
                        const services::GraphStatus& status) {
  auto said = optimistic::claim_said(loaded.program(), reveal_claim(loaded, status).trace);
  if (!said) throw refused("claim.unread", "the kickoff's witness does not belong to this graph");
  if (auto stored = store::ClaimStore(ports.database()).find(status.kickoff->txid)) {
    if (optimistic::ClaimSaid{stored->epoch, stored->withdrawal, stored->payout} != *said)
      throw refused("claim.differs",
                    "the kickoff in the chain states another claim than the recorded kickoff");
    return *stored;
  }
  StoredClaim out;
  out.kickoff = status.kickoff->txid;
  out.epoch = said->epoch;
  out.withdrawal = said->id;
  out.payout = said->payout;
  return out;
}

/// Sets the trace to be asserted: the recorded one once a part was signed; before that, the trace that is
/// true now. A signed trace never changes again.
void settle_trace(Ports& ports, const services::LoadedGraph& loaded, const services::GraphStatus& status,
                  StoredClaim& claim) {
  if (claim.asserting) return;
  services::ClaimFinding finding = services::examine_claim(ports, loaded.params, loaded.program(),
                                                           {claim.epoch, claim.withdrawal, claim.payout});
  if (finding.truth == optimistic::ClaimTruth::open) throw not_ready("claim.open", finding.reason);
  if (finding.truth != optimistic::ClaimTruth::yes)
    throw refused("claim.false", "the claim is not true: " + finding.reason);
  // After the database was lost, only the chain knows the values that were signed.
  optimistic::ClaimTrace revealed = reveal_claim(loaded, status).trace;
  for (std::size_t i = 0; i < revealed.size(); ++i)
    if (!revealed[i].empty() && revealed[i] != finding.trace->at(i))
      throw refused("claim.asserted", fmt::format("{} was asserted before with another value",
                                                  loaded.program().values()[i].name));
  if (claim.root_signature.empty()) {
    for (const services::SignedRoot& root : services::signed_roots(ports, loaded, claim.epoch))
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

/// One part to send, complete except for its fee coin.
struct OpenPart {
  std::size_t part = 0;
  std::optional<Transaction> earlier;  ///< sent before; dropped by the mempool, or to be replaced
  Sat earlier_fee;                     ///< fee of `earlier` when it is in the mempool
  optimistic::ClaimSignatures signatures;
};

/// The transaction that an earlier run sent for a part and that neither chain nor mempool holds now.
std::optional<Transaction> evicted_part(Ports& ports, const bitcoin::OutPoint& part) {
  std::optional<Transaction> out;
  for (const Intent& intent : store::IntentStore(ports.database()).by_key(services::coin_key(part)))
    if (intent.state == IntentState::sent) out = Transaction::parse(intent.raw);
  return out;
}

/// The parts that neither chain nor mempool holds, and those in the mempool whose fee must rise.
std::vector<OpenPart> open_parts(Ports& ports, const services::LoadedGraph& loaded,
                                 const services::GraphStatus& status, FeeRate rate, bool raise) {
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

bridge::TransactionNotes notes_of(TransactionKind kind, Sat fee, std::int64_t vsize) {
  return {.kind = kind, .fee = fee, .vsize = vsize, .withdrawals = {}};
}

/// Signs parts, and finds the coins that pay for them.
class Asserter {
 public:
  Asserter(Ports& ports, const services::LoadedGraph& loaded, const crypto::SecretKey& key,
           services::ClaimSigner& signer, const StoredClaim& claim, FeeRate rate)
      : ports_(ports),
        loaded_(loaded),
        key_(key),
        signer_(signer),
        claim_(claim),
        rate_(rate),
        change_(services::wallet_script(key.public_key())),
        root_(bridge::parse_root_signature(claim.root_signature)) {}

  void add(OpenPart part) {
    part.signatures = signer_.sign(loaded_.claim->layout().part(part.part), claim_.trace);
    parts_.push_back(std::move(part));
  }

  /// Chooses a fee coin for each part. Returns nullopt when the wallet has too few.
  std::optional<std::vector<services::FeeCoinPlan>> plan() {
    std::vector<net::Coin> coins = services::free_wallet_coins(ports_, key_.public_key());
    std::vector<services::FeeCoinPlan> out;
    for (const OpenPart& part : parts_) {
      std::vector<net::Coin> usable = coins;
      if (auto own = earlier_coin(part)) usable.push_back(*own);
      try {
        out.push_back(services::add_fee_coin(request(part), usable, change_, rate_, loaded_.params));
      } catch (const Error& e) {
        if (e.code() != "funds.short") throw;
        return std::nullopt;
      }
      std::erase_if(coins, [&](const net::Coin& coin) { return coin.outpoint == out.back().coin.outpoint; });
    }
    return out;
  }

  Transaction sign(std::size_t index, services::FeeCoinPlan plan) {
    const OpenPart& part = parts_[index];
    optimistic::GraphLeaf leaf = part_leaf(part);
    plan.psbt.inputs[0].final_witness = leaf.witness(stack(part, services::sign_leaf(plan.psbt, leaf, key_)));
    if (services::sign_with(key_, plan.psbt) != 1)
      throw Error(Exit::bug, "assert.coin", "the fee coin is not the key's");
    plan.psbt.finalize();
    return plan.psbt.extract();
  }

  /// Plans a transaction that makes one coin for each part, twice as large as needed in case fees rise.
  services::FundingPlan split() {
    std::vector<bitcoin::TxOut> outputs;
    for (const OpenPart& part : parts_) {
      services::FeeRequest wanted = request(part);
      net::Coin large{{}, {Sat(1'000'000'000), change_}, 0, false};
      Sat fee = services::add_fee_coin(wanted, {large}, change_, rate_, loaded_.params).fee;
      outputs.push_back({fee * 2 + optimistic::Graph::connector, change_});
    }
    services::FundingPlan plan = services::fund(services::free_wallet_coins(ports_, key_.public_key()),
                                                outputs, change_, rate_, loaded_.params);
    services::sign_with(key_, plan.psbt);
    plan.psbt.finalize();
    return plan;
  }

  const std::vector<OpenPart>& parts() const { return parts_; }

 private:
  optimistic::GraphLeaf part_leaf(const OpenPart& part) const {
    return loaded_.graph().part_leaf(part.part, claim_.epoch);
  }
  bitcoin::Witness stack(const OpenPart& part, ByteView signature) const {
    const auto& layout = loaded_.claim->layout();
    if (part.part == 0)
      return optimistic::epoch_witness(loaded_.program(), layout, part.signatures, root_.signature,
                                       signature);
    return optimistic::assert_witness(loaded_.program(), layout, part.signatures, part.part, signature);
  }
  services::FeeRequest request(const OpenPart& part) const {
    services::FeeRequest out;
    out.base = loaded_.graph().assert_part(part.part);
    out.base_witness = serialized_size(part_leaf(part).witness(stack(part, Bytes(64))));
    if (part.earlier_fee > Sat(0)) out.replaced = part.earlier_fee;
    return out;
  }
  /// The fee coin of the earlier transaction for this part. The part keeps it while nothing else spends it.
  std::optional<net::Coin> earlier_coin(const OpenPart& part) const {
    if (!part.earlier) return std::nullopt;
    const auto& inputs = part.earlier->inputs;
    return inputs.size() == 2 ? ports_.node().coin(inputs[1].prevout, false) : std::nullopt;
  }

  Ports& ports_;
  const services::LoadedGraph& loaded_;
  const crypto::SecretKey& key_;
  services::ClaimSigner& signer_;
  const StoredClaim& claim_;
  FeeRate rate_;
  bitcoin::Script change_;
  bridge::RevealedRoot root_;
  std::vector<OpenPart> parts_;
};

/// `challenge assert`: answers a challenge with every part of the claim's trace that neither chain nor
/// mempool holds yet.
class AssertClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  /// Sends coins to ourselves, one for each part; throws `coins.split` (exit 4).
  Exit split_coins(Ports& ports, const services::LoadedGraph& loaded, Asserter& asserter) const;
  Exit send_parts(Ports& ports, const services::LoadedGraph& loaded, Asserter& asserter,
                  std::vector<services::FeeCoinPlan> plans) const;

  OneGraphOptions graph_;
  OtsSeedOption seed_;
  FeeRateOption fee_rate_;
  bool anyway_ = false, broadcast_ = false;
};

}  // namespace

void AssertClaim::options(Options& options) {
  graph_.declare(options);
  seed_.declare(options);
  options.flag(anyway_, "--anyway", "assert even though nobody has challenged the claim");
  options.flag(broadcast_, "--broadcast", "send the parts instead of printing them");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit AssertClaim::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  crypto::SecretKey key = services::load_operator_key(ports, loaded.graph());
  services::SpendView view(ports, loaded.params);
  services::follow_graph(view, loaded.graph());
  view.sync();
  services::Sender sender(ports, loaded.params);
  sender.review(broadcast_ ? services::Sender::Resend::yes : services::Sender::Resend::no);
  services::GraphStatus status = services::graph_status(view, loaded.graph());
  if (!status.depth(status.kickoff))
    throw not_ready("kickoff.unconfirmed", "the kickoff is " + services::place_text(status.kickoff));
  if (std::string reason = idle_reason(status, anyway_); !reason.empty()) {
    ports.print(services::nothing_to_do(reason));
    return Exit::ok;
  }
  if (!anyway_ && !status.challenge->height)
    throw not_ready("challenge.unconfirmed", "the challenge is in no block yet");

  FeeRate rate = fee_rate_.choose(ports, loaded.params);
  std::vector<OpenPart> open = open_parts(ports, loaded, status, rate, fee_rate_.given());
  if (open.empty()) {
    ports.print(services::nothing_to_do("every part is in the mempool or in a block"));
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
  services::ClaimSigner signer(ports, loaded, seed);
  Asserter asserter(ports, loaded, key, signer, claim, rate);
  for (OpenPart& part : open) asserter.add(std::move(part));

  auto plans = asserter.plan();
  if (!plans) return split_coins(ports, loaded, asserter);
  return send_parts(ports, loaded, asserter, std::move(*plans));
}

Exit AssertClaim::split_coins(Ports& ports, const services::LoadedGraph& loaded, Asserter& asserter) const {
  services::Sender sender(ports, loaded.params);
  for (const Intent& intent : sender.open(TransactionKind::split))
    if (ports.node().in_mempool(intent.txid))
      throw not_ready(
          "coins.split",
          fmt::format("transaction {} makes the fee coins and is in no block yet: wait and run again",
                      intent.txid.display()));
  services::FundingPlan plan = asserter.split();
  bridge::TransactionDocument split{plan.psbt.extract(),
                                    notes_of(TransactionKind::split, plan.fee, plan.vsize)};
  ports.print(broadcast_ ? services::sent_document(sender.send(split.tx, split.notes), split.notes)
                         : split.to_json());
  throw not_ready(
      "coins.split",
      fmt::format("{} parts need a confirmed coin each: wait until transaction {} confirms, then run again",
                  asserter.parts().size(), split.tx.txid().display()));
}

Exit AssertClaim::send_parts(Ports& ports, const services::LoadedGraph& loaded, Asserter& asserter,
                             std::vector<services::FeeCoinPlan> plans) const {
  services::Sender sender(ports, loaded.params);
  std::optional<Error> failure;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const OpenPart& part = asserter.parts()[i];
    Transaction tx = asserter.sign(i, plans[i]);
    bridge::TransactionNotes notes = notes_of(TransactionKind::assert_part, plans[i].fee, plans[i].vsize);
    Json out;
    if (broadcast_) {
      services::SendTerms terms;
      if (part.earlier && part.earlier->txid() != tx.txid()) terms.replaces = part.earlier->txid();
      try {
        out = services::sent_document(sender.send(tx, notes, terms), notes);
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

std::unique_ptr<Command> assert_command() {
  return std::make_unique<AssertClaim>();
}

}  // namespace pegkit::app::challenge
