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

/// SHA-256's compression of one block with its feed-forward (FIPS 180-4, 6.2.2); a chaining value is eight
/// big-endian words.
ByteArray<32> sha256_compress(const ByteArray<32>& state, const ByteArray<64>& block);
/// The chaining value before the first block.
ByteArray<32> sha256_initial_value();

/// Which code computes; all give the same. `fastest` takes the best that the processor has.
enum class Sha256Path {
  fastest,
  sixteen,  ///< sixteen messages at a time with AVX-512, the last few by `pairs`
  pairs,    ///< two at a time with the SHA extensions
  portable  ///< one at a time with OpenSSL
};
/// False when the processor lacks what the path needs; `portable` then stands in for it.
bool has_path(Sha256Path path);

inline constexpr std::size_t sha256_short_max = 55;

/// Many independent tagged hashes of messages of one length, which stand one after the other in `messages`:
/// out[i] = SHA256(SHA256(tag) ‖ SHA256(tag) ‖ messages[i·length, (i+1)·length)), 32 bytes each.
/// `length` is 64 or at most `sha256_short_max`; another throws Error (exit 70), as do an `out` and
/// `messages` whose sizes do not fit `count`. `out` may be the start of `messages` itself when length is 64.
void tagged_hash_many(const TagMidstate& tag, ByteView messages, std::size_t length,
                      std::span<std::uint8_t> out, std::size_t count, Sha256Path path = Sha256Path::fastest);

}  // namespace pegkit::crypto
