#include "app/claim_options.hpp"

#include "optimistic/graph_program.hpp"
#include "services/input.hpp"

namespace pegkit::app {

void ClaimOptions::declare(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.text(deposit_, "--deposit", "TXID:VOUT", "the deposit that is claimed");
  options.text(operator_, "--operator", "HEX", "the operator's x-only key");
}

bridge::Params ClaimOptions::params(Ports& ports) const {
  return bridge::Params::parse(services::read_json(ports, params_));
}

optimistic::ClaimProgram ClaimOptions::program(const bridge::Params& params) const {
  bitcoin::OutPoint deposit;
  if (!deposit_.empty()) deposit = bitcoin::OutPoint::parse(deposit_);
  optimistic::ClaimConstants constants =
      optimistic::claim_constants(params, deposit, operator_.empty() ? crypto::XOnlyKey{} : operator_key());
  if (operator_.empty()) constants.operator_tag = {};
  return optimistic::ClaimProgram(constants);
}

std::optional<ByteArray<32>> ClaimOptions::graph(const bridge::Params& params) const {
  if (deposit_.empty() || operator_.empty()) return std::nullopt;
  return optimistic::graph_id(params, bitcoin::OutPoint::parse(deposit_), operator_key());
}

crypto::XOnlyKey ClaimOptions::operator_key() const {
  return crypto::parse_xonly_key(from_hex(operator_));
}

}  // namespace pegkit::app
