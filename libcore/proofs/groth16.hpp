#pragma once

#include <span>
#include <vector>

#include "base/verdict.hpp"
#include "bn254/pairing.hpp"

namespace pegkit::proofs {

/// A Groth16 proof over BN254 (Groth, EUROCRYPT 2016). The readers in proofs/ ensure that its points are on
/// their curves and in their subgroups.
struct Groth16Proof {
  bn254::G1 a;
  bn254::G2 b;
  bn254::G1 c;
  /// gnark's extension (BSB22): Pedersen commitments to wires, and one proof of knowledge for all of them.
  std::vector<bn254::G1> commitments;
  bn254::G1 knowledge;
};

struct Groth16Key {
  bn254::G1 alpha;
  bn254::G2 beta, gamma, delta;
  std::vector<bn254::G1> ic;  ///< one more than public inputs and commitments

  /// A commitment adds a public input: the hash of its point and of the inputs in `committed`. These are
  /// numbered from 1; hashes of earlier commitments follow the public inputs. The reader ensures that each
  /// number exists.
  struct Commitment {
    bn254::G2 g, minus_sigma_g;  ///< g and -σ·g; all commitments have the same g
    std::vector<std::uint32_t> committed;
  };
  std::vector<Commitment> commitments;
};

/// A key with precomputed values: the Miller loop of α and β, the lines of γ and δ.
class Groth16Verifier {
 public:
  /// Throws Error `vk.empty` (exit 3) for a key without `ic`.
  explicit Groth16Verifier(Groth16Key key);

  const Groth16Key& key() const { return key_; }
  std::size_t inputs() const { return key_.ic.size() - 1 - key_.commitments.size(); }
  /// Checks e(A, B) = e(α, β) · e(Σ input·ic, γ) · e(C, δ). A wrong number of inputs makes the proof
  /// not valid.
  Verdict verify(const Groth16Proof& proof, std::span<const bn254::Fr> inputs) const;

  struct Claim {
    Groth16Proof proof;
    std::vector<bn254::Fr> inputs;
  };
  /// Checks all claims at once by a random linear combination: one Miller loop per proof and one final
  /// exponentiation. The 128-bit weights come from `seed`, 32 bytes that the makers of the proofs must not
  /// know. A batch with a false proof passes with a probability of at most 2^-127. The verdict does not say
  /// which proof is false. Under a key with commitments the claims are checked one by one.
  Verdict verify_batch(std::span<const Claim> claims, const ByteArray<32>& seed) const;

 private:
  Verdict check_count(const Groth16Proof& proof, std::size_t inputs) const;
  /// `values` holds the inputs, then the commitments' hashes.
  Verdict check_equation(const Groth16Proof& proof, std::span<const bn254::Fr> values) const;
  Verdict verify_each(std::span<const Claim> claims) const;

  Groth16Key key_;
  bn254::Fp12 alpha_beta_;
  bn254::PreparedG2 gamma_, delta_;
};

}  // namespace pegkit::proofs
