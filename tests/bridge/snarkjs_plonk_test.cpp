#include "bridge/snarkjs_plonk.hpp"

#include <doctest/doctest.h>

#include "bridge/snarkjs_system.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using test::SnarkjsMade;

using System = test::SnarkjsSystem<SnarkjsPlonkVerifier, read_snarkjs_plonk_key, read_snarkjs_plonk_proof>;

TEST_CASE("snarkjs_plonk: agrees with snarkjs on what it made, and altered") {
  System::agrees("plonk_1", 15);
  System::agrees("plonk_2", 15);
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
