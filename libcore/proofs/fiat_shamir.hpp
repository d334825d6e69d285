#pragma once

#include <optional>
#include <string_view>

#include "bn254/curve.hpp"
#include "crypto/hash.hpp"

namespace pegkit::proofs {

/// The transcript of gnark's provers (gnark-crypto fiat-shamir, SHA-256): a challenge is
/// SHA256(name ‖ challenge before it, but for the first ‖ what was bound since), and taken modulo r.
class FiatShamir {
 public:
  void bind(const bn254::Fr& value);  ///< 32 bytes, big-endian
  void bind(const bn254::G1& point);  ///< x ‖ y, 64 bytes; infinity is all zero
  bn254::Fr challenge(std::string_view name);

 private:
  Bytes bound_;
  std::optional<crypto::Hash256> before_;  ///< as hashed, not reduced
};

}  // namespace pegkit::proofs
