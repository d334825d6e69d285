#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <vector>

#include "app/fee_rate_option.hpp"
#include "app/peg_in/commands.hpp"
#include "app/peg_in/wallet_transaction.hpp"
#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/policy.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keys.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/send/intents.hpp"
#include "services/send/wallet.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::peg_in {
namespace {

std::uint32_t output_index(const bitcoin::Transaction& tx, const bitcoin::TxOut& output) {
  return static_cast<std::uint32_t>(std::ranges::find(tx.outputs, output) - tx.outputs.begin());
}

/// The deposit transaction with this output that an earlier run sent or recorded to send. With it a run that
/// was killed and started again does not deposit twice.
std::optional<bridge::TransactionDocument> sent_before(Ports& ports, const bitcoin::TxOut& output) {
  for (const store::Intent& intent :
       services::intents_of(ports.database(), bridge::TransactionKind::deposit)) {
    if (store::is_given_up(intent.state)) continue;
    auto tx = bitcoin::Transaction::parse(intent.raw);
    if (!std::ranges::count(tx.outputs, output)) continue;
    return bridge::TransactionDocument{
        tx, {.kind = bridge::TransactionKind::deposit, .fee = {}, .vsize = tx.vsize(), .withdrawals = {}}};
  }
  return std::nullopt;
}

/// `peg-in build`: makes the transaction that funds a deposit, signed with a key file or as a PSBT that
/// spends coins of given addresses.
class BuildDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-", change_;
  std::int64_t amount_ = 0;
  std::vector<std::string> from_;
  bool broadcast_ = false, again_ = false;
  FeeRateOption fee_rate_;
};

}  // namespace

void BuildDeposit::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit document (default: stdin)");
  options.integer(amount_, "--amount", "SAT", "satoshis to deposit", 1, max_money.value(), Need::required);
  options.texts(from_, "--from", "ADDRESS", "pay with coins of this address: prints a PSBT for its wallet");
  options.text(change_, "--change", "ADDRESS",
               "where the change goes (default: the first address that pays)");
  options.flag(broadcast_, "--broadcast",
               "send it instead of printing it; one that was sent before is not sent twice");
  options.flag(again_, "--again", "with --broadcast: make one more deposit of this amount to this address");
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

  bridge::TransactionNotes notes{
      .kind = bridge::TransactionKind::deposit, .fee = plan.fee, .vsize = plan.vsize, .withdrawals = {}};
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

std::unique_ptr<Command> build_command() {
  return std::make_unique<BuildDeposit>();
}

}  // namespace pegkit::app::peg_in
