#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace pegkit::crypto {

/// SHA-256's state after the 64 bytes SHA256(tag) ‖ SHA256(tag) of a BIP340 tagged hash.
struct TagMidstate {
  explicit TagMidstate(std::string_view tag);
  std::array<std::uint32_t, 8> words;
};

/// SHA-256's compression of one block with its feed-forward (FIPS 180-4, 6.2.2). Takes and gives a chaining
/// value of eight big-endian words.
ByteArray<32> sha256_compress(const ByteArray<32>& state, const ByteArray<64>& block);
/// SHA-256's chaining value before the first block (FIPS 180-4, 5.3.3).
ByteArray<32> sha256_initial_value();

/// The code that computes the hashes. All paths give the same result; `fastest` takes the best one that the
/// processor has. Callers other than tests and benchmarks leave the choice to it.
enum class Sha256Path {
  fastest,
  sixteen,  ///< sixteen messages at a time with AVX-512, the last few by `pairs`
  pairs,    ///< two at a time with the SHA extensions
  portable  ///< one at a time with OpenSSL
};
/// False when the processor lacks the instructions of the path. tagged_hash_many then takes the next path.
bool has_path(Sha256Path path);

/// Longest message that fits with its padding into one block: 64 bytes less 0x80 and the 8-byte length.
inline constexpr std::size_t sha256_short_max = 55;

/// Computes `count` BIP340 tagged hashes of messages of one length, which follow each other in `messages`:
/// out[i] = SHA256(SHA256(tag) ‖ SHA256(tag) ‖ messages[i·length, (i+1)·length)), 32 bytes each. `length` is
/// 64 or at most `sha256_short_max`. Throws Error `sha256.shape` (exit 70) for another length, and when
/// `messages` or `out` is too short for `count`. `out` may be the start of `messages` when the length is 64.
void tagged_hash_many(const TagMidstate& tag, ByteView messages, std::size_t length,
                      std::span<std::uint8_t> out, std::size_t count, Sha256Path path = Sha256Path::fastest);

}  // namespace pegkit::crypto
