#pragma once

#include "base/bytes.hpp"

namespace pegkit::crypto {

/// Keccak-256 as Ethereum uses it: rate 136 bytes, padding byte 0x01 as in the Keccak team's submission,
/// where FIPS 202's SHA3-256 has 0x06.
ByteArray<32> keccak256(ByteView data);

}  // namespace pegkit::crypto
