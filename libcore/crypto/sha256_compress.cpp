#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/sha256_compress.hpp"

#include <openssl/sha.h>

#include "base/error.hpp"

namespace pegkit::crypto {
namespace {

ByteArray<32> to_bytes(const SHA256_CTX& context) {
  ByteArray<32> out;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(context.h[i / 4] >> (24 - 8 * (i % 4)));
  return out;
}

}  // namespace

ByteArray<32> sha256_first_state() {
  SHA256_CTX context;
  SHA256_Init(&context);
  return to_bytes(context);
}

ByteArray<32> sha256_compress(const ByteArray<32>& state, ByteView block64) {
  if (block64.size() != SHA256_CBLOCK) throw Error(Exit::bug, "hash.block", "a block of SHA-256 is 64 bytes");
  SHA256_CTX context;
  SHA256_Init(&context);
  for (auto& word : context.h) word = 0;
  for (std::size_t i = 0; i < state.size(); ++i)
    context.h[i / 4] |= static_cast<SHA_LONG>(state[i]) << (24 - 8 * (i % 4));
  SHA256_Transform(&context, block64.data());
  return to_bytes(context);
}

}  // namespace pegkit::crypto
