#pragma once

#include <cstddef>
#include <cstdint>

/// SHA-256 with x86's SHA extensions, two messages at a time: one message alone would wait for the latency of
/// each round instruction. Only crypto/sha256_multi.cpp uses it, behind tagged_hash_many(), for processors
/// without AVX-512 and for the last messages, fewer than sixteen. tests/crypto/sha256_multi_test.cpp compares
/// it with OpenSSL.
namespace pegkit::crypto::sha256_ni {

/// True when this processor has SHA, SSSE3 and SSE4.1. Without them the functions below must not be called.
bool supported();

/// Compresses one block into the state `midstate` (eight words) for each message i and writes the 32-byte
/// digest to `out`. The block is the 64 bytes `padding` with the `length` (at most 55) bytes of message i at
/// its start.
void hash_short(const std::uint32_t* midstate, const std::uint8_t* in, std::size_t length,
                const std::uint8_t* padding, std::uint8_t* out, std::size_t count);

/// Compresses two blocks for each message i: its 64 bytes, then `padding` (64 bytes). `out` may be `in`.
void hash_64(const std::uint32_t* midstate, const std::uint8_t* in, const std::uint8_t* padding,
             std::uint8_t* out, std::size_t count);

}  // namespace pegkit::crypto::sha256_ni
