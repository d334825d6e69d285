#pragma once

#include "bn254/curve.hpp"

namespace pegkit::proofs {

/// The transcript of snarkjs' PLONK and fflonk. A challenge is keccak256 of the values bound since the
/// previous challenge, reduced modulo r.
class KeccakTranscript {
 public:
  KeccakTranscript& bind(const bn254::Fr& value);  ///< 32 bytes, big-endian
  KeccakTranscript& bind(const bn254::G1& point);  ///< x ‖ y, 64 bytes; infinity is all zero
  bn254::Fr challenge();

 private:
  Bytes bound_;
};

}  // namespace pegkit::proofs
