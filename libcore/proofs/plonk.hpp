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

/// PLONK over BN254 as gnark writes and checks it (gnark backend/plonk/bn254, with the commitment extension:
/// BSB22). All points are on their curves and in their subgroups: the readers in bridge/ see to it.
struct PlonkKey {
  std::uint64_t size = 0;  ///< of the domain, a power of two
  bn254::Fr size_inverse, generator, coset_shift;
  std::uint64_t inputs = 0;  ///< public inputs
  std::array<bn254::G1, 3> s;
  bn254::G1 ql, qr, qm, qo, qk;
  std::vector<bn254::G1> qcp;  ///< where a commitment's value stands, as many as commitment_indexes
  bn254::G1 kzg_g1;
  std::array<bn254::G2, 2> kzg_g2;                ///< generator, and that times τ
  std::vector<std::uint64_t> commitment_indexes;  ///< rows, counted after the public inputs
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
  /// The linearisation polynomial at ζ. gnark's own files state it, Ziren's bytes do not: it follows from the
  /// rest, and what is stated must be that.
  std::optional<bn254::Fr> linearisation;
};

class PlonkVerifier {
 public:
  /// Throws Error `vk.domain`, `vk.coset`, `vk.inputs`, `vk.commitments`, `vk.kzg` (exit 3) for a key that no
  /// circuit has.
  explicit PlonkVerifier(PlonkKey key);
  const PlonkKey& key() const { return key_; }
  std::size_t inputs() const { return key_.inputs; }
  /// gnark takes the weight that joins the two openings at random; here it is the transcript's next
  /// challenge, `u`, after ζ, the weight of the first opening, and both opening points: all that the proof
  /// has is bound.
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
