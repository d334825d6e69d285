#include "app/peg_in/commands.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "app/peg_in/deposit_coin.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/policy.hpp"
#include "bridge/deposit.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/public_key.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/send/sender.hpp"
#include "services/send/wallet.hpp"

namespace pegkit::app {
namespace {

bridge::Params read_params(Ports& ports, const std::string& path) {
  bridge::Params params = bridge::Params::parse(services::read_json(ports, path));
  params.require_chain(ports.chain());
  return params;
}

std::uint32_t output_index(const bitcoin::Transaction& tx, const bitcoin::TxOut& output) {
  return static_cast<std::uint32_t>(std::ranges::find(tx.outputs, output) - tx.outputs.begin());
}

/// The deposit transaction with this output that an earlier run sent or meant to send; so a run that was
/// killed and started again does not deposit twice.
std::optional<bridge::TransactionDocument> sent_before(Ports& ports, const bitcoin::TxOut& output) {
  for (const store::Intent& intent : store::IntentStore(ports.database()).list("deposit")) {
    if (intent.state == store::IntentState::replaced || intent.state == store::IntentState::abandoned)
      continue;
    auto tx = bitcoin::Transaction::parse(intent.raw);
    if (!std::ranges::count(tx.outputs, output)) continue;
    return bridge::TransactionDocument{
        tx, {.kind = "deposit", .fee = {}, .vsize = tx.vsize(), .withdrawals = {}}};
  }
  return std::nullopt;
}

/// Prints a signed transaction, or sends it and prints what became of it.
Exit finish(Ports& ports, const bridge::Params& params, const bridge::TransactionDocument& document,
            Json more, bool broadcast) {
  Json out;
  if (broadcast)
    out = services::sent_document(services::Sender(ports, params).send(document.tx, document.notes),
                                  document.notes);
  else
    out = document.to_json();
  out.update(more);
  ports.print(out);
  return Exit::ok;
}

}  // namespace

void DepositAddress::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(custody_, "--custody", "the custody that receives the deposit", Need::required);
  options.text(recipient_, "--recipient", "ADDRESS", "who gets the coins on the layer 2", Need::required);
  options.text(refund_key_, "--refund-key", "HEX", "the depositor's public key, for the way back",
               Need::required);
  options.chain();
}

Exit DepositAddress::run(Ports& ports) {
  bridge::Params params = read_params(ports, params_);
  auto custody = bridge::Custody::parse(services::read_json(ports, custody_));
  auto deposit = bridge::Deposit::make(custody, evm::parse_address(recipient_),
                                       bridge::parse_refund_key(refund_key_), params.refund_blocks);
  ports.print(deposit.to_json(params.chain));
  return Exit::ok;
}

void BuildDeposit::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit document (default: stdin)");
  options.integer(amount_, "--amount", "SAT", "satoshis to deposit", 1, max_money.value(), Need::required);
  options.texts(from_, "--from", "ADDRESS", "pay with coins of this address and print a PSBT for its wallet");
  options.text(change_, "--change", "ADDRESS", "where the rest goes (default: the first address that pays)");
  options.flag(broadcast_, "--broadcast",
               "send it instead of printing it; sent before: say so and send nothing new");
  options.flag(again_, "--again", "with --broadcast: one more deposit of this amount to this address");
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.key();
  options.money();
}

Exit BuildDeposit::run(Ports& ports) {
  if (broadcast_ && !from_.empty())
    throw usage_error("--from makes an unsigned PSBT, which cannot be broadcast");
  bridge::Params params = read_params(ports, params_);
  auto deposit = bridge::Deposit::parse(services::read_json(ports, deposit_));
  bitcoin::TxOut output{Sat(amount_), deposit.script_pubkey()};
  if (output.value < bitcoin::dust_threshold(output))
    throw input_error("amount.dust", fmt::format("{} sat is dust", amount_));

  if (broadcast_ && !again_) {
    if (auto earlier = sent_before(ports, output)) {
      deposit.funding = {{earlier->tx.txid(), output_index(earlier->tx, output)}, output.value};
      return finish(ports, params, *earlier, {{"deposit", deposit.to_json(params.chain)}}, true);
    }
  }
  std::optional<crypto::SecretKey> key;
  std::vector<bitcoin::Script> scripts;
  if (from_.empty()) {
    key = services::load_key(ports);
    scripts = services::wallet_scripts(key->public_key());
  }
  for (const std::string& address : from_) scripts.push_back(bitcoin::parse_address(address, params.chain));
  auto change = change_.empty() ? scripts[0] : bitcoin::parse_address(change_, params.chain);
  services::FundingPlan plan = services::fund(services::spendable_coins(ports.node(), scripts), {output},
                                              change, fee_rate_.choose(ports, params), params);

  bridge::TransactionNotes notes{.kind = "deposit", .fee = plan.fee, .vsize = plan.vsize, .withdrawals = {}};
  deposit.funding = {{plan.psbt.tx.txid(), 0}, output.value};
  Json more{{"deposit", deposit.to_json(params.chain)}};
  if (!key) {
    Json out = bridge::PsbtDocument{plan.psbt, notes, std::nullopt, std::nullopt}.to_json();
    out.update(more);
    ports.print(out);
    return Exit::ok;
  }
  services::sign_with(*key, plan.psbt);
  plan.psbt.finalize();
  return finish(ports, params, {plan.psbt.extract(), notes}, more, broadcast_);
}

void RefundDeposit::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit document (default: stdin)");
  options.text(outpoint_, "--outpoint", "TXID:VOUT", "which coin, where the address has several");
  options.text(to_, "--to", "ADDRESS", "where the coins go", Need::required);
  options.flag(broadcast_, "--broadcast", "send it instead of printing it");
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.key();
  options.money();
}

Exit RefundDeposit::run(Ports& ports) {
  bridge::Params params = read_params(ports, params_);
  auto deposit = bridge::Deposit::parse(services::read_json(ports, deposit_));
  bitcoin::Script to = bitcoin::parse_address(to_, params.chain);
  crypto::SecretKey key = services::load_key(ports);
  if (crypto::xonly(key.public_key()) != deposit.refund_key())
    throw input_error("key.mismatch", "this key is not the deposit's refund key");
  net::Coin coin = find_deposit_coin(ports.node(), deposit, outpoint_);
  // A coin of height h can be spent by the next block when its depth there is the timelock.
  std::uint32_t depth = ports.node().block_count() + 1 - coin.height;
  if (depth < deposit.refund_blocks())
    throw not_ready("refund.locked",
                    fmt::format("the refund opens in {} blocks", deposit.refund_blocks() - depth));

  deposit.funding = {coin.outpoint, coin.output.value};
  bitcoin::Psbt psbt = plan_refund(deposit, to, fee_rate_.choose(ports, params), params);
  Sat fee = psbt.fee();
  services::sign_with(key, psbt);
  psbt.finalize();
  bitcoin::Transaction tx = psbt.extract();
  bridge::TransactionNotes notes{.kind = "refund", .fee = fee, .vsize = tx.vsize(), .withdrawals = {}};
  return finish(ports, params, {tx, notes}, Json::object(), broadcast_);
}

}  // namespace pegkit::app
