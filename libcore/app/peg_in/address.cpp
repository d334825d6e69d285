#include "evm/address.hpp"

#include <string>

#include "app/peg_in/commands.hpp"
#include "app/peg_in/wallet_transaction.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"
#include "bridge/public_key.hpp"
#include "services/input.hpp"

namespace pegkit::app::peg_in {
namespace {

/// `peg-in address`: prints a deposit address for one recipient, with a refund to the depositor.
class DepositAddress : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, recipient_, refund_key_;
};

}  // namespace

void DepositAddress::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(custody_, "--custody", "the custody that receives the deposit", Need::required);
  options.text(recipient_, "--recipient", "ADDRESS", "who gets the coins on the layer 2", Need::required);
  options.text(refund_key_, "--refund-key", "HEX", "the depositor's public key, for a refund",
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

std::unique_ptr<Command> address_command() {
  return std::make_unique<DepositAddress>();
}

}  // namespace pegkit::app::peg_in
