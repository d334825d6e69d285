#include "proofs/snarkjs_fflonk.hpp"

#include "proofs/keccak_transcript.hpp"

namespace pegkit::proofs {

using bn254::Fr;
using bn254::G1;

namespace {

struct NamedValue {
  const char* name;
  Fr SnarkjsFflonkProof::*value;
};
/// The proof's values by name, in the transcript's order.
constexpr NamedValue values[] = {
    {"ql", &SnarkjsFflonkProof::ql}, {"qr", &SnarkjsFflonkProof::qr},   {"qm", &SnarkjsFflonkProof::qm},
    {"qo", &SnarkjsFflonkProof::qo}, {"qc", &SnarkjsFflonkProof::qc},   {"s1", &SnarkjsFflonkProof::s1},
    {"s2", &SnarkjsFflonkProof::s2}, {"s3", &SnarkjsFflonkProof::s3},   {"a", &SnarkjsFflonkProof::a},
    {"b", &SnarkjsFflonkProof::b},   {"c", &SnarkjsFflonkProof::c},     {"z", &SnarkjsFflonkProof::z},
    {"zw", &SnarkjsFflonkProof::zw}, {"t1w", &SnarkjsFflonkProof::t1w}, {"t2w", &SnarkjsFflonkProof::t2w},
};

/// The polynomial c₀ + c₁·x + c₂·x² + … at x.
Fr evaluate(std::initializer_list<Fr> coefficients, const Fr& x) {
  Fr out = Fr::zero();
  for (auto c = std::rbegin(coefficients); c != std::rend(coefficients); ++c) out = out * x + *c;
  return out;
}

}  // namespace

SnarkjsFflonkKey read_snarkjs_fflonk_key(const Json& document) {
  JsonObject object = open_snarkjs(document, "fflonk");
  SnarkjsReader reader;
  SnarkjsFflonkKey key{SnarkjsCircuit::read(object, reader)};
  key.c0 = reader.g1(object.required("C0"));
  JsonField w3_field = object.required("w3"), w4_field = object.required("w4");
  JsonField w8_field = object.required("w8"), wr_field = object.required("wr");
  const Fr w3 = reader.scalar(w3_field), w4 = reader.scalar(w4_field);
  const Fr w8 = reader.scalar(w8_field), wr = reader.scalar(wr_field);
  object.done();
  reader.require_key();
  const Fr one = Fr::one();
  if (w3 == one || w3.square() * w3 != one) w3_field.fail("vk.roots", "not of order 3");
  if (w4.square() != -one) w4_field.fail("vk.roots", "not of order 4");
  if (w8.square().square() != -one) w8_field.fail("vk.roots", "not of order 8");
  if (wr.square() * wr != key.circuit.domain.generator()) wr_field.fail("vk.roots", "not a third root of w");
  return key;
}

SnarkjsFflonkProofRead read_snarkjs_fflonk_proof(const JsonField& document) {
  JsonObject object = open_snarkjs(document.json(), "fflonk", document.path());
  JsonObject polynomials(object.required("polynomials")), evaluations(object.required("evaluations"));
  object.done();
  SnarkjsReader reader;
  SnarkjsFflonkProofRead out;
  out.proof.c1 = reader.g1(polynomials.required("C1"));
  out.proof.c2 = reader.g1(polynomials.required("C2"));
  out.proof.w1 = reader.g1(polynomials.required("W1"));
  out.proof.w2 = reader.g1(polynomials.required("W2"));
  polynomials.done();
  for (const NamedValue& named : values)
    out.proof.*named.value = reader.scalar(evaluations.required(named.name));
  if (auto inverse = evaluations.optional("inv")) reader.scalar(*inverse);
  evaluations.done();
  out.verdict = reader.verdict();
  return out;
}

SnarkjsFflonkVerifier::SnarkjsFflonkVerifier(SnarkjsFflonkKey key)
    : key_(std::move(key)), kzg_(bn254::g2_generator(), key_.circuit.tau) {}

struct SnarkjsFflonkVerifier::Challenges {
  Fr beta, gamma, xi, alpha, y;
  Fr vanishing;  ///< ξⁿ - 1
};

/// For each of the three commitments: the polynomial of least degree through its values at its roots, taken
/// at y.
struct SnarkjsFflonkVerifier::Remainders {
  Fr r0, r1, r2;
};

SnarkjsFflonkVerifier::Challenges SnarkjsFflonkVerifier::draw(const SnarkjsFflonkProof& proof,
                                                              std::span<const Fr> inputs) const {
  Challenges out;
  KeccakTranscript transcript;
  transcript.bind(key_.c0);
  for (const Fr& input : inputs) transcript.bind(input);
  out.beta = transcript.bind(proof.c1).challenge();
  out.gamma = transcript.bind(out.beta).challenge();
  const Fr seed = transcript.bind(out.gamma).bind(proof.c2).challenge();
  out.xi = seed.pow({24, 0, 0, 0});  // a 24th power, so that third, fourth and eighth roots of ξ are known
  transcript.bind(seed);
  for (const NamedValue& named : values) transcript.bind(proof.*named.value);
  out.alpha = transcript.challenge();
  out.y = transcript.bind(out.alpha).bind(proof.w1).challenge();
  out.vanishing = key_.circuit.domain.to_size(out.xi) - Fr::one();
  return out;
}

SnarkjsFflonkVerifier::Remainders SnarkjsFflonkVerifier::remainders(const SnarkjsFflonkProof& proof,
                                                                    std::span<const Fr> inputs,
                                                                    const Challenges& draw) const {
  const auto& [c1, c2, w1, w2, ql, qr, qm, qo, qc, s1, s2, s3, a, b, c, z, zw, t1w, t2w] = proof;
  const SnarkjsCircuit& circuit = key_.circuit;
  const auto at = circuit.at(draw.xi, draw.vanishing, inputs);
  const Fr over_vanishing = draw.vanishing.inverse();
  const Fr gates = (ql * a + qr * b + qm * a * b + qo * c + qc - at.public_inputs) * over_vanishing;
  const Fr start = (z - Fr::one()) * at.first * over_vanishing;
  const Fr identity = draw.beta * draw.xi;
  const Fr permutation = ((a + identity + draw.gamma) * (b + identity * circuit.k1 + draw.gamma) *
                              (c + identity * circuit.k2 + draw.gamma) * z -
                          (a + draw.beta * s1 + draw.gamma) * (b + draw.beta * s2 + draw.gamma) *
                              (c + draw.beta * s3 + draw.gamma) * zw) *
                         over_vanishing;

  Remainders out;
  out.r0 = evaluate({ql, qr, qo, qm, qc, s1, s2, s3}, draw.y);
  out.r1 = evaluate({a, b, c, gates}, draw.y);
  // One polynomial has the values at the third roots of ξ, another those at the third roots of ω·ξ. The
  // Chinese remainder theorem joins them.
  const Fr shifted = draw.xi * circuit.domain.generator(), cube = draw.y.square() * draw.y;
  const Fr here = evaluate({z, start, permutation}, draw.y), there = evaluate({zw, t1w, t2w}, draw.y);
  out.r2 = (here * (cube - shifted) - there * (cube - draw.xi)) * (draw.xi - shifted).inverse();
  return out;
}

Verdict SnarkjsFflonkVerifier::verify(const SnarkjsFflonkProof& proof, std::span<const Fr> inputs) const {
  if (auto count = key_.circuit.check_count(inputs); !count) return count;
  const Challenges draw = this->draw(proof, inputs);
  if (draw.vanishing.is_zero()) return Verdict::no("the challenge is a point of the domain");
  // Polynomials that are zero at the eight, four and six points where the three commitments are opened, at y.
  const Fr cube = draw.y.square() * draw.y, fourth = draw.y.square().square();
  const Fr shifted = draw.xi * key_.circuit.domain.generator();
  const Fr zero0 = fourth.square() - draw.xi, zero1 = fourth - draw.xi;
  const Fr zero2 = (cube - draw.xi) * (cube - shifted);
  if (draw.xi.is_zero() || zero1.is_zero() || zero2.is_zero())
    return Verdict::no("the challenge is one of the points that are opened");

  const Remainders r = remainders(proof, inputs, draw);
  const Fr weight1 = draw.alpha * zero0 * zero1.inverse();
  const Fr weight2 = draw.alpha.square() * zero0 * zero2.inverse();
  proofs::G1Terms by_one;
  by_one.add(key_.c0);
  by_one.add(proof.c1, weight1);
  by_one.add(proof.c2, weight2);
  by_one.add(bn254::g1_generator(), -(r.r0 + weight1 * r.r1 + weight2 * r.r2));
  by_one.add(proof.w1, -zero0);
  by_one.add(proof.w2, draw.y);
  if (!kzg_.equal(by_one.sum(), proof.w2)) return Verdict::no("the openings do not hold");
  return {};
}

}  // namespace pegkit::proofs
