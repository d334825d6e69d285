#include "bridge/snarkjs_plonk.hpp"

#include <doctest/doctest.h>

#include "bridge/snarkjs_groth16.hpp"
#include "support/snarkjs_made.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using crypto::bn254::Fr;
using test::SnarkjsMade;

namespace {

Verdict verify(const SnarkjsPlonkVerifier& verifier, const Json& proof, const Json& inputs) {
  auto read = read_snarkjs_plonk_proof(JsonField(proof, "proof"));
  auto values = read_snarkjs_inputs(JsonField(inputs, "public"));
  if (!read.verdict) return read.verdict;
  if (!values.verdict) return values.verdict;
  return verifier.verify(read.proof, values.inputs);
}

std::string key_error(const Json& document) {
  try {
    SnarkjsPlonkVerifier verifier(read_snarkjs_plonk_key(document));
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code() + " " + e.field();
  }
  return "";
}

}  // namespace

TEST_CASE("snarkjs_plonk: agrees with snarkjs on what it made, and altered") {
  for (const char* name : {"plonk_1", "plonk_2"}) {
    auto made = SnarkjsMade::get(name);
    if (!made) return;
    SnarkjsPlonkVerifier verifier(read_snarkjs_plonk_key(made->key()));
    CHECK(verify(verifier, made->proof(), made->inputs()));
    std::size_t valid = 0, raised = 0;
    auto cases = made->cases();
    for (const auto& altered : cases) {
      CAPTURE(altered.name);
      Verdict verdict = verify(verifier, altered.proof, altered.inputs);
      CHECK_MESSAGE(verdict.valid == (altered.valid && !altered.raised), verdict.reason);
      valid += verdict.valid;
      raised += altered.valid && altered.raised;
    }
    CHECK(cases.size() > 60);
    CHECK(valid == 1);
    CHECK(raised == 15);  // snarkjs reduces: every element of the proof has other names for it
  }
}

TEST_CASE("snarkjs_plonk: reasons") {
  auto made = SnarkjsMade::get("plonk_2");
  if (!made) return;
  SnarkjsPlonkVerifier verifier(read_snarkjs_plonk_key(made->key()));
  const Json proof = made->proof(), inputs = made->inputs();
  CHECK(verifier.inputs() == 2);
  CHECK(verify(verifier, proof, Json::array({inputs[0]})).reason == "1 public inputs, where the key has 2");
  Json other = proof;
  other["T2"] = {"1", "3", "1"};
  CHECK(verify(verifier, other, inputs).reason == "proof.T2: not on the curve");
  other = proof;
  other["eval_s1"] = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
  CHECK(verify(verifier, other, inputs).reason == "proof.eval_s1 is not below the field's order");
  other = proof;
  std::swap(other["Wxi"], other["Wxiw"]);
  CHECK(verify(verifier, other, inputs).reason == "the openings do not hold");
}

TEST_CASE("snarkjs_plonk: documents of another shape are not read") {
  auto made = SnarkjsMade::get("plonk_2");
  if (!made) return;
  test::check_shapes(made->key(), read_snarkjs_plonk_key, {"curve"});
  test::check_shapes(made->proof(),
                     [](const Json& document) { read_snarkjs_plonk_proof(JsonField(document, "proof")); },
                     {"curve"});
  auto fflonk = SnarkjsMade::get("fflonk_2");
  CHECK(key_error(fflonk->key()) == "snarkjs.protocol protocol");
}

TEST_CASE("snarkjs_plonk: keys that no circuit has") {
  auto made = SnarkjsMade::get("plonk_2");
  if (!made) return;
  const Json good = made->key();
  REQUIRE(key_error(good) == "");
  auto with = [&](const char* field, Json value) {
    Json key = good;
    key[field] = std::move(value);
    return key_error(key);
  };
  CHECK(with("power", 0) == "vk.domain power");
  CHECK(with("power", 29) == "vk.domain power");
  CHECK(with("power", 4) == "vk.domain w");
  CHECK(with("w", "1") == "vk.domain w");
  CHECK(with("nPublic", 9) == "vk.inputs nPublic");
  CHECK(with("k1", "0") == "vk.coset k2");
  CHECK(with("k2", "1") == "vk.coset k2");
  CHECK(with("k2", good["k1"]) == "vk.coset k2");
  CHECK(with("k1", good["w"]) == "vk.coset k2");
  CHECK(with("Qm", {"1", "3", "1"}) == "vk.value ");
  CHECK(with("X_2", Json::array({Json::array({"0", "0"}), Json::array({"1", "0"}),
                                 Json::array({"0", "0"})})) == "vk.kzg X_2");
  CHECK(with("curve", "bls12381") == "snarkjs.curve curve");
}
