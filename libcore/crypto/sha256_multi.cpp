#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/sha256_multi.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <openssl/sha.h>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/sha256_ni.hpp"

namespace pegkit::crypto {
namespace {

void store_be32(std::uint8_t* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

void hash_portable(const TagMidstate& tag, const std::uint8_t* in, std::size_t length, std::uint8_t* out,
                   std::size_t count) {
  SHA256_CTX start;
  SHA256_Init(&start);
  std::ranges::copy(tag.words, start.h);
  start.Nl = 64 * 8;
  for (std::size_t i = 0; i < count; ++i) {
    SHA256_CTX state = start;
    SHA256_Update(&state, in + i * length, length);
    SHA256_Final(out + i * 32, &state);
  }
}

/// A last block with `used` bytes of message before the padding, of a message of `total` bytes.
std::array<std::uint8_t, 64> padding(std::size_t used, std::size_t total) {
  std::array<std::uint8_t, 64> block{};
  block[used] = 0x80;
  store_be32(block.data() + 60, static_cast<std::uint32_t>(total * 8));
  return block;
}

void hash_instructions(const TagMidstate& tag, const std::uint8_t* in, std::size_t length, std::uint8_t* out,
                       std::size_t count) {
  if (length == 64) {
    sha256_ni::hash_64(tag.words.data(), in, out, count, padding(0, 128).data());
    return;
  }
  // Messages are laid into padded blocks a few at a time, so that the kernel reads whole blocks only.
  constexpr std::size_t batch = 32;
  std::array<std::uint8_t, 64 * batch> blocks;
  for (std::size_t i = 0; i < batch; ++i)
    std::ranges::copy(padding(length, 64 + length), blocks.begin() + 64 * i);
  for (std::size_t done = 0; done < count; done += batch) {
    std::size_t now = std::min(batch, count - done);
    for (std::size_t i = 0; i < now; ++i)
      if (length > 0) std::memcpy(blocks.data() + 64 * i, in + (done + i) * length, length);
    sha256_ni::hash_block(tag.words.data(), blocks.data(), out + 32 * done, now);
  }
}

}  // namespace

TagMidstate::TagMidstate(std::string_view tag) {
  Hash256 hash = sha256(as_bytes(tag));
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, hash.data(), hash.size());
  SHA256_Update(&state, hash.data(), hash.size());
  std::copy_n(state.h, 8, words.begin());
}

bool has_sha_instructions() {
  static const bool has = sha256_ni::supported();
  return has;
}

void tagged_hash_many(const TagMidstate& tag, ByteView messages, std::size_t length,
                      std::span<std::uint8_t> out, std::size_t count, Sha256Path path) {
  if ((length != 64 && length > sha256_short_max) || out.size() / 32 < count ||
      (length > 0 && messages.size() / length < count))
    throw Error(Exit::bug, "sha256.shape", "lengths do not fit a many-way SHA-256");
  bool instructions = path == Sha256Path::fastest && has_sha_instructions();
  (instructions ? hash_instructions : hash_portable)(tag, messages.data(), length, out.data(), count);
}

}  // namespace pegkit::crypto
