#pragma once

#include "base/bytes.hpp"

namespace pegkit::crypto {

/// SHA-256's chaining value before the first block (FIPS 180-4, 5.3.3): eight big-endian words.
ByteArray<32> sha256_first_state();

/// SHA-256's compression of one 64-byte block (FIPS 180-4, 6.2.2): gives the next chaining value. Throws
/// Error `hash.block` (exit 70) for another length.
ByteArray<32> sha256_compress(const ByteArray<32>& state, ByteView block64);

}  // namespace pegkit::crypto
