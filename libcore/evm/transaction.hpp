#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "crypto/keys.hpp"
#include "evm/address.hpp"
#include "evm/word.hpp"

namespace pegkit::evm {

/// The call that a layer-2 transaction makes. Without `to` it creates a contract from `data`.
struct Call {
  std::optional<Address> to;
  Word value{};  ///< wei
  Bytes data;
};

/// A transaction of EIP-1559 (type 2) with an empty access list. Fees are in wei per gas.
struct DynamicFeeTransaction {
  std::uint64_t chain_id = 0;
  std::uint64_t nonce = 0;
  std::uint64_t max_priority_fee_per_gas = 0;
  std::uint64_t max_fee_per_gas = 0;
  std::uint64_t gas_limit = 0;
  Call call;

  Word signing_hash() const;
};

/// A legacy transaction, signed for one chain (EIP-155), for endpoints without EIP-1559. Fees are in wei
/// per gas.
struct LegacyTransaction {
  std::uint64_t chain_id = 0;  ///< 1 to 2^63 - 19, so that v fits into 64 bits
  std::uint64_t nonce = 0;
  std::uint64_t gas_price = 0;
  std::uint64_t gas_limit = 0;
  Call call;

  Word signing_hash() const;
};

struct SignedTransaction {
  Bytes raw;  ///< the bytes for eth_sendRawTransaction
  Word hash;  ///< the transaction's hash, keccak256(raw)
};

SignedTransaction sign(const DynamicFeeTransaction& tx, const crypto::SecretKey& key);
/// Throws Error `evm.range` (exit 3) for a chain id out of range.
SignedTransaction sign(const LegacyTransaction& tx, const crypto::SecretKey& key);

/// The address of the contract that `sender` creates with `nonce`: the last 20 bytes of
/// keccak256(rlp([sender, nonce])).
Address contract_address(const Address& sender, std::uint64_t nonce);

}  // namespace pegkit::evm
