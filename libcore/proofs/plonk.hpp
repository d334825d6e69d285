#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "base/verdict.hpp"
#include "proofs/fiat_shamir.hpp"
#include "proofs/kzg.hpp"
#include "proofs/plonk_domain.hpp"

namespace pegkit::proofs {

/// A verifying key of PLONK over BN254 as gnark writes and checks it (gnark backend/plonk/bn254, with the
/// commitment extension BSB22). The readers in proofs/ ensure that all points are on their curves and in
/// their subgroups.
struct PlonkKey {
  std::uint64_t size = 0;  ///< the domain's size, a power of two
  bn254::Fr size_inverse, generator, coset_shift;
  std::uint64_t inputs = 0;  ///< public inputs
  std::array<bn254::G1, 3> s;
  bn254::G1 ql, qr, qm, qo, qk;
  std::vector<bn254::G1> qcp;  ///< selectors of the rows of commitments, as many as commitment_indexes
  bn254::G1 kzg_g1;
  std::array<bn254::G2, 2> kzg_g2;                ///< the generator, and τ times it
  std::vector<std::uint64_t> commitment_indexes;  ///< rows, counted after the public inputs
};

struct PlonkProof {
  std::array<bn254::G1, 3> lro;
  bn254::G1 z;
  std::array<bn254::G1, 3> h;
  std::vector<bn254::G1> commitments;  ///< as many as the key has qcp
  bn254::G1 opening;                   ///< opens the batch at ζ
  std::vector<bn254::Fr> values;       ///< l, r, o, s1, s2, then qcp, at ζ
  bn254::G1 shifted_opening;           ///< opens z at ω·ζ
  bn254::Fr z_shifted;                 ///< z at ω·ζ
  /// The linearisation polynomial at ζ. gnark's files state it, Ziren's bytes do not. It follows from the
  /// rest of the proof; a stated value must equal it.
  std::optional<bn254::Fr> linearisation;
};

class PlonkVerifier {
 public:
  /// Throws Error `vk.domain`, `vk.coset`, `vk.inputs`, `vk.commitments` or `vk.kzg` (exit 3) for a key that
  /// no circuit can have.
  explicit PlonkVerifier(PlonkKey key);
  const PlonkKey& key() const { return key_; }
  std::size_t inputs() const { return key_.inputs; }
  /// Verifies a proof. gnark chooses the weight that joins the two openings at random. Here it is the
  /// transcript's next challenge, `u`, which follows ζ, the weight of the first opening and both opening
  /// points, so that it binds every value of the proof.
  Verdict verify(const PlonkProof& proof, std::span<const bn254::Fr> inputs) const;

 private:
  struct AtZeta;
  Verdict check_counts(const PlonkProof& proof, std::span<const bn254::Fr> inputs) const;
  AtZeta draw_zeta(const PlonkProof& proof, std::span<const bn254::Fr> inputs, FiatShamir& transcript) const;
  void evaluate(const PlonkProof& proof, std::span<const bn254::Fr> inputs, AtZeta& at) const;
  bn254::G1 linearise(const PlonkProof& proof, const AtZeta& at) const;
  bool openings_hold(const PlonkProof& proof, const AtZeta& at, FiatShamir& transcript) const;

  PlonkKey key_;
  PlonkDomain domain_;
  KzgVerifier kzg_;
};

}  // namespace pegkit::proofs
