#pragma once

#include <cstddef>
#include <cstdint>

/// SHA-256 with x86's SHA extensions, two messages at a time: one message alone waits for the latency of
/// each round instruction. For crypto/sha256_multi.cpp only.
namespace pegkit::crypto::sha256_ni {

/// Whether this processor has SHA, SSSE3 and SSE4.1. The functions below must not run without.
bool supported();

/// out[i] (32 bytes) = the state `midstate` after the block in[i] (64 bytes), big-endian.
void hash_block(const std::uint32_t* midstate, const std::uint8_t* in, std::uint8_t* out, std::size_t count);

/// The same after in[i] and then `second` (64 bytes), one block for all. `out` may be `in`.
void hash_64(const std::uint32_t* midstate, const std::uint8_t* in, std::uint8_t* out, std::size_t count,
             const std::uint8_t* second);

}  // namespace pegkit::crypto::sha256_ni
