#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace pegkit::bitcoin {

/// BIP173's limit on the characters of a whole address.
inline constexpr std::size_t max_bech32_size = 90;

/// Regroups bytes into 5-bit values, most significant bit first, padded with zero bits.
Bytes to_base32(ByteView data);
/// Regroups 5-bit values into bytes; nullopt when a value is above 31, or the padding has 5 or more bits or
/// is not zero (BIP173).
std::optional<Bytes> from_base32(ByteView values5);

}  // namespace pegkit::bitcoin
