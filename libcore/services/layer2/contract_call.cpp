#include "services/layer2/contract_call.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "crypto/hash.hpp"
#include "evm/transaction.hpp"

namespace pegkit::services {
namespace {

constexpr std::uint64_t gwei = 1'000'000'000;

struct SignedCall {
  evm::SignedTransaction tx;
  std::uint64_t nonce = 0;
};

SignedCall sign_call(net::Layer2& layer2, const crypto::SecretKey& key, const Layer2Call& call) {
  evm::Address from = evm::address_of(key.public_key());
  std::uint64_t gas = layer2.estimate_gas(from, call.contract, call.data, call.value_wei);
  std::uint64_t price = layer2.gas_price();
  evm::DynamicFeeTransaction tx;
  tx.chain_id = call.chain_id;
  tx.nonce = layer2.nonce(from);
  tx.max_priority_fee_per_gas = std::min(price, gwei);
  tx.max_fee_per_gas = price * 2;
  tx.gas_limit = gas + gas / 5;
  tx.call = {call.contract, call.value_wei, call.data};
  return {evm::sign(tx, key), tx.nonce};
}

/// The receipt; nullopt when the transaction is in no block after the wait.
std::optional<net::EvmReceipt> wait_for_receipt(Ports& ports, const ByteArray<32>& hash,
                                                std::int64_t wait_seconds) {
  for (std::int64_t waited = 0;; waited += 200) {
    if (auto receipt = ports.layer2().receipt(hash)) return receipt;
    if (waited >= wait_seconds * 1000 || ports.interrupted()) return std::nullopt;
    ports.sleep_ms(200);
  }
}

Layer2Sent broadcast(Ports& ports, const evm::SignedTransaction& tx, std::int64_t wait_seconds) {
  ports.verbose(fmt::format("layer-2 transaction 0x{}", to_hex(tx.hash)));
  ports.layer2().send_raw(tx.raw);
  auto receipt = wait_for_receipt(ports, tx.hash, wait_seconds);
  if (!receipt)
    throw not_ready("l2.pending",
                    fmt::format("layer-2 transaction 0x{} is not in a block yet", to_hex(tx.hash)));
  if (!receipt->success)
    throw input_error("l2.reverted",
                      fmt::format("layer-2 transaction 0x{} was refused by the contract", to_hex(tx.hash)));
  return {tx.hash, *receipt};
}

/// The file that keeps a call, named by the hash of chain, contract, account, value and data.
std::filesystem::path file_of(const std::filesystem::path& directory, const evm::Address& from,
                              const Layer2Call& call) {
  crypto::Sha256 hash = crypto::tagged("pegkit/l2-call");
  hash.write(evm::word_from(call.chain_id))
      .write(call.contract)
      .write(from)
      .write(call.value_wei)
      .write(call.data);
  return directory / ("l2-call-" + to_hex(ByteView(hash.finish()).first(16)) + ".json");
}

}  // namespace

Layer2Sent send_call(Ports& ports, const crypto::SecretKey& key, const Layer2Call& call,
                     std::int64_t wait_seconds) {
  ports.layer2().require_chain_id(call.chain_id);
  return broadcast(ports, sign_call(ports.layer2(), key, call).tx, wait_seconds);
}

Layer2CallOnce::Layer2CallOnce(Ports& ports, const crypto::SecretKey& key, Layer2Call call,
                               const std::filesystem::path& directory)
    : ports_(ports),
      key_(key),
      call_(std::move(call)),
      file_(file_of(directory, evm::address_of(key.public_key()), call_)) {}

Layer2Sent Layer2CallOnce::send(std::int64_t wait_seconds) {
  net::Layer2& layer2 = ports_.layer2();
  layer2.require_chain_id(call_.chain_id);
  if (!std::filesystem::exists(file_)) {
    SignedCall fresh = sign_call(layer2, key_, call_);
    Json kept{{"nonce", fresh.nonce}, {"hash", to_hex(fresh.tx.hash)}, {"raw", to_hex(fresh.tx.raw)}};
    write_file_atomic(file_, as_bytes(kept.dump() + "\n"), 0600);
    return broadcast(ports_, fresh.tx, wait_seconds);
  }
  Json kept = parse_json(as_text(read_file(file_)));
  JsonObject object(kept);
  std::uint64_t nonce = object.required("nonce").u64();
  evm::SignedTransaction tx{object.required("raw").hex(), object.required("hash").hex_array<32>()};
  object.done();
  ports_.say(fmt::format("an earlier run sent layer-2 transaction 0x{}", to_hex(tx.hash)));
  auto receipt = layer2.receipt(tx.hash);
  if (!receipt && layer2.nonce(evm::address_of(key_.public_key())) <= nonce)
    return broadcast(ports_, tx, wait_seconds);
  if (!receipt) receipt = wait_for_receipt(ports_, tx.hash, wait_seconds);
  if (!receipt && layer2.confirmed_nonce(evm::address_of(key_.public_key())) <= nonce)
    throw not_ready("l2.pending",
                    fmt::format("layer-2 transaction 0x{} is not in a block yet", to_hex(tx.hash)));
  if (receipt && receipt->success) return {tx.hash, *receipt};
  done();
  if (receipt)
    throw input_error("l2.reverted",
                      fmt::format("layer-2 transaction 0x{} was refused by the contract", to_hex(tx.hash)));
  throw input_error("l2.replaced", fmt::format("another transaction of this account took the place of 0x{}",
                                               to_hex(tx.hash)));
}

void Layer2CallOnce::done() {
  std::filesystem::remove(file_);
}

}  // namespace pegkit::services
