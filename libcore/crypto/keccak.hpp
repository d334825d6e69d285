#pragma once

#include "base/bytes.hpp"

namespace pegkit::crypto {

/// Keccak-256 as Ethereum uses it: the Keccak team's submission, rate 136 bytes, padding 0x01 (not the 0x06
/// of FIPS 202's SHA3-256).
ByteArray<32> keccak256(ByteView data);

}  // namespace pegkit::crypto
