#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>

#include "app/peg_out/commands.hpp"
#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/withdrawal.hpp"
#include "crypto/keys.hpp"
#include "evm/address.hpp"
#include "evm/word.hpp"
#include "net/layer2.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/layer2/contract_call.hpp"

namespace pegkit::app::peg_out {
namespace {

ByteArray<32> parse_hash(const std::string& text) {
  return from_hex_array<32>(text.starts_with("0x") ? std::string_view(text).substr(2) : text);
}

/// The block of a layer-2 transaction that succeeded. Throws Error `l2.pending` (exit 4) and `l2.reverted`
/// (exit 3).
std::uint64_t mined_block(Ports& ports, const ByteArray<32>& hash) {
  auto receipt = ports.layer2().receipt(hash);
  if (!receipt)
    throw not_ready("l2.pending",
                    fmt::format("layer-2 transaction 0x{} is not in a block yet", to_hex(hash)));
  if (!receipt->success)
    throw input_error("l2.reverted",
                      fmt::format("layer-2 transaction 0x{} was refused by the contract", to_hex(hash)));
  return receipt->block;
}

/// The withdrawal that a transaction of this block requested, read from the contract's event.
bridge::Withdrawal requested_by(Ports& ports, const bridge::Params& params, const ByteArray<32>& hash,
                                std::uint64_t block) {
  auto logs =
      ports.layer2().logs(params.layer2.contract, bridge::withdrawal_event_topic(params), block, block);
  auto log = std::ranges::find(logs, hash, &net::EvmLog::tx_hash);
  if (log == logs.end())
    throw input_error("withdrawal.event",
                      fmt::format("layer-2 transaction 0x{} requested no withdrawal", to_hex(hash)));
  bridge::Withdrawal out = bridge::parse_withdrawal_event(log->topics, log->data, params);
  out.l2_block = log->block;
  out.l2_tx = log->tx_hash;
  return out;
}

void print_request(Ports& ports, const bridge::Params& params, const ByteArray<32>& hash,
                   std::uint64_t block) {
  bridge::Withdrawal withdrawal = requested_by(ports, params, hash, block);
  std::uint64_t head = std::max(ports.layer2().block_number(), withdrawal.l2_block);
  Json out = bridge::withdrawal_document(withdrawal, params.chain);
  out["state"] = head - withdrawal.l2_block >= params.layer2.finality ? "requested" : "immature";
  ports.print(out);
}

/// Estimates the gas of the call, which fails when the contract would refuse it; sends nothing.
Json try_request(Ports& ports, const bridge::Params& params, const crypto::SecretKey& key,
                 const bridge::Withdrawal& wanted) {
  ports.layer2().require_chain_id(params.layer2.chain_id);
  std::uint64_t gas =
      ports.layer2().estimate_gas(evm::address_of(key.public_key()), params.layer2.contract,
                                  bridge::withdraw_calldata(wanted.script, params),
                                  evm::wei_from_sat(bridge::withdrawal_value(wanted.amount, params)));
  Json out = new_document("result");
  out["dry_run"] = true;
  out["amount_sat"] = wanted.amount.value();
  out["script"] = to_hex(wanted.script);
  out["gas"] = gas;
  return out;
}

/// `peg-out request`: a user of the layer 2 requests a withdrawal to a Bitcoin address.
class RequestWithdrawal : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  bridge::Withdrawal wanted(const bridge::Params& params) const;
  std::string params_, to_, tx_;
  std::optional<std::int64_t> amount_;
  std::int64_t wait_ = 60;
};

}  // namespace

void RequestWithdrawal::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.text(to_, "--to", "ADDRESS", "the Bitcoin address to pay");
  options.maybe_integer(
      amount_, "--amount", "SAT",
      "satoshis to pay (default in optimistic mode: the denomination less the operator's fee)",
      bridge::min_withdrawal.value(), max_money.value());
  options.text(tx_, "--tx", "HASH", "show an earlier request with this layer-2 transaction hash instead");
  options.integer(wait_, "--wait", "SECONDS", "how long to wait for the layer-2 block (default: 60)", 0,
                  86'400);
  options.datadir();
  options.layer2();
  options.key();
  options.money();
}

bridge::Withdrawal RequestWithdrawal::wanted(const bridge::Params& params) const {
  if (to_.empty()) throw usage_error("--to is needed");
  if (!amount_ && !params.challenge) throw usage_error("--amount is needed");
  bridge::Withdrawal out;
  out.amount = params.challenge ? params.challenge->withdrawal_amount() : Sat(*amount_);
  out.script = bitcoin::parse_address(to_, params.chain);
  if (amount_ && out.amount != Sat(*amount_))
    throw input_error("withdrawal.amount",
                      fmt::format("every withdrawal of this bridge pays {} sat", out.amount.value()));
  if (params.challenge && !bridge::is_address_script(out.script))
    throw input_error("withdrawal.unpayable",
                      "the withdrawal cannot be paid: nodes do not relay payments to this address");
  if (std::string reason = bridge::unpayable_reason(out); !reason.empty())
    throw input_error("withdrawal.unpayable", "the withdrawal cannot be paid: " + reason);
  return out;
}

Exit RequestWithdrawal::run(Ports& ports) {
  auto params = bridge::Params::parse(services::read_json(ports, params_));
  params.require_chain(ports.chain());
  if (!tx_.empty()) {
    if (!to_.empty() || amount_)
      throw usage_error("--tx shows an earlier request: --to and --amount do not go with it");
    ports.layer2().require_chain_id(params.layer2.chain_id);
    ByteArray<32> hash = parse_hash(tx_);
    print_request(ports, params, hash, mined_block(ports, hash));
    return Exit::ok;
  }
  bridge::Withdrawal withdrawal = wanted(params);
  crypto::SecretKey key = services::load_key(ports);
  if (ports.dry_run()) {
    ports.print(try_request(ports, params, key, withdrawal));
    return Exit::ok;
  }
  Sat value = bridge::withdrawal_value(withdrawal.amount, params);
  if (!ports.confirm(fmt::format("spend {} sat on the layer 2 for a payment of {} sat to {}?", value.value(),
                                 withdrawal.amount.value(), to_)))
    throw Error(Exit::no, "confirm.no", "not sent");
  services::Layer2CallOnce call(
      ports, key,
      {params.layer2.chain_id, params.layer2.contract, bridge::withdraw_calldata(withdrawal.script, params),
       evm::wei_from_sat(value)},
      ports.directory());
  services::Layer2Sent sent = call.send(wait_);
  print_request(ports, params, sent.hash, sent.receipt.block);
  call.done();
  return Exit::ok;
}

std::unique_ptr<Command> request_command() {
  return std::make_unique<RequestWithdrawal>();
}

}  // namespace pegkit::app::peg_out
