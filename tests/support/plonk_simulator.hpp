#pragma once

#include <span>

#include "bn254/hash_to_field.hpp"
#include "proofs/plonk.hpp"
#include "support/groth16_simulator.hpp"

namespace pegkit::test {

/// The commitments that a proof must open: the verifier's equations term by term, each value from its
/// definition.
struct PlonkOpenings {
  bn254::Fr zeta, v, linearisation;
  bn254::G1 at_zeta;              ///< the batch at ζ, less its value
  bn254::G1 shifted;              ///< z less its value at ω·ζ
  proofs::FiatShamir transcript;  ///< after ζ

  PlonkOpenings(const proofs::PlonkKey& key, const proofs::PlonkProof& proof,
                std::span<const bn254::Fr> inputs) {
    const auto gamma = draw_gamma(key, proof, inputs), beta = transcript.challenge("beta");
    for (const auto& commitment : proof.commitments) transcript.bind(commitment);
    transcript.bind(proof.z);
    const auto alpha = transcript.challenge("alpha");
    for (const auto& part : proof.h) transcript.bind(part);
    zeta = transcript.challenge("zeta");
    std::vector<G1> digests{linearise(key, proof, inputs, gamma, beta, alpha)};
    digests.insert(digests.end(), proof.lro.begin(), proof.lro.end());
    digests.insert(digests.end(), {key.s[0], key.s[1]});
    digests.insert(digests.end(), key.qcp.begin(), key.qcp.end());
    std::vector<Fr> values{linearisation};
    values.insert(values.end(), proof.values.begin(), proof.values.end());
    proofs::FiatShamir folding;
    folding.bind(zeta);
    for (const auto& digest : digests) folding.bind(digest);
    for (const auto& value : values) folding.bind(value);
    folding.bind(proof.z_shifted);
    v = folding.challenge("gamma");
    at_zeta = sum(key, digests, values);
    shifted = (multiply(key.kzg_g1, -proof.z_shifted) + proof.z).affine();
  }

 private:
  using Fr = bn254::Fr;
  using G1 = bn254::G1;

  Fr draw_gamma(const proofs::PlonkKey& key, const proofs::PlonkProof& proof, std::span<const Fr> inputs) {
    for (const auto& point : {key.s[0], key.s[1], key.s[2], key.ql, key.qr, key.qm, key.qo, key.qk})
      transcript.bind(point);
    for (const auto& point : key.qcp) transcript.bind(point);
    for (const auto& input : inputs) transcript.bind(input);
    for (const auto& point : proof.lro) transcript.bind(point);
    return transcript.challenge("gamma");
  }

  Fr lagrange(const proofs::PlonkKey& key, std::uint64_t row) const {
    const Fr point = key.generator.pow({row, 0, 0, 0});
    return point * (zeta.pow({key.size, 0, 0, 0}) - Fr::one()) *
           (Fr::from_u64(key.size) * (zeta - point)).inverse();
  }

  G1 linearise(const proofs::PlonkKey& key, const proofs::PlonkProof& proof, std::span<const Fr> inputs,
               const Fr& gamma, const Fr& beta, const Fr& alpha) {
    const Fr l = proof.values[0], r = proof.values[1], o = proof.values[2], k = key.coset_shift;
    const Fr permuted = (l + beta * proof.values[3] + gamma) * (r + beta * proof.values[4] + gamma);
    const Fr first = alpha * alpha * lagrange(key, 0);
    linearisation = first - alpha * permuted * (o + gamma) * proof.z_shifted;
    for (std::size_t i = 0; i < inputs.size(); ++i) linearisation -= inputs[i] * lagrange(key, i);
    for (std::size_t i = 0; i < proof.commitments.size(); ++i)
      linearisation -= bn254::hash_to_fr(write(proof.commitments[i]), "BSB22-Plonk") *
                       lagrange(key, key.inputs + key.commitment_indexes[i]);

    const Fr vanishing = zeta.pow({key.size, 0, 0, 0}) - Fr::one(), step = zeta.pow({key.size + 2, 0, 0, 0});
    auto out = multiply(key.ql, l) + multiply(key.qr, r) + multiply(key.qm, l * r) + multiply(key.qo, o) +
               key.qk + multiply(key.s[2], alpha * permuted * beta * proof.z_shifted) +
               multiply(proof.z, first - alpha * (l + beta * zeta + gamma) * (r + beta * k * zeta + gamma) *
                                             (o + beta * k * k * zeta + gamma)) +
               multiply(proof.h[0], -vanishing) + multiply(proof.h[1], -vanishing * step) +
               multiply(proof.h[2], -vanishing * step * step);
    for (std::size_t i = 0; i < proof.commitments.size(); ++i)
      out = out + multiply(proof.commitments[i], proof.values[5 + i]);
    return out.affine();
  }

  G1 sum(const proofs::PlonkKey& key, std::span<const G1> digests, std::span<const Fr> values) const {
    bn254::G1Sum out;
    Fr weight = Fr::one();
    for (std::size_t i = 0; i < digests.size(); ++i, weight *= v)
      out = out + multiply(digests[i], weight) + multiply(key.kzg_g1, -weight * values[i]);
    return out.affine();
  }
};

/// A PLONK key in gnark's form whose τ is known, so that tests can prove any statement.
class PlonkSimulator {
 public:
  using Fr = bn254::Fr;
  using G1 = bn254::G1;
  using Form = Groth16Simulator::Form;

  explicit PlonkSimulator(std::size_t inputs = 2, std::size_t commitments = 1, unsigned log_size = 5,
                          std::uint64_t seed = 1)
      : random_(seed), tau_(scalar()) {
    const auto domain = proofs::PlonkDomain::of_log_size(log_size);
    key_.size = domain.size();
    key_.size_inverse = domain.size_inverse();
    key_.generator = domain.generator();
    key_.coset_shift = Fr::from_u64(5);
    key_.inputs = inputs;
    for (G1* point : {&key_.s[0], &key_.s[1], &key_.s[2], &key_.ql, &key_.qr, &key_.qm, &key_.qo, &key_.qk})
      *point = g1();
    for (std::size_t i = 0; i < commitments; ++i) {
      key_.qcp.push_back(g1());
      key_.commitment_indexes.push_back(3 + 2 * i);
    }
    key_.kzg_g1 = g1();
    key_.kzg_g2 = {Groth16Simulator::g2(scalar()), {}};
    key_.kzg_g2[1] = multiply(key_.kzg_g2[0], tau_).affine();
  }

  const proofs::PlonkKey& key() const { return key_; }
  const Fr& tau() const { return tau_; }

  /// Random points and values, and the openings that make them hold.
  proofs::PlonkProof prove(std::span<const Fr> inputs) {
    proofs::PlonkProof out;
    for (auto* points : {&out.lro, &out.h})
      for (G1& point : *points) point = g1();
    out.z = g1();
    out.z_shifted = scalar();
    for (std::size_t i = 0; i < 5 + key_.qcp.size(); ++i) out.values.push_back(scalar());
    for (std::size_t i = 0; i < key_.qcp.size(); ++i) out.commitments.push_back(g1());
    open(out, inputs);
    return out;
  }

  /// Makes both openings, and the linearisation's value, anew.
  void open(proofs::PlonkProof& proof, std::span<const Fr> inputs) const {
    const PlonkOpenings openings(key_, proof, inputs);
    proof.linearisation = openings.linearisation;
    proof.opening = multiply(openings.at_zeta, (tau_ - openings.zeta).inverse()).affine();
    proof.shifted_opening =
        multiply(openings.shifted, (tau_ - openings.zeta * key_.generator).inverse()).affine();
  }

  /// The key as gnark writes it; the lines, which no reader of ours looks at, are zero.
  Bytes key_file(Form form = Form::compressed, bool with_version = false) const {
    Bytes out;
    if (with_version) append(out, Groth16Simulator::big_endian(1, 16));
    append(out, Groth16Simulator::big_endian(key_.size, 8));
    append(out, key_.size_inverse.bytes());
    append(out, key_.generator.bytes());
    append(out, Groth16Simulator::big_endian(key_.inputs, 8));
    append(out, key_.coset_shift.bytes());
    for (const auto& point : {key_.s[0], key_.s[1], key_.s[2], key_.ql, key_.qr, key_.qm, key_.qo, key_.qk})
      Groth16Simulator::put(out, form, point);
    Groth16Simulator::put_list(out, form, key_.qcp);
    Groth16Simulator::put(out, form, key_.kzg_g1);
    Groth16Simulator::put(out, form, key_.kzg_g2[0]);
    Groth16Simulator::put(out, form, key_.kzg_g2[1]);
    out.resize(out.size() + 33'792);
    append(out, Groth16Simulator::big_endian(key_.commitment_indexes.size(), 4));
    for (std::uint64_t index : key_.commitment_indexes) append(out, Groth16Simulator::big_endian(index, 8));
    return out;
  }

  /// A proof as gnark writes it.
  static Bytes proof_file(const proofs::PlonkProof& proof, Form form = Form::compressed) {
    Bytes out;
    for (const G1& point : proof.lro) Groth16Simulator::put(out, form, point);
    Groth16Simulator::put(out, form, proof.z);
    for (const G1& point : proof.h) Groth16Simulator::put(out, form, point);
    Groth16Simulator::put(out, form, proof.opening);
    append(out, Groth16Simulator::big_endian(proof.values.size() + 1, 4));
    append(out, proof.linearisation.value().bytes());
    for (const Fr& value : proof.values) append(out, value.bytes());
    Groth16Simulator::put(out, form, proof.shifted_opening);
    append(out, proof.z_shifted.bytes());
    Groth16Simulator::put_list(out, form, proof.commitments);
    return out;
  }

  /// A proof as Ziren publishes it: `program` made `public_values`. Needs a key of two inputs and one
  /// commitment.
  proofs::ZirenProof ziren(const ByteArray<32>& program, ByteView public_values) {
    const auto proof = prove(Groth16Simulator::ziren_inputs(program, public_values));
    Bytes bare;
    auto put = [&](const auto& points) {
      for (const G1& point : points) Groth16Simulator::put(bare, Form::raw, point);
    };
    put(proof.lro);
    put(proof.h);
    for (std::size_t i = 0; i < 5; ++i) append(bare, proof.values[i].bytes());
    put(std::array{proof.z});
    append(bare, proof.z_shifted.bytes());
    put(std::array{proof.opening, proof.shifted_opening});
    append(bare, proof.values[5].bytes());
    put(proof.commitments);
    return Groth16Simulator::ziren_document(proofs::ZirenSystem::plonk, key_file(), program, public_values,
                                            bare);
  }

 private:
  Fr scalar() { return random_.field<Fr>(); }
  G1 g1() { return Groth16Simulator::g1(scalar()); }

  Bn254Random random_;
  Fr tau_;
  proofs::PlonkKey key_;
};

}  // namespace pegkit::test
