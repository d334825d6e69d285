#include "proofs/snarkjs_plonk.hpp"

#include "proofs/keccak_transcript.hpp"

namespace pegkit::proofs {

using bn254::Fr;
using bn254::G1;
using proofs::G1Terms;

SnarkjsPlonkKey read_snarkjs_plonk_key(const Json& document) {
  JsonObject object = open_snarkjs(document, "plonk");
  SnarkjsReader reader;
  SnarkjsPlonkKey key{SnarkjsCircuit::read(object, reader)};
  key.qm = reader.g1(object.required("Qm"));
  key.ql = reader.g1(object.required("Ql"));
  key.qr = reader.g1(object.required("Qr"));
  key.qo = reader.g1(object.required("Qo"));
  key.qc = reader.g1(object.required("Qc"));
  key.s[0] = reader.g1(object.required("S1"));
  key.s[1] = reader.g1(object.required("S2"));
  key.s[2] = reader.g1(object.required("S3"));
  object.done();
  reader.require_key();
  return key;
}

SnarkjsPlonkProofRead read_snarkjs_plonk_proof(const JsonField& document) {
  JsonObject object = open_snarkjs(document.json(), "plonk", document.path());
  SnarkjsReader reader;
  SnarkjsPlonkProofRead out;
  SnarkjsPlonkProof& proof = out.proof;
  constexpr const char *wires[] = {"A", "B", "C"}, *t[] = {"T1", "T2", "T3"};
  constexpr const char* values[] = {"eval_a", "eval_b", "eval_c", "eval_s1", "eval_s2"};
  for (std::size_t i = 0; i < proof.wires.size(); ++i) proof.wires[i] = reader.g1(object.required(wires[i]));
  proof.z = reader.g1(object.required("Z"));
  for (std::size_t i = 0; i < proof.t.size(); ++i) proof.t[i] = reader.g1(object.required(t[i]));
  for (std::size_t i = 0; i < proof.values.size(); ++i)
    proof.values[i] = reader.scalar(object.required(values[i]));
  proof.z_shifted = reader.scalar(object.required("eval_zw"));
  proof.opening = reader.g1(object.required("Wxi"));
  proof.shifted_opening = reader.g1(object.required("Wxiw"));
  object.done();
  out.verdict = reader.verdict();
  return out;
}

SnarkjsPlonkVerifier::SnarkjsPlonkVerifier(SnarkjsPlonkKey key)
    : key_(std::move(key)), kzg_(bn254::g2_generator(), key_.circuit.tau) {}

struct SnarkjsPlonkVerifier::Challenges {
  Fr beta, gamma, alpha, xi, v, u;
  Fr to_size;    ///< ξⁿ
  Fr vanishing;  ///< ξⁿ - 1
};

SnarkjsPlonkVerifier::Challenges SnarkjsPlonkVerifier::draw(const SnarkjsPlonkProof& proof,
                                                            std::span<const Fr> inputs) const {
  Challenges out;
  KeccakTranscript transcript;
  for (const G1* point : {&key_.qm, &key_.ql, &key_.qr, &key_.qo, &key_.qc}) transcript.bind(*point);
  for (const G1& point : key_.s) transcript.bind(point);
  for (const Fr& input : inputs) transcript.bind(input);
  for (const G1& point : proof.wires) transcript.bind(point);
  out.beta = transcript.challenge();
  out.gamma = transcript.bind(out.beta).challenge();
  out.alpha = transcript.bind(out.beta).bind(out.gamma).bind(proof.z).challenge();
  transcript.bind(out.alpha);
  for (const G1& point : proof.t) transcript.bind(point);
  out.xi = transcript.challenge();
  transcript.bind(out.xi);
  for (const Fr& value : proof.values) transcript.bind(value);
  out.v = transcript.bind(proof.z_shifted).challenge();
  out.u = transcript.bind(out.v).bind(proof.opening).bind(proof.shifted_opening).challenge();
  out.to_size = key_.circuit.domain.to_size(out.xi);
  out.vanishing = out.to_size - Fr::one();
  return out;
}

bool SnarkjsPlonkVerifier::equation_holds(const SnarkjsPlonkProof& proof, std::span<const Fr> inputs,
                                          const Challenges& draw) const {
  const auto& [a, b, c, s1, s2] = proof.values;
  const SnarkjsCircuit& circuit = key_.circuit;
  const auto at = circuit.at(draw.xi, draw.vanishing, inputs);
  const Fr first = draw.alpha.square() * at.first;
  const Fr permuted =
      draw.alpha * (a + draw.beta * s1 + draw.gamma) * (b + draw.beta * s2 + draw.gamma) * proof.z_shifted;
  const Fr identity = draw.beta * draw.xi;

  G1Terms by_one, by_tau;
  by_one.add(key_.qm, a * b);
  by_one.add(key_.ql, a);
  by_one.add(key_.qr, b);
  by_one.add(key_.qo, c);
  by_one.add(key_.qc);
  by_one.add(proof.z, draw.alpha * (a + identity + draw.gamma) * (b + identity * circuit.k1 + draw.gamma) *
                              (c + identity * circuit.k2 + draw.gamma) +
                          first + draw.u);
  by_one.add(key_.s[2], -(draw.beta * permuted));
  Fr weight = -draw.vanishing;
  for (const G1& part : proof.t) {
    by_one.add(part, weight);
    weight *= draw.to_size;
  }

  Fr value = first + permuted * (c + draw.gamma) + at.public_inputs;
  const std::array batch = {&proof.wires[0], &proof.wires[1], &proof.wires[2], &key_.s[0], &key_.s[1]};
  weight = draw.v;
  for (std::size_t i = 0; i < batch.size(); ++i, weight *= draw.v) {
    by_one.add(*batch[i], weight);
    value += weight * proof.values[i];
  }
  by_one.add(bn254::g1_generator(), -(value + draw.u * proof.z_shifted));
  by_one.add(proof.opening, draw.xi);
  by_one.add(proof.shifted_opening, draw.u * draw.xi * circuit.domain.generator());
  by_tau.add(proof.opening);
  by_tau.add(proof.shifted_opening, draw.u);
  return kzg_.equal(by_one.sum(), by_tau.sum());
}

Verdict SnarkjsPlonkVerifier::verify(const SnarkjsPlonkProof& proof, std::span<const Fr> inputs) const {
  if (auto count = key_.circuit.check_count(inputs); !count) return count;
  Challenges challenges = draw(proof, inputs);
  if (challenges.vanishing.is_zero()) return Verdict::no("the challenge is a point of the domain");
  if (!equation_holds(proof, inputs, challenges)) return Verdict::no("the openings do not hold");
  return {};
}

}  // namespace pegkit::proofs
