#include "proofs/fiat_shamir.hpp"

namespace pegkit::proofs {

void FiatShamir::bind(const bn254::Fr& value) {
  append(bound_, value.bytes());
}

void FiatShamir::bind(const bn254::G1& point) {
  append(bound_, bn254::write(point));
}

bn254::Fr FiatShamir::challenge(std::string_view name) {
  crypto::Sha256 hash;
  hash.write(as_bytes(name));
  if (before_) hash.write(*before_);
  before_ = hash.write(bound_).finish();
  bound_.clear();
  return bn254::Fr::reduce(*before_);
}

}  // namespace pegkit::proofs
