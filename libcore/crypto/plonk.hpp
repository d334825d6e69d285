#pragma once

#include <span>
#include <vector>

#include "base/verdict.hpp"
#include "crypto/bn254_pairing.hpp"

namespace pegkit::crypto {

/// PLONK over BN254 as gnark writes and checks it (gnark backend/plonk/bn254, with the commitment extension:
/// BSB22). All points are on their curves and in their subgroups: the readers in bridge/ see to it.
struct PlonkKey {
  std::uint64_t size = 0;  ///< of the domain, a power of two
  bn254::Fr size_inverse, generator, coset_shift;
  std::uint64_t inputs = 0;  ///< public inputs
  std::array<bn254::G1, 3> s;
  bn254::G1 ql, qr, qm, qo, qk;
  std::vector<bn254::G1> qcp;
  bn254::G1 kzg_g1;
  std::array<bn254::G2, 2> kzg_g2;  ///< generator, and that times τ
  std::vector<std::uint64_t> commitment_indexes;
};

struct PlonkProof {
  std::array<bn254::G1, 3> lro;
  bn254::G1 z;
  std::array<bn254::G1, 3> h;
  std::vector<bn254::G1> commitments;  ///< as many as the key has qcp
  bn254::G1 opening;                   ///< of the batch at ζ
  std::vector<bn254::Fr> values;       ///< l, r, o, s1, s2, then qcp, at ζ
  bn254::G1 shifted_opening;           ///< of z at ω·ζ
  bn254::Fr z_shifted;                 ///< its value
};

class PlonkVerifier {
 public:
  explicit PlonkVerifier(PlonkKey key);
  const PlonkKey& key() const { return key_; }
  std::size_t inputs() const { return key_.inputs; }
  Verdict verify(const PlonkProof& proof, std::span<const bn254::Fr> inputs) const;

 private:
  PlonkKey key_;
  std::array<bn254::PreparedG2, 2> kzg_g2_;
};

}  // namespace pegkit::crypto
