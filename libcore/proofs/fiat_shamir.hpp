#pragma once

#include <optional>
#include <string_view>

#include "bn254/curve.hpp"
#include "crypto/hash.hpp"

namespace pegkit::proofs {

/// The transcript of gnark's provers (gnark-crypto fiat-shamir with SHA-256). A challenge is
/// SHA256(name ‖ previous challenge, if any ‖ values bound since then), reduced modulo r.
class FiatShamir {
 public:
  void bind(const bn254::Fr& value);  ///< 32 bytes, big-endian
  void bind(const bn254::G1& point);  ///< x ‖ y, 64 bytes; infinity is all zero
  bn254::Fr challenge(std::string_view name);

 private:
  Bytes bound_;
  std::optional<crypto::Hash256> before_;  ///< the previous challenge's hash, not reduced
};

}  // namespace pegkit::proofs
