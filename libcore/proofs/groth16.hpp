#pragma once

#include <span>
#include <vector>

#include "base/verdict.hpp"
#include "bn254/pairing.hpp"

namespace pegkit::proofs {

/// A Groth16 proof over BN254 (Groth, EUROCRYPT 2016). Points are on their curves and in their subgroups:
/// the readers in bridge/ see to it.
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

  /// A commitment's hash is one more public input: of the point and of the inputs in `committed`, numbered
  /// from 1, where earlier commitments' hashes follow the public inputs. No number is of one that is not
  /// there: the reader sees to it.
  struct Commitment {
    bn254::G2 g, minus_sigma_g;  ///< the same g in all
    std::vector<std::uint32_t> committed;
  };
  std::vector<Commitment> commitments;
};

/// A key with its fixed points prepared: the Miller loop of α and β, the lines of γ and δ.
class Groth16Verifier {
 public:
  /// Throws Error `vk.empty` (exit 3) for a key without `ic`.
  explicit Groth16Verifier(Groth16Key key);

  const Groth16Key& key() const { return key_; }
  std::size_t inputs() const { return key_.ic.size() - 1 - key_.commitments.size(); }
  /// e(A, B) = e(α, β) · e(Σ input·ic, γ) · e(C, δ). Not valid also for a wrong number of inputs.
  Verdict verify(const Groth16Proof& proof, std::span<const bn254::Fr> inputs) const;

  struct Claim {
    Groth16Proof proof;
    std::vector<bn254::Fr> inputs;
  };
  /// All at once by a random linear combination: one Miller loop a proof and one final exponentiation. The
  /// 128-bit weights come from `seed`, 32 bytes that whoever made the proofs cannot know. A false batch
  /// passes with probability 2^-127 at most. Says that one is false, not which. Under a key with commitments
  /// one by one.
  Verdict verify_batch(std::span<const Claim> claims, const ByteArray<32>& seed) const;

 private:
  Verdict check_count(const Groth16Proof& proof, std::size_t inputs) const;
  /// `values` are the inputs, then the commitments' hashes.
  Verdict check_equation(const Groth16Proof& proof, std::span<const bn254::Fr> values) const;
  Verdict verify_each(std::span<const Claim> claims) const;

  Groth16Key key_;
  bn254::Fp12 alpha_beta_;
  bn254::PreparedG2 gamma_, delta_;
};

}  // namespace pegkit::proofs
