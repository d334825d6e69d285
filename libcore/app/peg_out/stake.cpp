#include "app/peg_out/stake.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bridge/psbt_document.hpp"
#include "optimistic/graph_program.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/send/sender.hpp"
#include "services/send/wallet.hpp"

namespace pegkit::app {
namespace {

constexpr const char* stake_kind = "stake";

bridge::Params read_params(Ports& ports, const std::string& file) {
  bridge::Params params = bridge::Params::parse(services::read_json(ports, file));
  params.require_chain(ports.chain());
  params.require_challenge();
  return params;
}

/// What the stake is for people and for `graph`.
Json stake_fields(const bridge::Params& params, const bitcoin::TxOut& output,
                  const bitcoin::OutPoint& deposit) {
  return {{"address", bitcoin::script_address(output.script_pubkey, params.chain).value()},
          {"amount_sat", output.value.value()},
          {"deposit", deposit.text()}};
}

std::uint32_t place_of(const bitcoin::Transaction& tx, const bitcoin::TxOut& output) {
  auto found = std::ranges::find(tx.outputs, output);
  if (found == tx.outputs.end())
    throw input_error("graph.stake",
                      "this transaction has no output that is the stake of this operator's keys")
        .field("stake_tx");
  return static_cast<std::uint32_t>(found - tx.outputs.begin());
}

bridge::TransactionDocument make_transaction(Ports& ports, const bridge::Params& params,
                                             const crypto::SecretKey& key, const bitcoin::TxOut& output,
                                             FeeRate rate) {
  auto scripts = services::wallet_scripts(key.public_key());
  services::FundingPlan plan =
      services::fund(services::spendable_coins(ports.node(), scripts), {output}, scripts[0], rate, params);
  services::sign_with(key, plan.psbt);
  plan.psbt.finalize();
  return {plan.psbt.extract(), {.kind = stake_kind, .fee = plan.fee, .vsize = plan.vsize, .withdrawals = {}}};
}

}  // namespace

FundedDeposit read_funded_deposit(Ports& ports, const std::string& file) {
  auto deposit = bridge::Deposit::parse(services::read_json(ports, file));
  if (!deposit.funding)
    throw not_ready("deposit.unfunded", "the deposit document names no outpoint: it is not funded yet")
        .hint("the document that `peg-in build` or `peg-in prove` prints in `deposit` names it");
  bitcoin::OutPoint outpoint = deposit.funding->outpoint;
  return {std::move(deposit), outpoint};
}

std::optional<bitcoin::Transaction> known_stake(Ports& ports, const bitcoin::TxOut& output) {
  for (const store::Intent& intent : store::IntentStore(ports.database()).list(stake_kind)) {
    if (intent.state == store::IntentState::replaced || intent.state == store::IntentState::abandoned)
      continue;
    auto tx = bitcoin::Transaction::parse(intent.raw);
    if (std::ranges::count(tx.outputs, output)) return tx;
  }
  return std::nullopt;
}

void MakeStake::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit that the stake stands for (default: stdin)");
  operator_set_.declare(options);
  options.flag(broadcast_, "--broadcast",
               "send it instead of printing it; sent before: say so and send nothing new");
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.key();
  options.money();
}

Exit MakeStake::run(Ports& ports) {
  bridge::Params params = read_params(ports, params_);
  FundedDeposit deposit = read_funded_deposit(ports, deposit_);
  crypto::SecretKey key = services::load_key(ports);
  crypto::XOnlyKey operator_key = crypto::xonly(key.public_key());
  optimistic::OtsKeySet set = operator_set_.load(ports, params, deposit.outpoint, key);
  bitcoin::TxOut output{params.challenge->bond,
                        optimistic::stake_script(params, deposit.outpoint, operator_key, set)};
  Json fields = stake_fields(params, output, deposit.outpoint);
  if (ports.dry_run() && !broadcast_) {
    Json out = new_document("stake");
    out.update(fields);
    ports.print(out);
    return Exit::ok;
  }
  bridge::TransactionDocument document;
  if (auto known = known_stake(ports, output); known && broadcast_)
    document = {*known, {.kind = stake_kind, .fee = {}, .vsize = known->vsize(), .withdrawals = {}}};
  else
    document = make_transaction(ports, params, key, output, fee_rate_.choose(ports, params));
  fields["tx"] = to_hex(document.tx.serialize_stripped());
  fields["outpoint"] = bitcoin::OutPoint{document.tx.txid(), place_of(document.tx, output)}.text();
  Json out = broadcast_
                 ? services::sent_document(services::Sender(ports, params).send(document.tx, document.notes),
                                           document.notes)
                 : document.to_json();
  out["stake"] = std::move(fields);
  ports.print(out);
  return Exit::ok;
}

void MakeGraph::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit (default: stdin)");
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's set of one-time keys", Need::required);
  operator_set_.declare(options);
  options.file(stake_, "--stake", "the stake's transaction, a document (default: the one made here)");
  options.datadir();
  options.key();
}

Exit MakeGraph::run(Ports& ports) {
  bridge::Params params = read_params(ports, params_);
  FundedDeposit deposit = read_funded_deposit(ports, deposit_);
  crypto::SecretKey key = services::load_key(ports);
  crypto::XOnlyKey operator_key = crypto::xonly(key.public_key());
  optimistic::OtsKeySet set = operator_set_.load(ports, params, deposit.outpoint, key);
  bitcoin::TxOut output{params.challenge->bond,
                        optimistic::stake_script(params, deposit.outpoint, operator_key, set)};
  std::optional<bitcoin::Transaction> stake;
  if (stake_.empty())
    stake = known_stake(ports, output);
  else
    stake = bridge::TransactionDocument::parse(services::read_json(ports, stake_)).tx;
  if (!stake)
    throw not_ready("stake.unknown", "this data directory has made no stake for this deposit")
        .hint("peg-out stake --broadcast, or --stake transaction.json");
  std::uint32_t vout = place_of(*stake, output);
  auto claim = std::make_shared<optimistic::ProgramClaim>(
      optimistic::GraphSubject{params, deposit.deposit, operator_key}, std::move(set),
      optimistic::OtsKeySet::parse(services::read_json(ports, sequencer_keys_)));
  optimistic::GraphDocument out(optimistic::Graph::build(
      {params, deposit.deposit, operator_key, std::move(*stake), vout, std::move(claim)}));
  out.challenge =
      crypto::schnorr_sign(key, optimistic::challenge_message(out.graph), crypto::random_array<32>());
  ports.print(out.to_json());
  return Exit::ok;
}

}  // namespace pegkit::app
