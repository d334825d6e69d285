#include <string>

#include "app/fee_rate_option.hpp"
#include "app/ots_options.hpp"
#include "app/peg_out/commands.hpp"
#include "app/peg_out/funded_deposit.hpp"
#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph_program.hpp"
#include "optimistic/ots_keys.hpp"
#include "services/key.hpp"
#include "services/send/sender.hpp"
#include "services/send/wallet.hpp"

namespace pegkit::app::peg_out {
namespace {

/// The stake's address, amount and deposit, for the user and for `graph`.
Json stake_fields(const bridge::Params& params, const bitcoin::TxOut& output,
                  const bitcoin::OutPoint& deposit) {
  return {{"address", bitcoin::script_address(output.script_pubkey, params.chain).value()},
          {"amount_sat", output.value.value()},
          {"deposit", deposit.text()}};
}

bridge::TransactionDocument make_transaction(Ports& ports, const bridge::Params& params,
                                             const crypto::SecretKey& key, const bitcoin::TxOut& output,
                                             FeeRate rate) {
  auto scripts = services::wallet_scripts(key.public_key());
  services::FundingPlan plan =
      services::fund(services::spendable_coins(ports.node(), scripts), {output}, scripts[0], rate, params);
  services::sign_with(key, plan.psbt);
  plan.psbt.finalize();
  return {plan.psbt.extract(),
          {.kind = bridge::TransactionKind::stake, .fee = plan.fee, .vsize = plan.vsize, .withdrawals = {}}};
}

/// `peg-out stake`: makes the transaction that pays an operator's stake for one deposit from its wallet
/// coins.
class MakeStake : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-";
  OperatorSetOption operator_set_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace

void MakeStake::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit document (default: stdin)");
  operator_set_.declare(options);
  options.flag(broadcast_, "--broadcast",
               "send it instead of printing it; one that was sent before is not sent twice");
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
    document = {
        *known,
        {.kind = bridge::TransactionKind::stake, .fee = {}, .vsize = known->vsize(), .withdrawals = {}}};
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

std::unique_ptr<Command> stake_command() {
  return std::make_unique<MakeStake>();
}

}  // namespace pegkit::app::peg_out
