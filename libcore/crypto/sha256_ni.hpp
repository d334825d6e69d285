#pragma once

#include <cstddef>
#include <cstdint>

/// SHA-256 with x86's SHA extensions, two messages at a time: one message alone waits for the latency of
/// each round instruction. For crypto/sha256_multi.cpp only.
namespace pegkit::crypto::sha256_ni {

/// Whether this processor has SHA, SSSE3 and SSE4.1. The functions below must not run without.
bool supported();

/// out[i] (32 bytes) = the state `midstate` after one block: the `length` bytes (at most 55) of message i,
/// and `padding` (64 bytes) behind them, which is zero where the message stands.
void hash_short(const std::uint32_t* midstate, const std::uint8_t* in, std::size_t length,
                const std::uint8_t* padding, std::uint8_t* out, std::size_t count);

/// out[i] = `midstate` after the block in[i] (64 bytes) and then the block `padding`. `out` may be `in`.
void hash_64(const std::uint32_t* midstate, const std::uint8_t* in, const std::uint8_t* padding,
             std::uint8_t* out, std::size_t count);

}  // namespace pegkit::crypto::sha256_ni
