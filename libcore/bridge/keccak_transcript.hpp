#pragma once

#include "crypto/bn254_curve.hpp"

namespace pegkit::bridge {

/// The transcript of snarkjs' PLONK and fflonk: a challenge is keccak256 of what was bound since the last
/// one, modulo r.
class KeccakTranscript {
 public:
  KeccakTranscript& bind(const crypto::bn254::Fr& value);  ///< 32 bytes, big-endian
  KeccakTranscript& bind(const crypto::bn254::G1& point);  ///< x ‖ y, 64 bytes; infinity is all zero
  crypto::bn254::Fr challenge();

 private:
  Bytes bound_;
};

}  // namespace pegkit::bridge
