#pragma once

#include <optional>

#include "base/bytes.hpp"

namespace pegkit::bitcoin {

/// BIP173's limit on a whole address.
inline constexpr std::size_t max_bech32_size = 90;

/// Bytes as 5-bit values, most significant first, padded with zero bits.
Bytes to_base32(ByteView data);
/// Back; nullopt when a value is above 31, the padding has 5 bits or more, or is not zero (BIP173).
std::optional<Bytes> from_base32(ByteView values5);

}  // namespace pegkit::bitcoin
