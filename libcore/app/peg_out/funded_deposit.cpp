#include "app/peg_out/funded_deposit.hpp"

#include "bridge/params.hpp"
#include "services/input.hpp"
#include "services/send/intents.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::peg_out {

FundedDeposit read_funded_deposit(Ports& ports, const std::string& file) {
  auto deposit = bridge::Deposit::parse(services::read_json(ports, file));
  if (!deposit.funding)
    throw not_ready("deposit.unfunded", "the deposit document names no outpoint: it is not funded yet")
        .hint("the document that `peg-in build` or `peg-in prove` prints in `deposit` names it");
  bitcoin::OutPoint outpoint = deposit.funding->outpoint;
  return {std::move(deposit), outpoint};
}

std::optional<bitcoin::Transaction> known_stake(Ports& ports, const bitcoin::TxOut& output) {
  for (const store::Intent& intent : services::intents_of(ports.database(), bridge::TransactionKind::stake)) {
    if (store::is_given_up(intent.state)) continue;
    auto tx = bitcoin::Transaction::parse(intent.raw);
    if (std::ranges::count(tx.outputs, output)) return tx;
  }
  return std::nullopt;
}

bridge::Params read_params(Ports& ports, const std::string& file) {
  bridge::Params params = bridge::Params::parse(services::read_json(ports, file));
  params.require_chain(ports.chain());
  params.require_challenge();
  return params;
}

std::uint32_t place_of(const bitcoin::Transaction& tx, const bitcoin::TxOut& output) {
  auto found = std::ranges::find(tx.outputs, output);
  if (found == tx.outputs.end())
    throw input_error(
        "graph.stake",
        "this transaction has no output with the amount and script of the stake for this operator's keys")
        .field("stake_tx");
  return static_cast<std::uint32_t>(found - tx.outputs.begin());
}

}  // namespace pegkit::app::peg_out
