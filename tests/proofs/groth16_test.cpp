#include "proofs/groth16.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/groth16_simulator.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using namespace pegkit::proofs;
using namespace pegkit::test;
using bn254::Fr;
using bn254::G1;
using bn254::G2;

namespace {

const ByteArray<32> seed = sha256(as_bytes("weights"));

std::vector<Fr> numbers(std::size_t count) {
  Bn254Random random(count);
  std::vector<Fr> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(random.field<Fr>());
  return out;
}

std::vector<Groth16Verifier::Claim> claims(Groth16Simulator& simulator, std::size_t count) {
  std::size_t inputs = simulator.key().ic.size() - 1;
  std::vector<Fr> all = numbers(count * inputs);
  std::vector<Groth16Verifier::Claim> out;
  for (std::size_t i = 0; i < count; ++i) {
    auto first = all.begin() + static_cast<std::ptrdiff_t>(i * inputs);
    std::vector<Fr> own(first, first + static_cast<std::ptrdiff_t>(inputs));
    out.push_back({simulator.prove(own), own});
  }
  return out;
}

G1 sum(const G1& a, const G1& b) {
  return (bn254::G1Sum::from(a) + b).affine();
}

}  // namespace

TEST_CASE("a proof verifies for its inputs, however many, and for no others") {
  for (std::size_t count : {0, 1, 2, 3, 20}) {
    CAPTURE(count);
    Groth16Simulator simulator(count);
    Groth16Verifier verifier(simulator.key());
    CHECK(verifier.inputs() == count);
    std::vector<Fr> inputs = numbers(count);
    Groth16Proof proof = simulator.prove(inputs);
    CHECK(verifier.verify(proof, inputs));
    for (Fr& input : inputs) {
      input += Fr::one();
      Verdict verdict = verifier.verify(proof, inputs);
      CHECK_FALSE(verdict);
      CHECK(verdict.reason == "the equation of the pairings does not hold");
      input -= Fr::one();
    }
    inputs.push_back(Fr::zero());
    CHECK(verifier.verify(proof, inputs).reason ==
          "the key has " + std::to_string(count) + " public inputs, the proof " + std::to_string(count + 1));
    if (count > 0) CHECK_FALSE(verifier.verify(proof, std::span(inputs).first(count - 1)));
  }
}

TEST_CASE("inputs of zero, one and the largest") {
  Groth16Simulator simulator(3);
  Groth16Verifier verifier(simulator.key());
  const std::array inputs = {Fr::zero(), Fr::one(), -Fr::one()};
  CHECK(verifier.verify(simulator.prove(inputs), inputs));
}

TEST_CASE("every part of a proof counts") {
  Groth16Simulator simulator;
  Groth16Verifier verifier(simulator.key());
  const std::vector<Fr> inputs = numbers(2);
  const Groth16Proof proof = simulator.prove(inputs), other = simulator.prove(inputs);
  CHECK(verifier.verify(other, inputs));
  auto with = [&](auto change) {
    Groth16Proof altered = proof;
    change(altered);
    return verifier.verify(altered, inputs).valid;
  };
  CHECK(with([](Groth16Proof&) {}));
  CHECK_FALSE(with([&](Groth16Proof& p) { p.a = other.a; }));
  CHECK_FALSE(with([&](Groth16Proof& p) { p.b = other.b; }));
  CHECK_FALSE(with([&](Groth16Proof& p) { p.c = other.c; }));
  CHECK_FALSE(with([](Groth16Proof& p) { p.a = -p.a; }));
  CHECK_FALSE(with([](Groth16Proof& p) { p.b = -p.b; }));
  CHECK_FALSE(with([](Groth16Proof& p) { p.c = -p.c; }));
  CHECK_FALSE(with([](Groth16Proof& p) { std::swap(p.a, p.c); }));
  // Infinity is a point like any other: it takes its part out of the equation, which then does not hold.
  CHECK_FALSE(with([](Groth16Proof& p) { p.a = {}; }));
  CHECK_FALSE(with([](Groth16Proof& p) { p.b = {}; }));
  CHECK_FALSE(with([](Groth16Proof& p) { p.c = {}; }));
  CHECK_FALSE(with([](Groth16Proof& p) { p = {}; }));
  // Groth16 lets anyone make other proofs of the same: -A and -B are as good as A and B.
  CHECK(with([](Groth16Proof& p) { p.a = -p.a, p.b = -p.b; }));
  // A proof without commitments cannot bring one.
  CHECK_FALSE(with([&](Groth16Proof& p) { p.commitments = {other.a}; }));
}

TEST_CASE("a proof is of its key alone") {
  Groth16Simulator simulator, stranger(2, 99);
  const std::vector<Fr> inputs = numbers(2);
  CHECK_FALSE(Groth16Verifier(stranger.key()).verify(simulator.prove(inputs), inputs));
  CHECK(Groth16Verifier(stranger.key()).verify(stranger.prove(inputs), inputs));
  Groth16Key empty = simulator.key();
  empty.ic.clear();
  CHECK_THROWS_WITH_AS(Groth16Verifier{empty}, "the key has no points for its inputs", Error);
  Groth16Key short_one = Groth16Simulator(0, 1, 2).key();  // one point for itself, two for its commitments
  CHECK(Groth16Verifier(short_one).inputs() == 0);
  short_one.ic.pop_back();
  CHECK_THROWS_WITH_AS(Groth16Verifier{short_one}, "the key has no points for its inputs", Error);
}

TEST_CASE("a commitment that the key does not have could make anything true") {
  Groth16Simulator simulator;
  const Groth16Key& key = simulator.key();
  const std::vector<Fr> inputs = numbers(2);
  const G1 inputs_sum =
      (multiply(key.ic[1], inputs[0]) + multiply(key.ic[2], inputs[1]) + key.ic[0]).affine();
  Groth16Proof proof;  // e(α, β) on both sides, and a commitment that takes the inputs away
  proof.a = key.alpha;
  proof.b = key.beta;
  proof.commitments = {-inputs_sum};
  CHECK(Groth16Verifier(key).verify(proof, inputs).reason == "the key has 0 commitments, the proof 1");
  CHECK(
      Groth16Verifier(key).verify_batch(std::vector<Groth16Verifier::Claim>{{proof, inputs}}, seed).reason ==
      "the key has 0 commitments, the proof 1");
}

TEST_CASE("a batch holds when all its proofs do") {
  for (std::size_t inputs : {0, 2, 5}) {
    Groth16Simulator simulator(inputs);
    Groth16Verifier verifier(simulator.key());
    auto all = claims(simulator, 21);
    for (std::size_t size : {0, 1, 2, 7, 8, 9, 21})
      CHECK(verifier.verify_batch(std::span(all).first(size), seed));
    CHECK(verifier.verify_batch(all, {}));
  }
}

TEST_CASE("a batch with one false proof does not hold, wherever it stands") {
  Groth16Simulator simulator;
  Groth16Verifier verifier(simulator.key());
  const auto good = claims(simulator, 9);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i].inputs[1] += Fr::one();
    CHECK_FALSE(verifier.verify_batch(bad, seed));
    bad = good;
    bad[i].proof.c = good[(i + 1) % good.size()].proof.c;
    CHECK_FALSE(verifier.verify_batch(bad, seed));
    bad = good;
    bad[i].inputs.pop_back();
    CHECK(verifier.verify_batch(bad, seed).reason == "the key has 2 public inputs, the proof 1");
  }
}

TEST_CASE("two false proofs whose errors cancel do not pass as a batch") {
  // Without random weights the product of the two equations would hold.
  Groth16Simulator simulator;
  Groth16Verifier verifier(simulator.key());
  auto pair = claims(simulator, 2);
  const G1 error = Groth16Simulator::g1(Fr::from_u64(12345));
  pair[0].proof.c = sum(pair[0].proof.c, error);
  pair[1].proof.c = sum(pair[1].proof.c, -error);
  CHECK_FALSE(verifier.verify(pair[0].proof, pair[0].inputs));
  CHECK_FALSE(verifier.verify(pair[1].proof, pair[1].inputs));
  CHECK_FALSE(verifier.verify_batch(pair, seed));

  auto inputs = claims(simulator, 2);
  inputs[0].inputs[0] += Fr::one();
  inputs[1].inputs[0] -= Fr::one();
  CHECK_FALSE(verifier.verify_batch(inputs, seed));

  // The same with the proofs exchanged between their inputs.
  auto exchanged = claims(simulator, 2);
  std::swap(exchanged[0].proof.c, exchanged[1].proof.c);
  CHECK_FALSE(verifier.verify_batch(exchanged, seed));
}

TEST_CASE("a batch's weights are 128 bits of a hash of seed and place") {
  // Errors that cancel under these weights: what could be done by whoever knew the seed.
  auto weight = [](std::size_t place) {
    Bytes data = to_bytes(seed);
    append(data, ByteArray<8>{static_cast<std::uint8_t>(place), static_cast<std::uint8_t>(place >> 8)});
    return Fr::reduce(ByteView(sha256(data)).first(16));
  };
  Groth16Simulator simulator;
  Groth16Verifier verifier(simulator.key());
  std::vector<Groth16Verifier::Claim> all(300, claims(simulator, 1)[0]);
  for (auto [i, j] : {std::pair<std::size_t, std::size_t>{0, 1}, {1, 299}}) {
    auto bad = std::vector(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(j + 1));
    bad[i].proof.c = sum(bad[i].proof.c, Groth16Simulator::g1(weight(j)));
    bad[j].proof.c = sum(bad[j].proof.c, Groth16Simulator::g1(-weight(i)));
    CHECK(verifier.verify_batch(bad, seed));
    CHECK_FALSE(verifier.verify_batch(bad, sha256(seed)));
  }
}

TEST_CASE("commitments of gnark's extension") {
  for (std::size_t count : {1, 2, 3, 9}) {
    CAPTURE(count);
    Groth16Simulator simulator(2, 7, count), plain(2, 7);
    Groth16Verifier verifier(simulator.key());
    CHECK(verifier.inputs() == 2);
    std::vector<Fr> inputs = numbers(2);
    const Groth16Proof proof = simulator.prove(inputs);
    CHECK(verifier.verify(proof, inputs));
    CHECK(verifier.verify_batch(std::vector<Groth16Verifier::Claim>{{proof, inputs}}, seed));

    Groth16Proof altered = proof;
    altered.knowledge = proof.a;
    CHECK(verifier.verify(altered, inputs).reason ==
          "the proof of knowledge of its commitments does not hold");
    altered = proof;
    altered.commitments.back() = -altered.commitments.back();
    CHECK_FALSE(verifier.verify(altered, inputs));
    altered = proof;
    altered.commitments.pop_back();
    CHECK(verifier.verify(altered, inputs).reason ==
          "the key has " + std::to_string(count) + " commitments, the proof " + std::to_string(count - 1));
    for (Fr& input : inputs) {  // the first is committed to, the second is not
      input += Fr::one();
      CHECK_FALSE(verifier.verify(proof, inputs));
      CHECK_FALSE(verifier.verify_batch(std::vector<Groth16Verifier::Claim>{{proof, inputs}}, seed));
      input -= Fr::one();
    }
    CHECK_FALSE(verifier.verify(plain.prove(inputs), inputs));
  }
}
