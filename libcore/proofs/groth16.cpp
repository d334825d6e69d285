#include "proofs/groth16.hpp"

#include "base/error.hpp"
#include "bn254/hash_to_field.hpp"
#include "crypto/hash.hpp"

namespace pegkit::proofs {
namespace {

using namespace bn254;

constexpr const char* false_proof = "the equation of the pairings does not hold";

/// Checks the key before its points are used.
Groth16Key checked(Groth16Key key) {
  if (key.ic.size() <= key.commitments.size())
    throw input_error("vk.empty", "the key has no points for its inputs");
  return key;
}

/// The 128-bit weight of proof `index` in a batch.
Fr weight(const ByteArray<32>& seed, std::size_t index) {
  ByteArray<8> number{};
  for (std::size_t i = 0; i < number.size(); ++i) number[i] = static_cast<std::uint8_t>(index >> (8 * i));
  crypto::Hash256 hash = crypto::Sha256().write(seed).write(number).finish();
  return Fr::reduce(ByteView(hash).first(16));
}

/// The public input that a commitment adds (gnark backend/groth16/bn254/verify.go).
Fr commitment_input(const G1& commitment, const std::vector<std::uint32_t>& committed,
                    std::span<const Fr> inputs) {
  Bytes message = to_bytes(write(commitment));
  for (std::uint32_t index : committed) append(message, inputs[index - 1].bytes());
  return hash_to_fr(message, "bsb22-commitment");
}

/// Checks that the prover knew the committed values: Π e(ρⁱ·Cᵢ, -σᵢ·g) · e(pok, g) == 1.
bool knowledge_is_proven(const Groth16Key& key, const Groth16Proof& proof, std::span<const Fr> hashes) {
  Bytes message;
  for (const Fr& hash : hashes) append(message, hash.bytes());
  const Fr challenge = hash_to_fr(message, "G16-BSB22");
  std::vector<PairingTerm> terms = {{proof.knowledge, key.commitments.front().g}};
  Fr power = Fr::one();
  for (std::size_t i = 0; i < hashes.size(); ++i, power *= challenge)
    terms.emplace_back(multiply(proof.commitments[i], power).affine(), key.commitments[i].minus_sigma_g);
  return pairing_is_one(terms);
}

}  // namespace

Groth16Verifier::Groth16Verifier(Groth16Key key)
    : key_(checked(std::move(key))),
      alpha_beta_(miller_loop(std::array{PairingTerm(key_.alpha, key_.beta)})),
      gamma_(key_.gamma),
      delta_(key_.delta) {}

Verdict Groth16Verifier::check_count(const Groth16Proof& proof, std::size_t count) const {
  if (count != inputs())
    return Verdict::no("the key has " + std::to_string(inputs()) + " public inputs, the proof " +
                       std::to_string(count));
  if (proof.commitments.size() != key_.commitments.size())
    return Verdict::no("the key has " + std::to_string(key_.commitments.size()) + " commitments, the proof " +
                       std::to_string(proof.commitments.size()));
  return {};
}

Verdict Groth16Verifier::verify(const Groth16Proof& proof, std::span<const Fr> inputs) const {
  if (Verdict counts = check_count(proof, inputs.size()); !counts) return counts;
  if (key_.commitments.empty()) return check_equation(proof, inputs);

  std::vector<Fr> values(inputs.begin(), inputs.end());
  for (std::size_t i = 0; i < key_.commitments.size(); ++i)
    values.push_back(commitment_input(proof.commitments[i], key_.commitments[i].committed, values));
  if (!knowledge_is_proven(key_, proof, std::span(values).subspan(inputs.size())))
    return Verdict::no("the proof of knowledge of its commitments does not hold");
  return check_equation(proof, values);
}

Verdict Groth16Verifier::check_equation(const Groth16Proof& proof, std::span<const Fr> values) const {
  G1Sum sum = multi_scalar(std::span(key_.ic).subspan(1), values) + key_.ic.front();
  for (const G1& commitment : proof.commitments) sum = sum + commitment;
  const std::array terms = {PairingTerm(-proof.a, proof.b), PairingTerm(sum.affine(), gamma_),
                            PairingTerm(proof.c, delta_)};
  if (!final_exponentiation(miller_loop(terms) * alpha_beta_).is_one()) return Verdict::no(false_proof);
  return {};
}

Verdict Groth16Verifier::verify_batch(std::span<const Claim> claims, const ByteArray<32>& seed) const {
  if (!key_.commitments.empty()) return verify_each(claims);

  std::vector<G1Sum> a;
  std::vector<G1> c;
  std::vector<Fr> weights, sums(key_.ic.size());
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const Claim& claim = claims[i];
    if (Verdict counts = check_count(claim.proof, claim.inputs.size()); !counts) return counts;
    const Fr w = weight(seed, i);
    weights.push_back(w);
    a.push_back(multiply(-claim.proof.a, w));
    c.push_back(claim.proof.c);
    sums[0] += w;
    for (std::size_t j = 0; j < claim.inputs.size(); ++j) sums[j + 1] += w * claim.inputs[j];
  }
  std::vector<PairingTerm> terms;
  std::vector<G1> left = to_affine(a);
  for (std::size_t i = 0; i < claims.size(); ++i) terms.emplace_back(left[i], claims[i].proof.b);
  terms.emplace_back(multi_scalar(key_.ic, sums).affine(), gamma_);
  terms.emplace_back(multi_scalar(c, weights).affine(), delta_);
  terms.emplace_back(multiply(key_.alpha, sums[0]).affine(), key_.beta);
  if (!pairing_is_one(terms)) return Verdict::no(false_proof);
  return {};
}

Verdict Groth16Verifier::verify_each(std::span<const Claim> claims) const {
  for (const Claim& claim : claims)
    if (Verdict verdict = verify(claim.proof, claim.inputs); !verdict) return verdict;
  return {};
}

}  // namespace pegkit::proofs
