#include "app/peg_out/unstake.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/peg_out/commands.hpp"
#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/policy.hpp"
#include "bitcoin/psbt.hpp"
#include "bitcoin/transaction.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/claim_signer.hpp"
#include "services/graph/graph_status.hpp"
#include "services/send/intents.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/sender.hpp"
#include "store/claim_store.hpp"

namespace pegkit::app::peg_out {
namespace {

using bitcoin::Psbt;
using bitcoin::Transaction;
using bridge::PsbtDocument;
using bridge::TransactionKind;
using optimistic::Graph;
using store::Intent;

constexpr std::size_t signature_bytes = 64;

/// Throws Error `kickoff.made` or `kickoff.signed` (exit 7) when a claim uses the stake or could use it.
void require_unused(Ports& ports, const services::LoadedGraph& loaded, const services::GraphStatus& status) {
  if (status.kickoff)
    throw refused("kickoff.made", "this graph's kickoff is " + services::place_text(status.kickoff));
  bool claimed = store::ClaimStore(ports.database()).find(loaded.graph().kickoff().tx.txid()).has_value();
  if (claimed || services::has_signed_values(ports, loaded))
    throw refused("kickoff.signed", "a kickoff of this stake was signed, and may be sent at any time");
}

/// Throws Error `stake.unconfirmed` or `stake.window` (exit 4) while the stake's timelock is not over.
void require_time(const services::GraphStatus& status) {
  if (!status.stake_height) throw not_ready("stake.unconfirmed", "the stake is in no block yet");
  std::uint32_t next = status.tip + 1, open = *status.stake_height + Graph::stake_blocks;
  if (open > next)
    throw not_ready("stake.window", fmt::format("the stake can be returned in {} {}", open - next,
                                                open - next == 1 ? "block" : "blocks"));
}

Sat fee_of(const Graph& graph, const Transaction& tx) {
  return graph.stake_output().value - tx.outputs.at(0).value;
}

PsbtDocument document_of(const Graph& graph, const Transaction& tx, std::int64_t vsize) {
  Psbt psbt = Psbt::from_transaction(tx);
  psbt.inputs[0].witness_utxo = graph.stake_output();
  return {std::move(psbt),
          {.kind = TransactionKind::unstake, .fee = fee_of(graph, tx), .vsize = vsize, .withdrawals = {}},
          std::nullopt,
          std::nullopt};
}

bridge::TransactionDocument sign(const Graph& graph, PsbtDocument document, const crypto::SecretKey& key) {
  Psbt& psbt = document.psbt;
  optimistic::GraphLeaf leaf = graph.stake_return_leaf();
  psbt.inputs[0].final_witness = leaf.witness({services::sign_leaf(psbt, leaf, key)});
  psbt.finalize();
  return {psbt.extract(), document.notes};
}

Transaction unsigned_of(const Intent& intent) {
  Transaction out = Transaction::parse(intent.raw);
  out.inputs.at(0).witness.clear();
  return out;
}

/// `peg-out unstake`: returns a stake that no claim uses to the operator. The graph need not be signed.
class ReturnStake : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  bridge::PsbtDocument plan(Ports& ports, const services::LoadedGraph& loaded,
                            const std::optional<store::Intent>& earlier) const;

  OneGraphOptions graph_;
  std::string to_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace

std::optional<Intent> open_unstake(Ports& ports, const Graph& graph) {
  std::optional<Intent> out;
  for (Intent& intent : store::IntentStore(ports.database()).by_key(services::coin_key(graph.stake())))
    if (services::kind_of(intent) == TransactionKind::unstake && !store::is_given_up(intent.state))
      out = std::move(intent);
  return out;
}

void require_no_unstake(Ports& ports, const Graph& graph) {
  if (auto intent = open_unstake(ports, graph))
    throw refused("stake.returns",
                  fmt::format("the transaction {} already returns the stake", intent->txid.display()))
        .hint("if it was never sent, give it up with peg-out drop");
}

void ReturnStake::options(Options& options) {
  graph_.declare(options);
  options.text(to_, "--to", "ADDRESS", "where the stake goes (default: the output of the operator's key)");
  options.flag(broadcast_, "--broadcast", "send it instead of printing it");
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.key();
  options.money();
}

/// The return that was made before; a replacement of it when the user gives a higher rate or another address.
PsbtDocument ReturnStake::plan(Ports& ports, const services::LoadedGraph& loaded,
                               const std::optional<Intent>& earlier) const {
  const Graph& graph = loaded.graph();
  const auto& params = loaded.params;
  optimistic::GraphTransaction made;
  made.tx.version = 2;
  made.add_input(graph.stake(), graph.stake_output(), Graph::stake_blocks);
  made.tx.outputs = {
      {graph.stake_output().value, to_.empty() ? optimistic::operator_script(graph.inputs().operator_key)
                                               : bitcoin::parse_address(to_, params.chain)}};
  Transaction sized = made.tx;
  sized.inputs[0].witness = graph.stake_return_leaf().witness({Bytes(signature_bytes)});
  std::int64_t vsize = sized.vsize();
  if (earlier && to_.empty() && !fee_rate_.given()) return document_of(graph, unsigned_of(*earlier), vsize);
  Sat fee = params.checked_fee_rate(fee_rate_.choose(ports, params)).fee(vsize);
  if (earlier) {
    Transaction before = unsigned_of(*earlier);
    bool same_place = to_.empty() || before.outputs.at(0).script_pubkey == made.tx.outputs[0].script_pubkey;
    if (same_place && fee <= fee_of(graph, before)) return document_of(graph, before, vsize);
    if (to_.empty()) made.tx.outputs[0].script_pubkey = before.outputs[0].script_pubkey;
    // A replacement pays for its own relay (BIP125, rule 4).
    fee = std::max(fee, fee_of(graph, before) + FeeRate::per_vb(1).fee(vsize));
  }
  params.check_fee(fee);
  made.tx.outputs[0].value = made.tx.outputs[0].value - fee;
  if (made.tx.outputs[0].value < bitcoin::dust_threshold(made.tx.outputs[0]))
    throw not_ready("funds.short", "the stake does not cover the fee of its return");
  return document_of(graph, made.tx, vsize);
}

Exit ReturnStake::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  const Graph& graph = loaded.graph();
  crypto::SecretKey key = services::load_operator_key(ports, graph);
  services::SpendView view(ports, loaded.params);
  services::follow_graph(view, graph);
  view.sync();
  services::GraphStatus status = services::graph_status(view, graph);
  require_unused(ports, loaded, status);

  services::Sender sender(ports, loaded.params);
  services::SendTerms terms;
  std::optional<bridge::TransactionDocument> home;
  if (status.stake_return && status.stake_return->height) {
    home = {status.stake_return->tx,
            {.kind = TransactionKind::unstake, .fee = {}, .vsize = {}, .withdrawals = {}}};
  } else {
    require_time(status);
    if (status.stake_return && !ports.dry_run())
      sender.adopt(status.stake_return->tx, TransactionKind::unstake);
    auto earlier = open_unstake(ports, graph);
    PsbtDocument planned = plan(ports, loaded, earlier);
    if (earlier && earlier->txid != planned.psbt.tx.txid()) terms.replaces = earlier->txid;
    if (!broadcast_ && !ports.dry_run()) sender.plan(planned, terms.replaces);
    home = sign(graph, std::move(planned), key);
  }
  ports.print(broadcast_ ? services::sent_document(sender.send(home->tx, home->notes, terms), home->notes)
                         : home->to_json());
  return Exit::ok;
}

std::unique_ptr<Command> unstake_command() {
  return std::make_unique<ReturnStake>();
}

}  // namespace pegkit::app::peg_out
