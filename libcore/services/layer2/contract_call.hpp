#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "crypto/keys.hpp"
#include "evm/address.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// One contract call that an account makes.
struct Layer2Call {
  std::uint64_t chain_id = 0;
  evm::Address contract;
  Bytes data;
  ByteArray<32> value_wei{};
};

struct Layer2Sent {
  ByteArray<32> hash{};
  net::EvmReceipt receipt;
};

/// Sends one contract call, signed by `key` (EIP-1559), and waits for its receipt. The layer 2 estimates its
/// gas first, so a call that the contract refuses costs nothing: Error `l2.revert` (exit 3) with the
/// contract's reason. Throws `l2.pending` (exit 4) when it is in no block after `wait_seconds`, `l2.reverted`
/// (exit 3) when the contract refused it in its block.
Layer2Sent send_call(Ports& ports, const crypto::SecretKey& key, const Layer2Call& call,
                     std::int64_t wait_seconds);

/// A call that a run must not make twice when it is killed and started again. The signed transaction is on
/// the disk, in `directory`, before the network sees it. The same call by the same account sends those bytes
/// again until done() is called.
class Layer2CallOnce {
 public:
  Layer2CallOnce(Ports& ports, const crypto::SecretKey& key, Layer2Call call,
                 const std::filesystem::path& directory);
  /// As send_call. Throws `l2.replaced` (exit 3) when another transaction of the account used the nonce of
  /// the kept one, which can no longer be included; the next run signs a new one.
  Layer2Sent send(std::int64_t wait_seconds);
  /// Called after the result was printed: the next such call is a new one.
  void done();

 private:
  Ports& ports_;
  const crypto::SecretKey& key_;
  Layer2Call call_;
  std::filesystem::path file_;
};

}  // namespace pegkit::services
