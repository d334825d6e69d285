#pragma once

#include "base/bytes.hpp"

namespace pegkit::crypto {

/// SHA-256's chaining value before the first block (FIPS 180-4, 5.3.3), big-endian words.
ByteArray<32> sha256_first_state();

/// SHA-256's compression function: the chaining value after one more block.
ByteArray<32> sha256_compress(const ByteArray<32>& state, ByteView block64);

}  // namespace pegkit::crypto
