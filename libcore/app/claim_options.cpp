#include "app/claim_options.hpp"

#include "app/input.hpp"

namespace pegkit::app {

void ClaimOptions::declare(Options& options) {
  options.file(params_, "--params", "the bridge's parameters, with its challenge", Need::required);
  options.text(deposit_, "--deposit", "TXID:VOUT", "the deposit that is claimed");
  options.text(operator_, "--operator", "HEX", "the operator's x-only key");
}

bridge::ClaimProgram ClaimOptions::program(Ports& ports) const {
  auto params = bridge::Params::parse(read_json(ports, params_));
  bitcoin::OutPoint deposit;
  if (!deposit_.empty()) deposit = bitcoin::OutPoint::parse(deposit_);
  bridge::ClaimConstants constants =
      bridge::ClaimConstants::of(params, deposit, operator_.empty() ? crypto::XOnlyKey{} : operator_key());
  if (operator_.empty()) constants.operator_tag = {};
  return bridge::ClaimProgram(constants);
}

crypto::XOnlyKey ClaimOptions::operator_key() const {
  return crypto::parse_xonly_key(from_hex(operator_));
}

}  // namespace pegkit::app
