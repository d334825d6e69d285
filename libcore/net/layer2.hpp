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

/// A layer 2's EVM JSON-RPC endpoint in typed form. A wrong answer throws Error `l2.garbage` (exit 6). Every
/// call can throw the errors of net/rpc.hpp.
class Layer2 {
 public:
  explicit Layer2(std::shared_ptr<Rpc> rpc) : rpc_(std::move(rpc)) {}
  Rpc& rpc() { return *rpc_; }

  std::uint64_t chain_id();
  /// Throws `l2.chain_mismatch` (exit 7) when the endpoint has another chain id.
  void require_chain_id(std::uint64_t id);
  std::uint64_t block_number();
  struct Block {
    std::uint64_t number;
    ByteArray<32> hash, state_root;
    std::uint64_t time;
  };
  std::optional<Block> block(std::uint64_t number);
  /// The blocks in the order of `numbers`, in few requests; nullopt for those the endpoint does not have.
  std::vector<std::optional<Block>> blocks(const std::vector<std::uint64_t>& numbers);
  /// The balance at the latest block in wei, 32 bytes big-endian.
  ByteArray<32> balance(const EvmAddress& address);
  std::uint64_t nonce(const EvmAddress& address);            ///< transaction count, pending ones included
  std::uint64_t confirmed_nonce(const EvmAddress& address);  ///< transaction count in blocks
  std::uint64_t gas_price();
  /// The gas that a call needs. `value32` is its value in wei, 32 bytes big-endian, or empty. Throws
  /// `l2.revert` as call() does.
  std::uint64_t estimate_gas(const EvmAddress& from, const EvmAddress& to, ByteView data, ByteView value32);
  /// The return data of eth_call at a block, or at the latest one. A revert throws Error `l2.revert` (exit 3)
  /// with the decoded reason.
  Bytes call(const EvmAddress& to, ByteView data, std::optional<std::uint64_t> block = std::nullopt);
  /// The logs from block `first` to `last` in order, by eth_getLogs over ranges of at most `range` blocks.
  /// When the endpoint refuses a range, it is halved.
  std::vector<EvmLog> logs(const EvmAddress& address, const ByteArray<32>& topic0, std::uint64_t first,
                           std::uint64_t last, std::uint64_t range = 2000);
  /// Sends a signed transaction and gives its hash. Succeeds also when the endpoint knows it already. Throws
  /// `l2.rejected` (exit 3) with the reason.
  ByteArray<32> send_raw(ByteView signed_tx);
  /// The receipt of a transaction; nullopt while it is in no block.
  std::optional<EvmReceipt> receipt(const ByteArray<32>& tx_hash);

 private:
  std::shared_ptr<Rpc> rpc_;
};

}  // namespace pegkit::net
