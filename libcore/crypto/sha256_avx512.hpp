#pragma once

#include <cstddef>
#include <cstdint>

/// SHA-256 of sixteen messages at a time in AVX-512 registers. For crypto/sha256_multi.cpp only.
namespace pegkit::crypto::sha256_avx512 {

inline constexpr std::size_t group = 16;

/// Whether this processor and its system have AVX-512 F and BW. The functions below must not run without.
/// They take a `count` that is a multiple of `group`.
bool supported();

/// out[i] (32 bytes) = the state `midstate` after one block: the `length` bytes (at most 55) of message i,
/// and `padding` (64 bytes) behind them, which is zero where the message stands.
void hash_short(const std::uint32_t* midstate, const std::uint8_t* in, std::size_t length,
                const std::uint8_t* padding, std::uint8_t* out, std::size_t count);

/// out[i] = `midstate` after the block in[i] (64 bytes) and then the block `padding`. `out` may be `in`.
void hash_64(const std::uint32_t* midstate, const std::uint8_t* in, const std::uint8_t* padding,
             std::uint8_t* out, std::size_t count);

}  // namespace pegkit::crypto::sha256_avx512
