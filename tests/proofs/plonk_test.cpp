#include "proofs/plonk.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/plonk_simulator.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using namespace pegkit::proofs;
using bn254::Fr;
using bn254::G1;
using test::PlonkOpenings;
using test::PlonkSimulator;

namespace {

std::vector<Fr> numbers(std::size_t count) {
  std::vector<Fr> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(Fr::from_u64(1000 + i));
  return out;
}

std::string code_of(const PlonkKey& key) {
  try {
    PlonkVerifier verifier(key);
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code();
  }
  return "";
}

/// Every element of a proof, by name.
std::vector<std::pair<std::string, G1*>> points_of(PlonkProof& proof) {
  std::vector<std::pair<std::string, G1*>> out{
      {"l", &proof.lro[0]}, {"r", &proof.lro[1]},        {"o", &proof.lro[2]},
      {"z", &proof.z},      {"h0", &proof.h[0]},         {"h1", &proof.h[1]},
      {"h2", &proof.h[2]},  {"opening", &proof.opening}, {"shifted_opening", &proof.shifted_opening}};
  for (G1& commitment : proof.commitments) out.emplace_back("commitment", &commitment);
  return out;
}

}  // namespace

TEST_CASE("plonk: transcript: name, challenge before, what is bound") {
  FiatShamir transcript;
  transcript.bind(Fr::from_u64(7));
  transcript.bind(G1{});
  Bytes first = to_bytes(as_bytes("gamma"));
  append(first, Fr::from_u64(7).bytes());
  first.resize(first.size() + 64);
  CHECK(transcript.challenge("gamma") == Fr::reduce(sha256(first)));

  transcript.bind(bn254::g1_generator());
  Bytes second = to_bytes(as_bytes("beta"));
  append(second, sha256(first));
  append(second, bn254::write(bn254::g1_generator()));
  CHECK(transcript.challenge("beta") == Fr::reduce(sha256(second)));
}

TEST_CASE("plonk: a domain's Lagrange polynomials") {
  auto domain = PlonkDomain::of_log_size(3);
  CHECK(domain.size() == 8);
  CHECK(domain.generator().pow({4, 0, 0, 0}) == -Fr::one());
  const Fr x = Fr::from_u64(12345), vanishing = domain.to_size(x) - Fr::one();
  const std::uint64_t all[] = {0, 1, 2, 3, 4, 5, 6, 7};
  auto lagrange = domain.lagrange(x, vanishing, all);
  Fr sum, line, point = Fr::one();
  for (const Fr& value : lagrange) {
    sum += value;
    line += value * point;
    point *= domain.generator();
  }
  CHECK(sum == Fr::one());  // they interpolate 1, and x
  CHECK(line == x);
  const std::uint64_t some[] = {6, 2, 2, 7, 0, 5, 1};
  CHECK(domain.lagrange(x, vanishing, some) == std::vector<Fr>{lagrange[6], lagrange[2], lagrange[2],
                                                               lagrange[7], lagrange[0], lagrange[5],
                                                               lagrange[1]});

  CHECK(domain.cosets_differ(Fr::from_u64(2), Fr::from_u64(3)));
  CHECK_FALSE(domain.cosets_differ(domain.generator(), Fr::from_u64(3)));
  CHECK_FALSE(domain.cosets_differ(Fr::from_u64(2), Fr::from_u64(2) * domain.generator()));
  CHECK_FALSE(domain.cosets_differ(Fr::from_u64(2), Fr::zero()));
  CHECK_FALSE(domain.cosets_differ(Fr::zero(), Fr::from_u64(3)));
  for (unsigned log_size : {0u, 29u, 64u, 4'000'000'000u})
    CHECK_THROWS_AS(PlonkDomain::of_log_size(log_size), Error);
  CHECK(PlonkDomain::of_log_size(28).size() == std::uint64_t{1} << 28);
}

TEST_CASE("plonk: any number of inputs and commitments") {
  for (std::size_t inputs : {0, 1, 2, 9, 32})  // 32 rows
    for (std::size_t commitments : {0, 1, 3}) {
      if (inputs == 32 && commitments > 0) continue;
      CAPTURE(inputs);
      CAPTURE(commitments);
      PlonkSimulator simulator(inputs, commitments);
      PlonkVerifier verifier(simulator.key());
      auto values = numbers(inputs);
      PlonkProof proof = simulator.prove(values);
      Verdict verdict = verifier.verify(proof, values);
      CHECK_MESSAGE(verdict.valid, verdict.reason);
      proof.linearisation.reset();
      CHECK(verifier.verify(proof, values));
    }
}

TEST_CASE("plonk: counts are the key's") {
  PlonkSimulator simulator(2, 1);
  PlonkVerifier verifier(simulator.key());
  const auto inputs = numbers(2);
  const PlonkProof good = simulator.prove(inputs);
  CHECK(verifier.verify(good, numbers(1)).reason == "1 public inputs, where the key has 2");
  CHECK(verifier.verify(good, numbers(3)).reason == "3 public inputs, where the key has 2");
  PlonkProof proof = good;
  proof.commitments.push_back(proof.commitments[0]);
  CHECK(verifier.verify(proof, inputs).reason == "2 commitments, where the key has 1");
  proof.commitments.clear();
  CHECK(verifier.verify(proof, inputs).reason == "0 commitments, where the key has 1");
  proof = good;
  proof.values.push_back(Fr::zero());
  CHECK(verifier.verify(proof, inputs).reason == "7 values at the challenge, where the key has 6");
  proof.values.resize(5);
  CHECK(verifier.verify(proof, inputs).reason == "5 values at the challenge, where the key has 6");
  proof.values.clear();
  CHECK_FALSE(verifier.verify(proof, inputs));
}

TEST_CASE("plonk: every element counts") {
  PlonkSimulator simulator(2, 2);
  PlonkVerifier verifier(simulator.key());
  const auto inputs = numbers(2);
  PlonkProof proof = simulator.prove(inputs);
  proof.linearisation.reset();
  for (const auto& named : points_of(proof)) {
    CAPTURE(named.first);
    G1* const point = named.second;
    const G1 good = *point;
    for (const G1& other : {-good, G1{}, bn254::g1_generator(), simulator.key().s[0]}) {
      *point = other;
      CHECK_FALSE(verifier.verify(proof, inputs));
    }
    *point = good;
  }
  std::vector<Fr*> scalars{&proof.z_shifted};
  for (Fr& value : proof.values) scalars.push_back(&value);
  for (Fr* scalar : scalars) {
    const Fr good = *scalar;
    for (const Fr& other : {Fr::zero(), good + Fr::one(), -good}) {
      *scalar = other;
      CHECK_FALSE(verifier.verify(proof, inputs));
    }
    *scalar = good;
  }
  std::swap(proof.commitments[0], proof.commitments[1]);
  CHECK_FALSE(verifier.verify(proof, inputs));
  std::swap(proof.commitments[0], proof.commitments[1]);
  CHECK(verifier.verify(proof, inputs));
  CHECK_FALSE(verifier.verify(proof, std::vector{inputs[1], inputs[0]}));
  CHECK_FALSE(verifier.verify(proof, std::vector{inputs[0], -inputs[1]}));
}

TEST_CASE("plonk: a stated linearisation must be the one") {
  PlonkSimulator simulator;
  PlonkVerifier verifier(simulator.key());
  const auto inputs = numbers(2);
  PlonkProof proof = simulator.prove(inputs);
  *proof.linearisation += Fr::one();
  CHECK(verifier.verify(proof, inputs).reason == "the linearisation's value does not follow from the others");
}

// eprint 2024/398: with a weight of the two openings that does not depend on the openings, any statement is
// proven by openings that cancel each other.
TEST_CASE("plonk: the last challenge binds the openings") {
  PlonkSimulator simulator;
  const PlonkKey& key = simulator.key();
  PlonkVerifier verifier(key);
  const auto inputs = numbers(2);
  PlonkProof proof = simulator.prove(numbers(2));
  const G1 openings[] = {proof.opening, proof.shifted_opening};
  PlonkOpenings open(key, proof, inputs);
  auto weight = [&](std::span<const G1> bound) {
    FiatShamir transcript = open.transcript;
    transcript.bind(open.v);
    for (const G1& point : bound) transcript.bind(point);
    return transcript.challenge("u");
  };
  auto forge = [&](const Fr& u) {
    // W = -u·W', and F + u·F' + ζ·W + u·ω·ζ·W' = 0.
    const G1 both = (multiply(open.shifted, u) + open.at_zeta).affine();
    proof.shifted_opening = multiply(both, (u * open.zeta * (Fr::one() - key.generator)).inverse()).affine();
    proof.opening = multiply(proof.shifted_opening, -u).affine();
  };
  const Fr u_of_none = weight({}), u_of_others = weight(openings);
  forge(u_of_none);
  CHECK_FALSE(verifier.verify(proof, inputs));
  forge(u_of_others);
  CHECK_FALSE(verifier.verify(proof, inputs));
  // The forgery itself is sound: for the weight that it was made for, both sides are zero.
  const auto left = multiply(open.shifted, u_of_others) + open.at_zeta + multiply(proof.opening, open.zeta) +
                    multiply(proof.shifted_opening, u_of_others * open.zeta * key.generator);
  CHECK(left.is_infinity());
  CHECK((multiply(proof.shifted_opening, u_of_others) + proof.opening).is_infinity());
}

TEST_CASE("plonk: the last challenge is the hash of all that the proof has") {
  PlonkSimulator simulator;
  PlonkKey key = simulator.key();
  const auto inputs = numbers(2);
  PlonkProof proof = simulator.prove(inputs);
  std::swap(proof.opening, proof.shifted_opening);  // false ones
  key.kzg_g1 = {};                                  // takes the values out of what is to be opened
  PlonkOpenings open(key, proof, inputs);
  open.transcript.bind(open.v);
  open.transcript.bind(proof.opening);
  open.transcript.bind(proof.shifted_opening);
  const Fr u = open.transcript.challenge("u"), tau = simulator.tau();
  Fr value = open.linearisation + u * proof.z_shifted, weight = open.v;
  for (const Fr& at_zeta : proof.values) {
    value += weight * at_zeta;
    weight *= open.v;
  }
  // The one generator for which the equation holds with this u, and with no other: no challenge binds it.
  const auto rest = multiply(open.shifted, u) + open.at_zeta + multiply(proof.opening, open.zeta - tau) +
                    multiply(proof.shifted_opening, u * (open.zeta * key.generator - tau));
  key.kzg_g1 = multiply(rest.affine(), value.inverse()).affine();
  CHECK(PlonkVerifier(key).verify(proof, inputs));
}

TEST_CASE("plonk: keys that no circuit has") {
  const PlonkKey good = PlonkSimulator(2, 1).key();
  REQUIRE(code_of(good) == "");
  auto with = [&](auto change) {
    PlonkKey key = good;
    change(key);
    return code_of(key);
  };
  for (std::uint64_t size : {0ull, 1ull, 3ull, 16ull, 64ull, 1ull << 29, 1ull << 63, ~0ull}) {
    CAPTURE(size);
    CHECK(with([&](PlonkKey& key) { key.size = size; }) == "vk.domain");
  }
  for (std::uint64_t size : {1ull, 3ull, 1ull << 29})  // (-1)^(3/2) = -1
    CHECK_THROWS_WITH_AS(PlonkDomain(size, -Fr::one()),
                         "the domain's size is not a power of two from 2^1 to 2^28", Error);
  CHECK(with([](PlonkKey& key) { key.generator = Fr::one(); }) == "vk.domain");
  CHECK(with([](PlonkKey& key) { key.generator = key.generator.square(); }) == "vk.domain");
  CHECK(with([](PlonkKey& key) { key.size_inverse = Fr::one(); }) == "vk.domain");
  for (const Fr& shift : {Fr::zero(), Fr::one(), good.generator, -Fr::one()})
    CHECK(with([&](PlonkKey& key) { key.coset_shift = shift; }) == "vk.coset");
  CHECK(with([](PlonkKey& key) { key.coset_shift = PlonkDomain::of_log_size(6).generator(); }) == "vk.coset");
  CHECK(with([](PlonkKey& key) { key.inputs = key.size + 1; }) == "vk.inputs");
  CHECK(with([](PlonkKey& key) { key.inputs = ~std::uint64_t{0}; }) == "vk.inputs");
  CHECK(with([](PlonkKey& key) { key.qcp.clear(); }) == "vk.commitments");
  CHECK(with([](PlonkKey& key) { key.commitment_indexes.push_back(1); }) == "vk.commitments");
  for (std::uint64_t index : {30ull, 32ull, ~0ull, ~0ull - 1})
    CHECK(with([&](PlonkKey& key) { key.commitment_indexes[0] = index; }) == "vk.commitments");
  CHECK(with([](PlonkKey& key) { key.commitment_indexes[0] = 29; }) == "");
  CHECK(with([](PlonkKey& key) { key.kzg_g1 = {}; }) == "vk.kzg");
  CHECK(with([](PlonkKey& key) { key.kzg_g2[0] = {}; }) == "vk.kzg");
  CHECK(with([](PlonkKey& key) { key.kzg_g2[1] = {}; }) == "vk.kzg");
}
