#include <fmt/core.h>
#include <string>

#include "app/fee_rate_option.hpp"
#include "app/peg_in/commands.hpp"
#include "app/peg_in/deposit_coin.hpp"
#include "app/peg_in/wallet_transaction.hpp"
#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keys.hpp"
#include "net/bitcoin_node.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/send/wallet.hpp"

namespace pegkit::app::peg_in {
namespace {

/// `peg-in refund`: takes a deposit back once its timelock is over.
class RefundDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-", outpoint_, to_;
  bool broadcast_ = false;
  FeeRateOption fee_rate_;
};

}  // namespace

void RefundDeposit::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit document (default: stdin)");
  options.text(outpoint_, "--outpoint", "TXID:VOUT", "the deposit's coin, when its address has several");
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
  // The next block can spend the coin when the coin's depth in that block reaches the timelock.
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
  bridge::TransactionNotes notes{
      .kind = bridge::TransactionKind::refund, .fee = fee, .vsize = tx.vsize(), .withdrawals = {}};
  return finish(ports, params, {tx, notes}, Json::object(), broadcast_);
}

std::unique_ptr<Command> refund_command() {
  return std::make_unique<RefundDeposit>();
}

}  // namespace pegkit::app::peg_in
