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
/// RFC 5869 with SHA-256, 1 to 255*32 bytes out.
Bytes hkdf_sha256(ByteView secret, ByteView salt, ByteView info, std::size_t length);

/// Incremental SHA-256; copyable, so that a midstate can be kept and reused.
class Sha256 {
 public:
  Sha256();
  Sha256& write(ByteView data);
  Hash256 finish();  ///< SHA256; the object must not be written to afterwards
  Hash256 finish_double();

 private:
  alignas(8) ByteArray<128> state_;  // OpenSSL's SHA256_CTX
};

/// BIP340 tagged hash: an incremental SHA-256 that has taken SHA256(tag) ‖ SHA256(tag). The midstate of a
/// tag is computed once per call; keep the returned object and copy it where many hashes are made.
Sha256 tagged(std::string_view tag);
Hash256 tagged_hash(std::string_view tag, ByteView data);

}  // namespace pegkit::crypto
