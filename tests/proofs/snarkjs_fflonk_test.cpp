#include "proofs/snarkjs_fflonk.hpp"

#include <doctest/doctest.h>

#include "proofs/snarkjs_system.hpp"

using namespace pegkit;
using namespace pegkit::proofs;
using test::SnarkjsMade;

using System = test::SnarkjsSystem<SnarkjsFflonkVerifier, read_snarkjs_fflonk_key, read_snarkjs_fflonk_proof>;

TEST_CASE("snarkjs_fflonk: agrees with snarkjs on what it made, and altered") {
  System::agrees("fflonk_1", 19);
  System::agrees("fflonk_2", 19);
}

TEST_CASE("snarkjs_fflonk: reasons") {
  auto made = SnarkjsMade::get("fflonk_2");
  if (!made) return;
  SnarkjsFflonkVerifier verifier(read_snarkjs_fflonk_key(made->key()));
  const Json proof = made->proof(), inputs = made->inputs();
  CHECK(verifier.inputs() == 2);
  CHECK(System::verify(verifier, proof, Json::array({inputs[0]})).reason ==
        "1 public inputs, where the key has 2");
  CHECK(System::verify(verifier, proof, Json::array({inputs[0], inputs[1], "0"})).reason ==
        "3 public inputs, where the key has 2");
  Json other = proof;
  other["polynomials"]["C2"] = {"1", "3", "1"};
  CHECK(System::verify(verifier, other, inputs).reason == "proof.polynomials.C2: not on the curve");
  other = proof;
  other["evaluations"]["t1w"] =
      "21888242871839275222246405745257275088548364400416034343698204186575808495617";
  CHECK(System::verify(verifier, other, inputs).reason ==
        "proof.evaluations.t1w is not below the field's order");
  other = proof;
  std::swap(other["polynomials"]["W1"], other["polynomials"]["W2"]);
  CHECK(System::verify(verifier, other, inputs).reason == "the openings do not hold");
  other = proof;
  other["evaluations"]["inv"] = "1";
  CHECK(System::verify(verifier, other, inputs));
}

TEST_CASE("snarkjs_fflonk: documents of another shape are not read") {
  auto made = SnarkjsMade::get("fflonk_2");
  if (!made) return;
  test::check_shapes(made->key(), read_snarkjs_fflonk_key, {"curve"});
  test::check_shapes(made->proof(),
                     [](const Json& document) { read_snarkjs_fflonk_proof(JsonField(document, "proof")); },
                     {"curve"});
  for (const char* part : {"polynomials", "evaluations"})
    test::check_shapes(made->proof()[part],
                       [&](const Json& document) {
                         Json proof = made->proof();
                         proof[part] = document;
                         read_snarkjs_fflonk_proof(JsonField(proof, "proof"));
                       },
                       {"inv"});
  auto plonk = SnarkjsMade::get("plonk_2");
  CHECK(System::key_error(plonk->key()) == "snarkjs.protocol protocol");
}

TEST_CASE("snarkjs_fflonk: keys that no circuit has") {
  auto made = SnarkjsMade::get("fflonk_2");
  if (!made) return;
  const Json good = made->key();
  System::refuses_circuits(good);
  auto with = [&](const char* field, Json value) {
    return System::key_error_with(good, field, std::move(value));
  };
  CHECK(with("C0", {"1", "3", "1"}) == "vk.value ");
  CHECK(with("w3", "1") == "vk.roots w3");
  CHECK(with("w3", "2") == "vk.roots w3");
  CHECK(with("w4", good["w8"]) == "vk.roots w4");
  CHECK(with("w4", "1") == "vk.roots w4");
  CHECK(with("w8", good["w4"]) == "vk.roots w8");
  CHECK(with("wr", good["w"]) == "vk.roots wr");
}
