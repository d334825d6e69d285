#include "proofs/kzg.hpp"

namespace pegkit::proofs {

using bn254::Fr;
using bn254::G1;
using bn254::G1Sum;

void G1Terms::add(const G1& point, const Fr& scalar) {
  points_.push_back(point);
  scalars_.push_back(scalar);
}

G1 G1Terms::sum() const {
  G1Sum out = bn254::multi_scalar(points_, scalars_);
  for (const G1& point : plain_) out = out + point;
  return out.affine();
}

bool KzgVerifier::equal(const G1& by_one, const G1& by_tau) const {
  const bn254::PairingTerm terms[] = {{by_one, one_}, {-by_tau, tau_}};
  return bn254::pairing_is_one(terms);
}

}  // namespace pegkit::proofs
