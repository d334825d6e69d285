#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <string>

#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/ots_options.hpp"
#include "app/peg_out/commands.hpp"
#include "app/peg_out/unstake.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/sequencer_root.hpp"
#include "bridge/withdrawal.hpp"
#include "crypto/keys.hpp"
#include "optimistic/claim_layout.hpp"
#include "optimistic/claim_leaves.hpp"
#include "optimistic/claim_trace.hpp"
#include "optimistic/claim_verdict.hpp"
#include "optimistic/graph.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/claim_finding.hpp"
#include "services/graph/claim_signer.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/layer2/epochs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/send/anchor_bump.hpp"
#include "store/claim_store.hpp"

namespace pegkit::app::peg_out {
namespace {

using store::StoredClaim;

/// Throws unless the stake and the deposit still allow a kickoff.
void require_stake(const services::LoadedGraph& loaded, const services::GraphStatus& status) {
  if (status.stake_return) throw refused("stake.spent", "the stake is spent");
  if (!status.stake_height) throw not_ready("stake.unconfirmed", "the stake is in no block yet");
  if (status.refund) throw refused("deposit.refunded", "the deposit went back to its depositor");
  if (status.taken) throw refused("deposit.taken", "the deposit is taken already");
  if (status.depth(status.lock) < loaded.params.deposit_confirmations)
    throw not_ready("lock.unconfirmed",
                    fmt::format("the lock is {}; it needs {} confirmations",
                                services::place_text(status.lock), loaded.params.deposit_confirmations));
}

/// The final withdrawal that the layer 2 assigned to the graph's deposit. Throws Error `withdrawal.none`
/// (exit 4).
const bridge::Withdrawal& assigned_withdrawal(const services::RequestedWithdrawals& requested,
                                              const bitcoin::OutPoint& deposit) {
  auto found = std::ranges::find(requested.final, deposit, &bridge::Withdrawal::deposit);
  if (found == requested.final.end())
    throw not_ready("withdrawal.none", "no final withdrawal is assigned to the graph's deposit");
  return *found;
}

/// This operator's payout of the withdrawal. Throws Error `payout.absent` when no block has one, and
/// `payout.unburied` when it has too few confirmations (exit 4 both).
services::OperatorPayout buried_payout(Ports& ports, const services::LoadedGraph& loaded,
                                       const bridge::Withdrawal& withdrawal,
                                       const services::GraphStatus& status) {
  const auto& tag = loaded.program().constants().operator_tag;
  for (services::OperatorPayout& payout : services::operator_payouts(ports, loaded.params, withdrawal.id)) {
    auto wanted = optimistic::payout_outputs(loaded.params.magic, tag, withdrawal);
    if (!std::equal(wanted.begin(), wanted.end(), payout.tx.outputs.begin())) continue;
    std::uint32_t depth = status.tip + 1 - payout.height, k = loaded.graph().rules().headers;
    std::uint32_t needed = std::max(loaded.params.payout_confirmations, k + 1);
    if (depth < needed)
      throw not_ready("payout.unburied", fmt::format("the payout {} has {} of {} confirmations",
                                                     payout.txid.display(), depth, needed));
    return payout;
  }
  throw not_ready("payout.absent",
                  fmt::format("no block has a payout of withdrawal {} by this operator", withdrawal.id))
      .hint("peg-out payout makes it");
}

/// The sequencer's signature for the first epoch whose signed root contains the withdrawal. Throws Error
/// `root.unsigned` (exit 4) when there is none.
services::SignedRoot find_root(Ports& ports, const services::LoadedGraph& loaded,
                               const services::RequestedWithdrawals& requested,
                               const bridge::Withdrawal& withdrawal) {
  const auto& sequencer = loaded.graph().rules().sequencer;
  std::optional<std::uint32_t> other;
  for (std::uint32_t i = 0; i < sequencer.epochs; ++i) {
    std::uint32_t epoch = sequencer.first_epoch + i;
    std::uint64_t block = services::epoch_block(loaded.params, epoch);
    if (block < withdrawal.l2_block) continue;
    if (block > requested.final_block) break;
    auto root = services::withdrawals_of_epoch(requested.final, loaded.params, epoch).tree.root();
    for (services::SignedRoot& found : services::signed_roots(ports, loaded, epoch)) {
      if (found.revealed.root == root) return found;
      other = epoch;
    }
  }
  std::string text =
      fmt::format("the sequencer has signed no root that contains withdrawal {}", withdrawal.id);
  if (other) text += fmt::format("; its root for epoch {} differs from the layer 2's", *other);
  throw not_ready("root.unsigned", text);
}

/// The claim that was recorded before, or a new one, after a check that it is true. Records nothing.
StoredClaim choose_claim(Ports& ports, const services::LoadedGraph& loaded,
                         const services::GraphStatus& status) {
  bitcoin::Txid kickoff = loaded.graph().kickoff().tx.txid();
  auto stored = store::ClaimStore(ports.database()).find(kickoff);
  StoredClaim out;
  if (stored) {
    out = std::move(*stored);
  } else {
    services::RequestedWithdrawals requested = services::read_withdrawals(ports.layer2(), loaded.params);
    const auto& withdrawal = assigned_withdrawal(requested, loaded.program().constants().deposit);
    services::OperatorPayout payout = buried_payout(ports, loaded, withdrawal, status);
    services::SignedRoot root = find_root(ports, loaded, requested, withdrawal);
    out.kickoff = kickoff;
    out.epoch = root.epoch;
    out.withdrawal = withdrawal.id;
    out.payout = payout.txid;
    out.root_signature = bridge::write_root_signature(root.revealed.signature);
  }
  services::ClaimFinding finding = services::examine_claim(ports, loaded.params, loaded.program(),
                                                           {out.epoch, out.withdrawal, out.payout});
  if (finding.truth == optimistic::ClaimTruth::open) throw not_ready("claim.open", finding.reason);
  if (finding.truth != optimistic::ClaimTruth::yes)
    throw refused("claim.false", "the claim is not true: " + finding.reason);
  if (bridge::parse_root_signature(out.root_signature).root != finding.inputs->root)
    throw refused("claim.false", "the sequencer signed another root than the layer 2's");
  out.trace = std::move(*finding.trace);
  return out;
}

bitcoin::Transaction sign_kickoff(Ports& ports, const services::LoadedGraph& loaded,
                                  const crypto::SecretKey& key, const crypto::SecretKey& seed,
                                  const StoredClaim& claim) {
  const optimistic::Graph& graph = loaded.graph();
  const optimistic::ClaimLayout& layout = loaded.claim->layout();
  auto signatures = services::ClaimSigner(ports, loaded, seed).sign(layout.kickoff(), claim.trace);
  bitcoin::Psbt psbt = bitcoin::Psbt::from_transaction(graph.kickoff().tx);
  psbt.inputs[0].witness_utxo = graph.stake_output();
  Bytes own = services::sign_leaf(psbt, graph.kickoff_leaf(), key);
  psbt.inputs[0].final_witness =
      graph.kickoff_leaf().witness(optimistic::kickoff_witness(loaded.program(), layout, signatures, own));
  psbt.finalize();
  return psbt.extract();
}

Json claim_json(const StoredClaim& claim) {
  return {{"epoch", claim.epoch}, {"withdrawal", claim.withdrawal}, {"payout", claim.payout.display()}};
}

/// `peg-out kickoff`: the operator claims, with its stake as bond, that it paid. It records the claim on disk
/// before it signs any part of it, and it signs only a true claim.
class KickoffClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  OtsSeedOption seed_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace

void KickoffClaim::options(Options& options) {
  graph_.declare(options);
  seed_.declare(options);
  options.flag(broadcast_, "--broadcast", "send it instead of printing it");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit KickoffClaim::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  loaded.document.signed_graph();
  crypto::SecretKey key = services::load_operator_key(ports, loaded.graph());
  services::SpendView view(ports, loaded.params);
  services::follow_graph(view, loaded.graph());
  view.sync();
  services::GraphStatus status = services::graph_status(view, loaded.graph());

  services::Anchored kickoff{{}, loaded.graph().kickoff().fee(), bridge::TransactionKind::kickoff};
  Json more = Json::object();
  if (status.kickoff) {
    kickoff.tx = status.kickoff->tx;
  } else {
    require_stake(loaded, status);
    require_no_unstake(ports, loaded.graph());
    StoredClaim claim = choose_claim(ports, loaded, status);
    more["claim"] = claim_json(claim);
    if (ports.dry_run()) {
      Json out = new_document("result");
      out["dry_run"] = true;
      out.update(more);
      ports.print(out);
      return Exit::ok;
    }
    store::ClaimStore(ports.database()).put(claim);
    kickoff.tx = sign_kickoff(ports, loaded, key, seed_.load(ports, key), claim);
  }
  Json out;
  if (broadcast_) {
    auto sent =
        services::send_anchored(ports, loaded.params, kickoff, key, fee_rate_.choose(ports, loaded.params));
    out = services::anchored_document(sent, kickoff);
  } else {
    out =
        bridge::TransactionDocument{
            kickoff.tx,
            {.kind = kickoff.kind, .fee = kickoff.fee, .vsize = kickoff.tx.vsize(), .withdrawals = {}}}
            .to_json();
  }
  out.update(more);
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> kickoff_command() {
  return std::make_unique<KickoffClaim>();
}

}  // namespace pegkit::app::peg_out
