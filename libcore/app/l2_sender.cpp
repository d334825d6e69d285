#include "app/l2_sender.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "evm/transaction.hpp"

namespace pegkit::app {
namespace {

constexpr std::uint64_t gwei = 1'000'000'000;

net::EvmReceipt wait_for_receipt(Ports& ports, const ByteArray<32>& hash, std::int64_t wait_seconds) {
  for (std::int64_t waited = 0;; waited += 200) {
    if (auto receipt = ports.layer2().receipt(hash)) return *receipt;
    if (waited >= wait_seconds * 1000 || ports.interrupted())
      throw not_ready("l2.pending",
                      fmt::format("layer-2 transaction 0x{} is not in a block yet", to_hex(hash)));
    ports.sleep_ms(200);
  }
}

}  // namespace

Layer2Sent send_call(Ports& ports, const crypto::SecretKey& key, std::uint64_t chain_id,
                     const evm::Address& contract, ByteView data, const ByteArray<32>& value_wei,
                     std::int64_t wait_seconds) {
  net::Layer2& layer2 = ports.layer2();
  layer2.require_chain_id(chain_id);
  evm::Address from = evm::address_of(key.public_key());
  std::uint64_t gas = layer2.estimate_gas(from, contract, data, value_wei);
  std::uint64_t price = layer2.gas_price();
  evm::DynamicFeeTransaction tx;
  tx.chain_id = chain_id;
  tx.nonce = layer2.nonce(from);
  tx.max_priority_fee_per_gas = std::min(price, gwei);
  tx.max_fee_per_gas = price * 2;
  tx.gas_limit = gas + gas / 5;
  tx.call = {contract, value_wei, to_bytes(data)};
  evm::SignedTransaction signed_tx = evm::sign(tx, key);
  ports.verbose(fmt::format("layer-2 transaction 0x{}", to_hex(signed_tx.hash)));
  layer2.send_raw(signed_tx.raw);
  net::EvmReceipt receipt = wait_for_receipt(ports, signed_tx.hash, wait_seconds);
  if (!receipt.success)
    throw input_error("l2.reverted", fmt::format("layer-2 transaction 0x{} was refused by the contract",
                                                 to_hex(signed_tx.hash)));
  return {signed_tx.hash, receipt};
}

}  // namespace pegkit::app
