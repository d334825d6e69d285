#pragma once

#include <cstddef>
#include <cstdint>

/// SHA-256 of sixteen messages at a time: each AVX-512 register holds one 32-bit word of all sixteen. With it
/// a tree of 2^20 leaves takes about half the time that OpenSSL needs for the same blocks (README.md,
/// Figures). Only crypto/sha256_multi.cpp uses it, behind tagged_hash_many();
/// tests/crypto/sha256_multi_test.cpp compares every path with OpenSSL, for short and 64-byte messages and
/// for counts around the group size.
namespace pegkit::crypto::sha256_avx512 {

inline constexpr std::size_t group = 16;

/// True when processor and operating system have AVX-512 F and BW. Without them the functions below must not
/// be called. They take a `count` that is a multiple of `group`.
bool supported();

/// Compresses one block into the state `midstate` (eight words) for each message i and writes the 32-byte
/// digest to `out`. The block is the 64 bytes `padding` with the `length` (at most 55) bytes of message i at
/// its start.
void hash_short(const std::uint32_t* midstate, const std::uint8_t* in, std::size_t length,
                const std::uint8_t* padding, std::uint8_t* out, std::size_t count);

/// Compresses two blocks for each message i: its 64 bytes, then `padding` (64 bytes). `out` may be `in`.
void hash_64(const std::uint32_t* midstate, const std::uint8_t* in, const std::uint8_t* padding,
             std::uint8_t* out, std::size_t count);

}  // namespace pegkit::crypto::sha256_avx512
