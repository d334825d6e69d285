#include "proofs/snarkjs_plonk.hpp"

#include <doctest/doctest.h>

#include "proofs/keccak_transcript.hpp"
#include "proofs/snarkjs_system.hpp"

using namespace pegkit;
using namespace pegkit::proofs;
using test::SnarkjsMade;

using System = test::SnarkjsSystem<SnarkjsPlonkVerifier, read_snarkjs_plonk_key, read_snarkjs_plonk_proof>;

TEST_CASE("snarkjs_plonk: agrees with snarkjs on what it made, and altered") {
  System::agrees("plonk_1", 15);
  System::agrees("plonk_2", 15);
}

// A proof of snarkjs holds for any u; this one holds for one u only. Its points are known multiples of the
// generator, mostly zero, and its values are zero. No challenge binds τ, so τ is chosen to satisfy the
// equation.
TEST_CASE("snarkjs_plonk: the last challenge is the hash of v and both openings") {
  using namespace bn254;
  const Fr z = Fr::from_u64(2), opening = Fr::from_u64(3), shifted_opening = Fr::from_u64(4);
  const Fr k1 = Fr::from_u64(5), k2 = Fr::from_u64(7);
  auto point = [](const Fr& scalar) { return multiply(g1_generator(), scalar).affine(); };
  SnarkjsPlonkKey key{
      {.inputs = 0, .domain = proofs::PlonkDomain::of_log_size(3), .k1 = k1, .k2 = k2, .tau = {}}};
  SnarkjsPlonkProof proof;
  proof.z = point(z);
  proof.opening = point(opening);
  proof.shifted_opening = point(shifted_opening);

  KeccakTranscript transcript;
  for (int i = 0; i < 11; ++i) transcript.bind(G1{});  // the key's and the wires'
  const Fr beta = transcript.challenge(), gamma = transcript.bind(beta).challenge();
  const Fr alpha = transcript.bind(beta).bind(gamma).bind(proof.z).challenge();
  const Fr xi = transcript.bind(alpha).bind(G1{}).bind(G1{}).bind(G1{}).challenge();
  transcript.bind(xi);
  for (int i = 0; i < 6; ++i) transcript.bind(Fr::zero());
  const Fr v = transcript.challenge();
  const Fr u = transcript.bind(v).bind(proof.opening).bind(proof.shifted_opening).challenge();

  const Fr vanishing = key.circuit.domain.to_size(xi) - Fr::one();
  const Fr first = alpha.square() * key.circuit.at(xi, vanishing, {}).first;
  const Fr permuted = alpha * (beta * xi + gamma) * (beta * k1 * xi + gamma) * (beta * k2 * xi + gamma);
  const Fr left = z * (permuted + first + u) - first + xi * opening +
                  u * xi * key.circuit.domain.generator() * shifted_opening;
  key.circuit.tau = multiply(g2_generator(), left * (opening + u * shifted_opening).inverse()).affine();
  CHECK(SnarkjsPlonkVerifier(key).verify(proof, {}));
  std::swap(proof.opening, proof.shifted_opening);
  CHECK_FALSE(SnarkjsPlonkVerifier(key).verify(proof, {}));
}

TEST_CASE("snarkjs_plonk: reasons") {
  auto made = SnarkjsMade::get("plonk_2");
  if (!made) return;
  SnarkjsPlonkVerifier verifier(read_snarkjs_plonk_key(made->key()));
  const Json proof = made->proof(), inputs = made->inputs();
  CHECK(verifier.inputs() == 2);
  CHECK(System::verify(verifier, proof, Json::array({inputs[0]})).reason ==
        "1 public inputs, where the key has 2");
  Json other = proof;
  other["T2"] = {"1", "3", "1"};
  CHECK(System::verify(verifier, other, inputs).reason == "proof.T2: not on the curve");
  other = proof;
  other["eval_s1"] = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
  CHECK(System::verify(verifier, other, inputs).reason == "proof.eval_s1 is not below the field's order");
  other = proof;
  std::swap(other["Wxi"], other["Wxiw"]);
  CHECK(System::verify(verifier, other, inputs).reason == "the openings do not hold");
}

TEST_CASE("snarkjs_plonk: documents of another shape are not read") {
  auto made = SnarkjsMade::get("plonk_2");
  if (!made) return;
  test::check_shapes(made->key(), read_snarkjs_plonk_key, {"curve"});
  test::check_shapes(made->proof(),
                     [](const Json& document) { read_snarkjs_plonk_proof(JsonField(document, "proof")); },
                     {"curve"});
  auto fflonk = SnarkjsMade::get("fflonk_2");
  CHECK(System::key_error(fflonk->key()) == "snarkjs.protocol protocol");
}

TEST_CASE("snarkjs_plonk: keys that no circuit has") {
  auto made = SnarkjsMade::get("plonk_2");
  if (!made) return;
  const Json good = made->key();
  System::refuses_circuits(good);
  auto with = [&](const char* field, Json value) {
    return System::key_error_with(good, field, std::move(value));
  };
  CHECK(with("Qm", {"1", "3", "1"}) == "vk.value ");
}
