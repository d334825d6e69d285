#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "crypto/keys.hpp"

namespace pegkit::evm {

/// The address of an account or contract on the layer 2, 20 bytes.
struct Address : FixedBytes<20, Address> {};

/// The address of a key's account: the last 20 bytes of keccak256(x ‖ y).
Address address_of(const crypto::PublicKey& key);

/// Writes "0x" and 40 hex digits whose case carries EIP-55's checksum.
std::string format_address(const Address& address);

/// Reads "0x" and 40 hex digits. It accepts all lower and all upper case; mixed case must carry EIP-55's
/// checksum. Throws Error `evm.address` (exit 3).
Address parse_address(std::string_view text);

}  // namespace pegkit::evm
