#include <fmt/core.h>
#include <string>
#include <vector>

#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/peg_out/commands.hpp"
#include "app/peg_out/unstake.hpp"
#include "base/amount.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "bridge/withdrawal.hpp"
#include "crypto/keys.hpp"
#include "evm/address.hpp"
#include "net/bitcoin_node.hpp"
#include "optimistic/claim_program.hpp"
#include "optimistic/claim_trace.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/claim_finding.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/send/fee_coin.hpp"
#include "services/send/intents.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/payout_plan.hpp"
#include "services/send/sender.hpp"
#include "services/send/wallet.hpp"
#include "store/intent_store.hpp"
#include "store/payout_guard.hpp"

namespace pegkit::app::peg_out {
namespace {

using bitcoin::Transaction;
using bitcoin::Txid;
using bridge::Withdrawal;
using store::Intent;
using store::IntentState;

/// The withdrawal with this number. Throws unless it is final, assigned to the graph's deposit and fit for a
/// claim.
Withdrawal find_withdrawal(Ports& ports, const services::LoadedGraph& loaded, std::uint32_t id) {
  const bridge::Params& params = loaded.params;
  services::RequestedWithdrawals requested = services::read_withdrawals(ports.layer2(), params);
  if (id >= requested.final.size() + requested.immature.size())
    throw input_error("withdrawal.unknown", fmt::format("the layer 2 has no withdrawal {}", id));
  if (id >= requested.final.size())
    throw not_ready("withdrawal.immature", fmt::format("withdrawal {} is not final on the layer 2", id));
  const Withdrawal& withdrawal = requested.final[id];
  if (withdrawal.deposit != loaded.program().constants().deposit)
    throw refused("withdrawal.deposit",
                  fmt::format("withdrawal {} is assigned to the deposit {}, not to this graph's", id,
                              withdrawal.deposit.text()));
  if (withdrawal.amount != loaded.graph().rules().withdrawal_amount() ||
      withdrawal.script.size() > optimistic::ClaimProgram::max_script)
    throw refused("withdrawal.shape",
                  fmt::format("withdrawal {} cannot be claimed: its amount or script does not fit", id));
  return withdrawal;
}

/// Throws unless the operator could still take the deposit for a payout sent now.
void require_claimable(const services::LoadedGraph& loaded, const services::GraphStatus& status) {
  if (status.refund) throw refused("deposit.refunded", "the deposit went back to its depositor");
  if (status.taken) throw refused("deposit.taken", "the deposit is taken already");
  if (status.kickoff) throw refused("kickoff.made", "this graph's kickoff was sent already");
  if (status.stake_return) throw refused("stake.spent", "the stake is spent");
  if (status.depth(status.lock) < loaded.params.deposit_confirmations)
    throw not_ready("lock.unconfirmed",
                    fmt::format("the lock is {}; it needs {} confirmations",
                                services::place_text(status.lock), loaded.params.deposit_confirmations));
  if (!status.stake_height) throw not_ready("stake.unconfirmed", "the stake is in no block yet");
}

/// Throws Error `deposit.claimed` (exit 7) when a rival's kickoff claims the deposit and has not been
/// defeated.
void require_no_rival(const services::GraphStatus& rival, const services::LoadedGraph& loaded) {
  bool lost = rival.end && rival.end->height &&
              (rival.ending == services::GraphEnding::disprove ||
               rival.ending == services::GraphEnding::assert_timeout);
  if (rival.kickoff && !lost)
    throw refused("deposit.claimed", fmt::format("the operator {} claims the deposit: its kickoff is {}",
                                                 to_hex(loaded.graph().inputs().operator_key),
                                                 services::place_text(rival.kickoff)));
}

/// A transaction that already pays a withdrawal, confirmed or in the mempool; `own` when this operator made
/// it.
struct Payer {
  Txid txid;
  bool own = false;
  bool confirmed = false;
  Transaction tx;
};

/// The payer of a withdrawal; nullopt when there is none. In the mempool another operator's comes first.
std::optional<Payer> find_payer(Ports& ports, const services::LoadedGraph& loaded,
                                const Withdrawal& withdrawal) {
  const bridge::Magic& magic = loaded.params.magic;
  const bitcoin::TxOut paid{withdrawal.amount, withdrawal.script};
  auto payer_of = [&](const Transaction& tx, const Txid& txid, bool confirmed) -> std::optional<Payer> {
    auto record = bridge::operator_payout_record(magic, tx);
    if (!record || record->id != withdrawal.id || tx.outputs.at(1) != paid) return std::nullopt;
    return Payer{txid, record->operator_tag == loaded.program().constants().operator_tag, confirmed, tx};
  };
  for (const services::OperatorPayout& payout :
       services::operator_payouts(ports, loaded.params, withdrawal.id))
    if (auto payer = payer_of(payout.tx, payout.txid, true)) return payer;
  std::optional<Payer> own;
  for (const auto& tx : ports.node().transactions(ports.node().mempool())) {
    if (!tx) continue;
    auto payer = payer_of(*tx, tx->txid(), false);
    if (payer && !payer->own) return payer;
    if (payer) own = payer;
  }
  return own;
}

/// The payout that an earlier run planned or sent and has not given up; nullopt when there is none.
std::optional<Intent> find_intent(Ports& ports, const services::LoadedGraph& loaded, std::uint32_t id) {
  std::optional<Intent> out;
  for (Intent& intent :
       store::IntentStore(ports.database()).by_key(services::withdrawal_key(loaded.params, id)))
    if (!store::is_given_up(intent.state)) out = std::move(intent);
  return out;
}

/// A payout to replace, with its fee.
struct Replaced {
  Txid txid;
  Sat fee;
};

/// The present payout as one to replace, when `rate` gives a higher fee than it pays; otherwise nullopt.
std::optional<Replaced> to_replace(Ports& ports, const Transaction& known,
                                   const std::optional<Intent>& intent, FeeRate rate) {
  Txid txid = known.txid();
  std::optional<Sat> fee;
  auto planned = intent ? services::IntentDetails::of(*intent).psbt : std::nullopt;
  if (auto entry = ports.node().mempool_entry(txid))
    fee = entry->fee;
  else if (planned)
    fee = bridge::PsbtDocument::parse(*planned).psbt.fee();
  if (!fee || rate.fee(known.vsize()) <= *fee) return std::nullopt;
  return Replaced{txid, *fee};
}

/// Makes, guards and signs the payout of one withdrawal. All payouts that it signs for one withdrawal spend
/// the same coin, so only one of them can confirm.
class PayoutMaker {
 public:
  PayoutMaker(Ports& ports, const services::LoadedGraph& loaded, const crypto::SecretKey& key,
              const Withdrawal& withdrawal)
      : ports_(ports),
        loaded_(loaded),
        key_(key),
        withdrawal_(withdrawal),
        contract_(evm::format_address(loaded.params.layer2.contract)) {}

  /// With `keep` the payout may leave this process, so it is recorded on disk before it is signed.
  bridge::TransactionDocument make(FeeRate rate, const std::optional<Replaced>& replaced, bool keep) {
    services::FeeRequest request;
    if (replaced) request.replaced = replaced->fee;
    request.base.tx.outputs = optimistic::payout_outputs(
        loaded_.params.magic, loaded_.program().constants().operator_tag, withdrawal_);
    auto change = services::wallet_script(key_.public_key());
    services::FeeCoinPlan plan = services::add_fee_coin(request, coins(), change, rate, loaded_.params);
    bridge::PsbtDocument document{plan.psbt,
                                  {.kind = bridge::TransactionKind::payout,
                                   .fee = plan.fee,
                                   .vsize = plan.vsize,
                                   .withdrawals = {withdrawal_.id}},
                                  std::nullopt,
                                  std::nullopt};
    Txid txid = plan.psbt.tx.txid();
    if (keep) {
      store::PayoutGuard(ports_.database()).guard(contract_, withdrawal_.id, txid, {plan.coin.outpoint});
      services::Sender(ports_, loaded_.params)
          .plan(document, replaced ? std::optional(replaced->txid) : std::nullopt);
    }
    return sign(std::move(document));
  }

  /// Signs a planned payout. Throws Error `payout.key` (exit 7) when its coin is not this key's.
  bridge::TransactionDocument sign(bridge::PsbtDocument document) {
    if (services::sign_with(key_, document.psbt) != 1)
      throw refused("payout.key", "the planned payout spends a coin that is not this key's");
    document.psbt.finalize();
    return {document.psbt.extract(), document.notes};
  }

 private:
  /// The coin that an earlier payout of this withdrawal spends; all free coins when none was signed.
  std::vector<net::Coin> coins() {
    store::PayoutGuard guard(ports_.database());
    if (guard.signed_for(contract_, withdrawal_.id).empty())
      return services::free_wallet_coins(ports_, key_.public_key());
    for (const bitcoin::OutPoint& outpoint : guard.common_inputs(contract_, withdrawal_.id))
      if (auto coin = ports_.node().coin(outpoint, false)) return {*coin};
    throw refused("withdrawal.signed",
                  fmt::format("a payout of withdrawal {} was signed before, and its coin is spent or in no "
                              "block",
                              withdrawal_.id))
        .hint("a second payout, from another coin, could confirm beside the first");
  }

  Ports& ports_;
  const services::LoadedGraph& loaded_;
  const crypto::SecretKey& key_;
  const Withdrawal& withdrawal_;
  std::string contract_;
};

bridge::TransactionNotes payout_notes(std::uint32_t id) {
  return {.kind = bridge::TransactionKind::payout, .fee = {}, .vsize = {}, .withdrawals = {id}};
}

/// `peg-out payout`: the operator pays the withdrawal that is assigned to a graph's deposit with its own
/// coin.
class PayWithdrawal : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  std::vector<std::string> rivals_;
  std::int64_t id_ = 0;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace

void PayWithdrawal::options(Options& options) {
  graph_.declare(options);
  options.files(rivals_, "--rival",
                "graph of another operator for this deposit; exit 7 when its kickoff claims the deposit");
  options.integer(id_, "--id", "N", "the withdrawal's number", 0, UINT32_MAX, Need::required);
  options.flag(broadcast_, "--broadcast", "send it instead of printing it");
  fee_rate_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
  options.key();
  options.money();
}

Exit PayWithdrawal::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  loaded.document.signed_graph();
  crypto::SecretKey key = services::load_operator_key(ports, loaded.graph());
  auto id = static_cast<std::uint32_t>(id_);
  Withdrawal withdrawal = find_withdrawal(ports, loaded, id);

  services::SpendView view(ports, loaded.params);
  services::follow_graph(view, loaded.graph());
  std::vector<services::LoadedGraph> rivals;
  for (const std::string& file : rivals_) {
    rivals.push_back(graph_.load_rival(ports, loaded, file));
    services::follow_graph(view, rivals.back().graph());
  }
  view.sync();
  services::Sender sender(ports, loaded.params);
  auto payer = find_payer(ports, loaded, withdrawal);
  if (payer && !payer->own)
    throw refused(payer->confirmed ? "withdrawal.paid" : "withdrawal.pending",
                  fmt::format("withdrawal {} is {} by another operator with {}", id,
                              payer->confirmed ? "paid" : "about to be paid", payer->txid.display()));
  auto intent = find_intent(ports, loaded, id);
  std::optional<Transaction> known;
  if (payer) known = payer->tx;
  if (!known && intent) known = Transaction::parse(intent->raw);
  if (!payer || !payer->confirmed) {
    require_claimable(loaded, services::graph_status(view, loaded.graph()));
    require_no_unstake(ports, loaded.graph());
    for (const services::LoadedGraph& rival : rivals)
      require_no_rival(services::graph_status(view, rival.graph()), rival);
  }

  PayoutMaker maker(ports, loaded, key, withdrawal);
  bool keep = !broadcast_ || !ports.dry_run();
  std::optional<bridge::TransactionDocument> made;
  std::optional<Replaced> replaced;
  if (known && fee_rate_.given() && !(payer && payer->confirmed))
    replaced = to_replace(ports, *known, intent, fee_rate_.choose(ports, loaded.params));
  if (!known || replaced) {
    made = maker.make(fee_rate_.choose(ports, loaded.params), replaced, keep);
  } else {
    auto planned = intent ? services::IntentDetails::of(*intent).psbt : std::nullopt;
    made = known->has_witness() || !planned ? bridge::TransactionDocument{*known, payout_notes(id)}
                                            : maker.sign(bridge::PsbtDocument::parse(*planned));
  }
  if (!broadcast_) {
    ports.print(made->to_json());
    return Exit::ok;
  }
  ports.print(services::sent_document(sender.send(made->tx, made->notes), made->notes));
  return Exit::ok;
}

std::unique_ptr<Command> payout_command() {
  return std::make_unique<PayWithdrawal>();
}

}  // namespace pegkit::app::peg_out
