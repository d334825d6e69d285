#include "bridge/mint.hpp"

#include <fmt/core.h>
#include <optional>
#include <string>

#include "app/peg_in/commands.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "evm/address.hpp"
#include "net/layer2.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/layer2/contract_call.hpp"
#include "services/layer2/minted.hpp"

namespace pegkit::app::peg_in {
namespace {

/// `peg-in mint`: sends a signed `pegkit/mint` to the layer 2.
class MintDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-", custody_;
  std::int64_t wait_ = 60;
};

}  // namespace

void MintDeposit::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.argument(input_, "FILE", "the signed mint document (default: stdin)");
  options.file(custody_, "--custody", "check the signature against this custody before anything is sent");
  options.integer(wait_, "--wait", "SECONDS", "how long to wait for the layer-2 block (default: 60)", 0,
                  86400);
  options.chain();
  options.layer2();
  options.key();
  options.money();
}

Exit MintDeposit::run(Ports& ports) {
  bridge::Params params = bridge::Params::parse(services::read_json(ports, params_));
  params.require_chain(ports.chain());
  auto mint = bridge::Mint::parse(services::read_json(ports, input_));
  std::optional<bridge::Custody> custody;
  if (!custody_.empty()) custody = bridge::Custody::parse(services::read_json(ports, custody_));
  if (mint.chain_id != params.layer2.chain_id || mint.contract != params.layer2.contract)
    throw refused("mint.contract", "the mint is for another layer 2 or contract than the parameters");
  Bytes calldata = mint.calldata(params);
  if (custody && !mint.signature->verify(*custody, mint.message()))
    throw input_error("mint.signature", "the signature is not this custody's");

  Json out = new_document("minted");
  out["outpoint"] = mint.outpoint.text();
  out["recipient"] = evm::format_address(mint.recipient);
  out["amount_sat"] = mint.amount.value();
  net::Layer2& layer2 = ports.layer2();
  if (services::is_minted(layer2, params, mint.outpoint)) {
    out["already"] = true;
    ports.print(out);
    return Exit::ok;
  }
  if (ports.dry_run()) {
    out["dry_run"] = true;
    ports.print(out);
    return Exit::ok;
  }
  if (!ports.confirm(
          fmt::format("Mint {} sat to {}?", mint.amount.value(), evm::format_address(mint.recipient))))
    throw Error(Exit::no, "confirm.no", "not sent");
  crypto::SecretKey key = services::load_key(ports);
  services::Layer2Sent sent;
  try {
    sent = services::send_call(ports, key, {mint.chain_id, mint.contract, calldata, {}}, wait_);
  } catch (const Error&) {
    // Another relayer may have been faster.
    if (!services::is_minted(layer2, params, mint.outpoint)) throw;
    out["already"] = true;
    ports.print(out);
    return Exit::ok;
  }
  if (!services::is_minted(layer2, params, mint.outpoint))
    throw unreachable("l2.garbage",
                      "the layer 2 reports success, but the contract shows no mint of this deposit");
  out["l2_tx"] = "0x" + to_hex(sent.hash);
  out["l2_block"] = sent.receipt.block;
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> mint_command() {
  return std::make_unique<MintDeposit>();
}

}  // namespace pegkit::app::peg_in
