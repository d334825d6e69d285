#pragma once

#include <array>
#include <span>

#include "proofs/kzg.hpp"
#include "proofs/snarkjs_circuit.hpp"

namespace pegkit::proofs {

/// A verifying key of PLONK over BN254 as snarkjs 0.7 writes and checks it (Gabizon, Williamson, Ciobotaru,
/// ePrint 2019/953): the wires' values come first in the batch, and the transcript is KeccakTranscript.
struct SnarkjsPlonkKey {
  SnarkjsCircuit circuit;
  bn254::G1 qm, ql, qr, qo, qc;
  std::array<bn254::G1, 3> s;
};

struct SnarkjsPlonkProof {
  std::array<bn254::G1, 3> wires;  ///< A, B, C
  bn254::G1 z;
  std::array<bn254::G1, 3> t;
  std::array<bn254::Fr, 5> values;  ///< a, b, c, s1, s2, at ξ
  bn254::Fr z_shifted;              ///< z at ω·ξ
  bn254::G1 opening, shifted_opening;
};

/// A proof as read. Do not use `proof` unless `verdict` is valid.
struct SnarkjsPlonkProofRead {
  SnarkjsPlonkProof proof;
  Verdict verdict;
};

/// Reads `verification_key.json` of protocol plonk. Throws Error (exit 3) with the field's path: `vk.value`
/// for a false value, and as SnarkjsCircuit::read.
SnarkjsPlonkKey read_snarkjs_plonk_key(const Json& document);
/// Reads `proof.json`. Throws Error (exit 3) with the path for a document of another form.
SnarkjsPlonkProofRead read_snarkjs_plonk_proof(const JsonField& document);

class SnarkjsPlonkVerifier {
 public:
  explicit SnarkjsPlonkVerifier(SnarkjsPlonkKey key);
  std::size_t inputs() const { return key_.circuit.inputs; }
  /// Verifies a proof. The weight u of the second opening is the verifier's own choice. snarkjs hashes only
  /// the two opening points; here the batch's weight v is hashed with them, so that u binds every value of
  /// the proof.
  Verdict verify(const SnarkjsPlonkProof& proof, std::span<const bn254::Fr> inputs) const;

 private:
  struct Challenges;
  Challenges draw(const SnarkjsPlonkProof& proof, std::span<const bn254::Fr> inputs) const;
  bool equation_holds(const SnarkjsPlonkProof& proof, std::span<const bn254::Fr> inputs,
                      const Challenges& draw) const;

  SnarkjsPlonkKey key_;
  proofs::KzgVerifier kzg_;
};

}  // namespace pegkit::proofs
