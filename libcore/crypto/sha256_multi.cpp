#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/sha256_multi.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <openssl/sha.h>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/sha256_avx512.hpp"
#include "crypto/sha256_constants.hpp"
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

/// The last block of a message of `total` bytes, whose first `used` bytes the message fills; they are
/// zero here.
std::array<std::uint8_t, 64> padding(std::size_t used, std::size_t total) {
  std::array<std::uint8_t, 64> block{};
  block[used] = 0x80;
  store_be32(block.data() + 60, static_cast<std::uint32_t>(total * 8));
  return block;
}

/// The functions of one instruction set.
struct Kernel {
  std::size_t group;  ///< the functions take a multiple of this count
  decltype(&sha256_ni::hash_short) hash_short;
  decltype(&sha256_ni::hash_64) hash_64;
};

constexpr Kernel sixteen{sha256_avx512::group, sha256_avx512::hash_short, sha256_avx512::hash_64};
constexpr Kernel pairs{1, sha256_ni::hash_short, sha256_ni::hash_64};

/// Hashes the largest multiple of the kernel's group within `count` messages and returns that number.
std::size_t hash_kernel(const Kernel& kernel, const TagMidstate& tag, const std::uint8_t* in,
                        std::size_t length, std::uint8_t* out, std::size_t count) {
  count -= count % kernel.group;
  if (length == 64)
    kernel.hash_64(tag.words.data(), in, padding(0, 128).data(), out, count);
  else
    kernel.hash_short(tag.words.data(), in, length, padding(length, 64 + length).data(), out, count);
  return count;
}

}  // namespace

ByteArray<32> sha256_compress(const ByteArray<32>& state, const ByteArray<64>& block) {
  SHA256_CTX context{};
  for (std::size_t i = 0; i < 32; ++i) context.h[i / 4] = context.h[i / 4] << 8 | state[i];
  SHA256_Transform(&context, block.data());
  ByteArray<32> out;
  for (std::size_t i = 0; i < 8; ++i) store_be32(out.data() + 4 * i, context.h[i]);
  return out;
}

ByteArray<32> sha256_initial_value() {
  ByteArray<32> out;
  for (std::size_t i = 0; i < 8; ++i) store_be32(out.data() + 4 * i, sha256_initial_state[i]);
  return out;
}

TagMidstate::TagMidstate(std::string_view tag) {
  Hash256 hash = sha256(as_bytes(tag));
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, hash.data(), hash.size());
  SHA256_Update(&state, hash.data(), hash.size());
  std::copy_n(state.h, 8, words.begin());
}

bool has_path(Sha256Path path) {
  static const bool has_sixteen = sha256_avx512::supported();
  static const bool has_pairs = sha256_ni::supported();
  return path == Sha256Path::sixteen ? has_sixteen : path != Sha256Path::pairs || has_pairs;
}

void tagged_hash_many(const TagMidstate& tag, ByteView messages, std::size_t length,
                      std::span<std::uint8_t> out, std::size_t count, Sha256Path path) {
  if ((length != 64 && length > sha256_short_max) || out.size() / 32 < count ||
      (length > 0 && messages.size() / length < count))
    throw Error(Exit::bug, "sha256.shape", "lengths do not fit a many-way SHA-256");
  std::size_t done = 0;
  auto run = [&](const Kernel& kernel) {
    done += hash_kernel(kernel, tag, messages.data() + done * length, length, out.data() + done * 32,
                        count - done);
  };
  if (path <= Sha256Path::sixteen && has_path(Sha256Path::sixteen)) run(sixteen);
  if (path <= Sha256Path::pairs && has_path(Sha256Path::pairs)) run(pairs);
  hash_portable(tag, messages.data() + done * length, length, out.data() + done * 32, count - done);
}

}  // namespace pegkit::crypto
