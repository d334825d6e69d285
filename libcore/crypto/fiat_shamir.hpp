#pragma once

#include <optional>
#include <string_view>

#include "crypto/bn254_curve.hpp"
#include "crypto/hash.hpp"

namespace pegkit::crypto {

/// The transcript of gnark's provers (gnark-crypto fiat-shamir, SHA-256): a challenge is
/// SHA256(name ‖ challenge before it, but for the first ‖ what was bound since), and taken modulo r.
class FiatShamir {
 public:
  void bind(const bn254::Fr& value);  ///< 32 bytes, big-endian
  void bind(const bn254::G1& point);  ///< x ‖ y, 64 bytes; infinity is all zero
  bn254::Fr challenge(std::string_view name);

 private:
  Bytes bound_;
  std::optional<Hash256> before_;  ///< as hashed, not reduced
};

/// RFC 9380 §5.3.1, expand_message_xmd with SHA-256: `length` bytes, at most 255·32, under a tag of at most
/// 255 bytes.
Bytes expand_message(ByteView message, std::string_view tag, std::size_t length);
/// RFC 9380 §5.2, hash_to_field to one element of Fr: 48 expanded bytes, modulo r.
bn254::Fr hash_to_scalar(ByteView message, std::string_view tag);

}  // namespace pegkit::crypto
