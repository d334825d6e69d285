#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "crypto/keys.hpp"

namespace pegkit::evm {

/// An account or contract of the layer 2, 20 bytes in byte order.
struct Address : FixedBytes<20, Address> {};

/// The last 20 bytes of keccak256(x ‖ y).
Address address_of(const crypto::PublicKey& key);

/// "0x" and 40 hex digits with EIP-55's checksum in their case.
std::string format_address(const Address& address);

/// "0x" and 40 hex digits. All lower or all upper case is taken as it is; mixed case must be EIP-55's.
/// Throws Error `evm.address` (exit 3).
Address parse_address(std::string_view text);

}  // namespace pegkit::evm
