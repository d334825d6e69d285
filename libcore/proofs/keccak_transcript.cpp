#include "proofs/keccak_transcript.hpp"

#include "crypto/keccak.hpp"

namespace pegkit::proofs {

KeccakTranscript& KeccakTranscript::bind(const bn254::Fr& value) {
  append(bound_, value.bytes());
  return *this;
}

KeccakTranscript& KeccakTranscript::bind(const bn254::G1& point) {
  append(bound_, bn254::write(point));
  return *this;
}

bn254::Fr KeccakTranscript::challenge() {
  auto hash = crypto::keccak256(bound_);
  bound_.clear();
  return bn254::Fr::reduce(hash);
}

}  // namespace pegkit::proofs
