#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hash.hpp"

#include <algorithm>
#include <new>
#include <openssl/ripemd.h>
#include <openssl/sha.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_auth_hmacsha512.h>

#include "base/error.hpp"
#include "crypto/arguments.hpp"
#include "crypto/secret.hpp"

// OpenSSL 3's one-shot functions (SHA256(), SHA1(), HMAC()) look the algorithm up in a provider at each call,
// which costs more than hashing a short message. The incremental functions used here do not.

namespace pegkit::crypto {
namespace {

SHA256_CTX* context(ByteArray<128>& state) {
  static_assert(sizeof(SHA256_CTX) <= 128 && alignof(SHA256_CTX) <= 8);
  return std::launder(reinterpret_cast<SHA256_CTX*>(state.data()));
}

}  // namespace

Sha256::Sha256() {
  SHA256_Init(::new (state_.data()) SHA256_CTX);
}

Sha256& Sha256::write(ByteView data) {
  SHA256_Update(context(state_), data.data(), data.size());
  return *this;
}

Hash256 Sha256::finish() {
  Hash256 out;
  SHA256_Final(out.data(), context(state_));
  return out;
}

Hash256 Sha256::finish_double() {
  return sha256(finish());
}

Hash256 sha256(ByteView data) {
  return Sha256().write(data).finish();
}

Hash256 sha256d(ByteView data) {
  return Sha256().write(data).finish_double();
}

ByteArray<20> sha1(ByteView data) {
  SHA_CTX state;
  ByteArray<20> out;
  SHA1_Init(&state);
  SHA1_Update(&state, data.data(), data.size());
  SHA1_Final(out.data(), &state);
  return out;
}

ByteArray<20> ripemd160(ByteView data) {
  RIPEMD160_CTX state;
  ByteArray<20> out;
  RIPEMD160_Init(&state);
  RIPEMD160_Update(&state, data.data(), data.size());
  RIPEMD160_Final(out.data(), &state);
  return out;
}

Hash160 hash160(ByteView data) {
  return ripemd160(sha256(data));
}

ByteArray<64> hmac_sha512(ByteView key, ByteView data) {
  crypto_auth_hmacsha512_state state;
  ByteArray<64> out;
  crypto_auth_hmacsha512_init(&state, address(key), key.size());
  crypto_auth_hmacsha512_update(&state, address(data), data.size());
  crypto_auth_hmacsha512_final(&state, out.data());
  return out;
}

Hash256 hmac_sha256(ByteView key, ByteView data) {
  crypto_auth_hmacsha256_state state;
  Hash256 out;
  crypto_auth_hmacsha256_init(&state, address(key), key.size());
  crypto_auth_hmacsha256_update(&state, address(data), data.size());
  crypto_auth_hmacsha256_final(&state, out.data());
  return out;
}

Bytes hkdf_sha256(ByteView secret, ByteView salt, ByteView info, std::size_t length) {
  if (length == 0 || length > 255 * 32) throw Error(Exit::bug, "hkdf.length", "HKDF gives 1 to 8160 bytes");
  Hash256 key = hmac_sha256(salt, secret);
  Bytes out(length);
  Bytes block;
  block.reserve(32 + info.size() + 1);
  for (std::size_t done = 0; done < length; done += 32) {
    append(block, info);
    block.push_back(static_cast<std::uint8_t>(done / 32 + 1));
    Hash256 next = hmac_sha256(key, block);
    std::copy_n(next.begin(), std::min<std::size_t>(32, length - done), out.begin() + done);
    block.assign(next.begin(), next.end());
    wipe(next);
  }
  wipe(block);
  wipe(key);
  return out;
}

Sha256 tagged(std::string_view tag) {
  Hash256 hash = sha256(as_bytes(tag));
  Sha256 out;
  out.write(hash).write(hash);
  return out;
}

Hash256 tagged_hash(std::string_view tag, ByteView data) {
  return tagged(tag).write(data).finish();
}

}  // namespace pegkit::crypto
