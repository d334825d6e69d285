#include "bridge/keccak_transcript.hpp"

#include "evm/keccak.hpp"

namespace pegkit::bridge {

KeccakTranscript& KeccakTranscript::bind(const crypto::bn254::Fr& value) {
  append(bound_, value.bytes());
  return *this;
}

KeccakTranscript& KeccakTranscript::bind(const crypto::bn254::G1& point) {
  append(bound_, crypto::bn254::write(point));
  return *this;
}

crypto::bn254::Fr KeccakTranscript::challenge() {
  auto hash = evm::keccak256(bound_);
  bound_.clear();
  return crypto::bn254::Fr::reduce(hash);
}

}  // namespace pegkit::bridge
