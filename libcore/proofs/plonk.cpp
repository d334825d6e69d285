#include "proofs/plonk.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "bn254/hash_to_field.hpp"

namespace pegkit::proofs {

using bn254::Fr;
using bn254::G1;

namespace {

constexpr std::size_t wire_values = 5;  // l, r, o, s1, s2, which come before the values of qcp

void check_key(const PlonkKey& key, const PlonkDomain& domain) {
  if (key.size_inverse != domain.size_inverse())
    throw input_error("vk.domain", "the stated inverse of the domain's size is wrong");
  if (!domain.cosets_differ(key.coset_shift, key.coset_shift.square()))
    throw input_error("vk.coset", "the domain and its shifts overlap");
  if (key.inputs > key.size) throw input_error("vk.inputs", "more public inputs than rows");
  if (key.commitment_indexes.size() != key.qcp.size())
    throw input_error("vk.commitments", fmt::format("{} commitments have {} rows", key.qcp.size(),
                                                    key.commitment_indexes.size()));
  for (std::uint64_t index : key.commitment_indexes)
    if (index >= key.size - key.inputs)
      throw input_error("vk.commitments", fmt::format("row {} is outside the domain", index));
  if (key.kzg_g1.infinity || key.kzg_g2[0].infinity || key.kzg_g2[1].infinity)
    throw input_error("vk.kzg", "a point of the commitment scheme is infinity");
}

}  // namespace

/// The challenges, and values at ζ that follow from them.
struct PlonkVerifier::AtZeta {
  Fr gamma, beta, alpha, zeta;
  Fr to_size;        ///< ζⁿ
  Fr vanishing;      ///< ζⁿ - 1
  Fr first;          ///< α²·L₀(ζ)
  Fr permuted;       ///< α·(l + β·s1 + γ)·(r + β·s2 + γ)·z(ωζ)
  Fr linearisation;  ///< the linearisation polynomial's value
};

PlonkVerifier::PlonkVerifier(PlonkKey key)
    : key_(std::move(key)), domain_(key_.size, key_.generator), kzg_(key_.kzg_g2[0], key_.kzg_g2[1]) {
  check_key(key_, domain_);
}

Verdict PlonkVerifier::check_counts(const PlonkProof& proof, std::span<const Fr> inputs) const {
  if (inputs.size() != key_.inputs)
    return Verdict::no(fmt::format("{} public inputs, where the key has {}", inputs.size(), key_.inputs));
  if (proof.commitments.size() != key_.qcp.size())
    return Verdict::no(
        fmt::format("{} commitments, where the key has {}", proof.commitments.size(), key_.qcp.size()));
  if (proof.values.size() != wire_values + key_.qcp.size())
    return Verdict::no(fmt::format("{} values at the challenge, where the key has {}", proof.values.size(),
                                   wire_values + key_.qcp.size()));
  return {};
}

PlonkVerifier::AtZeta PlonkVerifier::draw_zeta(const PlonkProof& proof, std::span<const Fr> inputs,
                                               FiatShamir& transcript) const {
  AtZeta at;
  for (const G1& point : key_.s) transcript.bind(point);
  for (const G1* point : {&key_.ql, &key_.qr, &key_.qm, &key_.qo, &key_.qk}) transcript.bind(*point);
  for (const G1& point : key_.qcp) transcript.bind(point);
  for (const Fr& input : inputs) transcript.bind(input);
  for (const G1& point : proof.lro) transcript.bind(point);
  at.gamma = transcript.challenge("gamma");
  at.beta = transcript.challenge("beta");
  for (const G1& point : proof.commitments) transcript.bind(point);
  transcript.bind(proof.z);
  at.alpha = transcript.challenge("alpha");
  for (const G1& point : proof.h) transcript.bind(point);
  at.zeta = transcript.challenge("zeta");
  at.to_size = domain_.to_size(at.zeta);
  at.vanishing = at.to_size - Fr::one();
  return at;
}

void PlonkVerifier::evaluate(const PlonkProof& proof, std::span<const Fr> inputs, AtZeta& at) const {
  std::vector<std::uint64_t> rows{0};
  std::vector<Fr> row_values{Fr::zero()};
  for (const Fr& input : inputs) {
    rows.push_back(row_values.size() - 1);
    row_values.push_back(input);
  }
  for (std::size_t i = 0; i < proof.commitments.size(); ++i) {
    rows.push_back(key_.inputs + key_.commitment_indexes[i]);
    row_values.push_back(bn254::hash_to_fr(bn254::write(proof.commitments[i]), "BSB22-Plonk"));
  }
  auto lagrange = domain_.lagrange(at.zeta, at.vanishing, rows);
  Fr public_part = Fr::zero();
  for (std::size_t i = 0; i < rows.size(); ++i) public_part += row_values[i] * lagrange[i];

  const Fr &l = proof.values[0], &r = proof.values[1], &o = proof.values[2];
  const Fr &s1 = proof.values[3], &s2 = proof.values[4];
  at.first = at.alpha.square() * lagrange[0];
  at.permuted = at.alpha * (l + at.beta * s1 + at.gamma) * (r + at.beta * s2 + at.gamma) * proof.z_shifted;
  at.linearisation = at.first - public_part - at.permuted * (o + at.gamma);
}

/// The commitment to the linearisation polynomial:
/// l·Ql + r·Qr + l·r·Qm + o·Qo + Qk + Σ qcpᵢ·commitmentᵢ + β·permuted·S3
/// + (α²·L₀ - α·(l + β·ζ + γ)·(r + β·k·ζ + γ)·(o + β·k²·ζ + γ))·Z - (ζⁿ - 1)·(H₀ + ζⁿ⁺²·H₁ + ζ²⁽ⁿ⁺²⁾·H₂).
G1 PlonkVerifier::linearise(const PlonkProof& proof, const AtZeta& at) const {
  const Fr &l = proof.values[0], &r = proof.values[1], &o = proof.values[2];
  G1Terms terms;
  terms.add(key_.ql, l);
  terms.add(key_.qr, r);
  terms.add(key_.qm, l * r);
  terms.add(key_.qo, o);
  terms.add(key_.qk);
  for (std::size_t i = 0; i < proof.commitments.size(); ++i)
    terms.add(proof.commitments[i], proof.values[wire_values + i]);
  terms.add(key_.s[2], at.beta * at.permuted);

  const Fr identity = at.beta * at.zeta, shifted = identity * key_.coset_shift;
  terms.add(proof.z, at.first - at.alpha * (l + identity + at.gamma) * (r + shifted + at.gamma) *
                                    (o + shifted * key_.coset_shift + at.gamma));
  const Fr degree = at.to_size * at.zeta.square();
  Fr weight = -at.vanishing;
  for (const G1& part : proof.h) {
    terms.add(part, weight);
    weight *= degree;
  }
  return terms.sum();
}

/// Checks both openings in one equation: all polynomials at ζ with powers of v, and z at ω·ζ with weight u.
bool PlonkVerifier::openings_hold(const PlonkProof& proof, const AtZeta& at, FiatShamir& transcript) const {
  std::vector<G1> digests{linearise(proof, at), proof.lro[0], proof.lro[1],
                          proof.lro[2],         key_.s[0],    key_.s[1]};
  digests.insert(digests.end(), key_.qcp.begin(), key_.qcp.end());
  std::vector<Fr> values{at.linearisation};
  values.insert(values.end(), proof.values.begin(), proof.values.end());

  FiatShamir folding;
  folding.bind(at.zeta);
  for (const G1& digest : digests) folding.bind(digest);
  for (const Fr& value : values) folding.bind(value);
  folding.bind(proof.z_shifted);
  const Fr v = folding.challenge("gamma");
  transcript.bind(v);
  transcript.bind(proof.opening);
  transcript.bind(proof.shifted_opening);
  const Fr u = transcript.challenge("u");

  G1Terms by_one, by_tau;
  by_one.add(digests[0]);
  Fr value = values[0], weight = v;
  for (std::size_t i = 1; i < digests.size(); ++i, weight *= v) {
    by_one.add(digests[i], weight);
    value += weight * values[i];
  }
  by_one.add(proof.z, u);
  by_one.add(key_.kzg_g1, -(value + u * proof.z_shifted));
  by_one.add(proof.opening, at.zeta);
  by_one.add(proof.shifted_opening, u * at.zeta * key_.generator);
  by_tau.add(proof.opening);
  by_tau.add(proof.shifted_opening, u);
  return kzg_.equal(by_one.sum(), by_tau.sum());
}

Verdict PlonkVerifier::verify(const PlonkProof& proof, std::span<const Fr> inputs) const {
  if (auto counts = check_counts(proof, inputs); !counts) return counts;
  FiatShamir transcript;
  AtZeta at = draw_zeta(proof, inputs, transcript);
  if (at.vanishing.is_zero()) return Verdict::no("the challenge is a point of the domain");
  evaluate(proof, inputs, at);
  if (proof.linearisation && *proof.linearisation != at.linearisation)
    return Verdict::no("the linearisation's value does not follow from the others");
  if (!openings_hold(proof, at, transcript)) return Verdict::no("the openings do not hold");
  return {};
}

}  // namespace pegkit::proofs
