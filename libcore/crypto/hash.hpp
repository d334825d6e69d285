#pragma once

#include <string_view>

#include "base/bytes.hpp"

namespace pegkit::crypto {

using Hash160 = ByteArray<20>;
using Hash256 = ByteArray<32>;

Hash256 sha256(ByteView data);
/// SHA256(SHA256(data)).
Hash256 sha256d(ByteView data);
ByteArray<20> sha1(ByteView data);
ByteArray<20> ripemd160(ByteView data);
/// RIPEMD160(SHA256(data)).
Hash160 hash160(ByteView data);
ByteArray<64> hmac_sha512(ByteView key, ByteView data);
Hash256 hmac_sha256(ByteView key, ByteView data);
/// HKDF of RFC 5869 with SHA-256. `length` is 1 to 8160 bytes; another throws Error `hkdf.length` (exit 70).
Bytes hkdf_sha256(ByteView secret, ByteView salt, ByteView info, std::size_t length);

/// Incremental SHA-256. A copy keeps the state so far, so that many messages can share one prefix.
class Sha256 {
 public:
  Sha256();
  Sha256& write(ByteView data);
  Hash256 finish();         ///< SHA256 of all written; the object must not be used afterwards
  Hash256 finish_double();  ///< SHA256(SHA256) of all written; likewise

 private:
  alignas(8) ByteArray<128> state_;  // OpenSSL's SHA256_CTX
};

/// An incremental SHA-256 that has taken SHA256(tag) ‖ SHA256(tag), the start of a BIP340 tagged hash. Each
/// call hashes the tag again; a caller that makes many hashes keeps the object and copies it.
Sha256 tagged(std::string_view tag);
Hash256 tagged_hash(std::string_view tag, ByteView data);

}  // namespace pegkit::crypto
