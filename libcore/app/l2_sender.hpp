#pragma once

#include <cstdint>

#include "app/command.hpp"
#include "crypto/keys.hpp"
#include "evm/address.hpp"

namespace pegkit::app {

struct Layer2Sent {
  ByteArray<32> hash{};
  net::EvmReceipt receipt;
};

/// Sends one contract call, signed by `key` (EIP-1559), and waits for its receipt. What it is going to do is
/// tried first without sending, so that a call the contract refuses costs nothing: Error `l2.revert` (exit 3)
/// with the contract's reason. Throws `l2.pending` (exit 4) when it is in no block after `wait_seconds`,
/// `l2.reverted` (exit 3) when it was refused in its block.
Layer2Sent send_call(Ports& ports, const crypto::SecretKey& key, std::uint64_t chain_id,
                     const evm::Address& contract, ByteView data, const ByteArray<32>& value_wei,
                     std::int64_t wait_seconds);

}  // namespace pegkit::app
