#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "evm/address.hpp"
#include "net/rpc.hpp"

namespace pegkit::net {

using EvmAddress = evm::Address;

struct EvmLog {
  EvmAddress address;
  std::vector<ByteArray<32>> topics;
  Bytes data;
  std::uint64_t block = 0;
  ByteArray<32> block_hash{}, tx_hash{};
  std::uint64_t log_index = 0;
};

struct EvmReceipt {
  bool success = false;
  std::uint64_t block = 0;
  std::uint64_t gas_used = 0;
};

/// A layer-2 JSON-RPC endpoint (EVM) in typed form; wrong answers throw Error `l2.garbage` (exit 6).
class Layer2 {
 public:
  explicit Layer2(std::shared_ptr<Rpc> rpc) : rpc_(std::move(rpc)) {}
  Rpc& rpc() { return *rpc_; }

  std::uint64_t chain_id();
  /// Throws `l2.chain_mismatch` (exit 7).
  void require_chain_id(std::uint64_t id);
  std::uint64_t block_number();
  struct Block {
    std::uint64_t number;
    ByteArray<32> hash, state_root;
    std::uint64_t time;
  };
  std::optional<Block> block(std::uint64_t number);
  /// In the order of the numbers, in few requests.
  std::vector<std::optional<Block>> blocks(const std::vector<std::uint64_t>& numbers);
  /// 32-byte big-endian wei.
  ByteArray<32> balance(const EvmAddress& address);
  std::uint64_t nonce(const EvmAddress& address);            ///< pending count
  std::uint64_t confirmed_nonce(const EvmAddress& address);  ///< count in blocks
  std::uint64_t gas_price();
  /// `value32` in wei, or empty. Throws `l2.revert` as call() does.
  std::uint64_t estimate_gas(const EvmAddress& from, const EvmAddress& to, ByteView data, ByteView value32);
  /// eth_call at a block, or at the latest one. A revert throws Error `l2.revert` (exit 3) with the decoded
  /// reason.
  Bytes call(const EvmAddress& to, ByteView data, std::optional<std::uint64_t> block = std::nullopt);
  /// eth_getLogs from `first` to `last` in ranges of at most `range` blocks (halved when the endpoint
  /// refuses), in order.
  std::vector<EvmLog> logs(const EvmAddress& address, const ByteArray<32>& topic0, std::uint64_t first,
                           std::uint64_t last, std::uint64_t range = 2000);
  ByteArray<32> send_raw(ByteView signed_tx);  ///< throws `l2.rejected` (exit 3); already known is success
  /// nullopt while the transaction is in no block.
  std::optional<EvmReceipt> receipt(const ByteArray<32>& tx_hash);

 private:
  std::shared_ptr<Rpc> rpc_;
};

}  // namespace pegkit::net
