#pragma once

#include <span>

#include "proofs/kzg.hpp"
#include "proofs/snarkjs_circuit.hpp"

namespace pegkit::proofs {

/// A verifying key of fflonk over BN254 as snarkjs 0.7 writes and checks it (Gabizon, Williamson, ePrint
/// 2021/1167). fflonk commits to k polynomials f₀, f₁, … as one, f₀(Xᵏ) + X·f₁(Xᵏ) + …: its values at the
/// k-th roots of ξ give theirs at ξ.
struct SnarkjsFflonkKey {
  SnarkjsCircuit circuit;
  bn254::G1 c0;  ///< selectors and permutation, eight at once
};

struct SnarkjsFflonkProof {
  bn254::G1 c1;  ///< wires and the gates' quotient, four at once
  bn254::G1 c2;  ///< z and the permutation's quotients, three at once
  bn254::G1 w1, w2;
  /// Values at ξ; those whose names end in w are at ω·ξ.
  bn254::Fr ql, qr, qm, qo, qc, s1, s2, s3, a, b, c, z, zw, t1w, t2w;
};

/// A proof as read. Do not use `proof` unless `verdict` is valid.
struct SnarkjsFflonkProofRead {
  SnarkjsFflonkProof proof;
  Verdict verdict;
};

/// Reads `verification_key.json` of protocol fflonk. Throws Error (exit 3) with the field's path:
/// `vk.value` for a false value, `vk.roots` when w3, w4, w8 or wr is not the root that its name says, and
/// as SnarkjsCircuit::read.
SnarkjsFflonkKey read_snarkjs_fflonk_key(const Json& document);
/// Reads `proof.json`. Throws Error (exit 3) with the path for a document of another form. Its `inv` serves
/// the verifier in Solidity and follows from the rest; it is not kept.
SnarkjsFflonkProofRead read_snarkjs_fflonk_proof(const JsonField& document);

class SnarkjsFflonkVerifier {
 public:
  explicit SnarkjsFflonkVerifier(SnarkjsFflonkKey key);
  std::size_t inputs() const { return key_.circuit.inputs; }
  Verdict verify(const SnarkjsFflonkProof& proof, std::span<const bn254::Fr> inputs) const;

 private:
  struct Challenges;
  struct Remainders;
  Challenges draw(const SnarkjsFflonkProof& proof, std::span<const bn254::Fr> inputs) const;
  Remainders remainders(const SnarkjsFflonkProof& proof, std::span<const bn254::Fr> inputs,
                        const Challenges& draw) const;

  SnarkjsFflonkKey key_;
  proofs::KzgVerifier kzg_;
};

}  // namespace pegkit::proofs
