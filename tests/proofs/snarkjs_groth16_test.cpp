#include "proofs/snarkjs_groth16.hpp"

#include <doctest/doctest.h>

#include "support/bn254_points.hpp"
#include "support/groth16_simulator.hpp"
#include "support/snarkjs_writer.hpp"

using namespace pegkit;
using namespace pegkit::proofs;
using namespace pegkit::test;
using bn254::Fr;

namespace {

const std::vector<Fr> inputs = {Fr::from_u64(33), -Fr::one()};

Groth16ProofRead read_proof(const Json& document) {
  return read_snarkjs_groth16_proof(JsonField(document, "proof"));
}
InputsRead read_inputs(const Json& document) {
  return read_snarkjs_inputs(JsonField(document, "public"));
}

/// Code and path of the Error that reading throws.
template <class Read>
std::string error_of(Read read, const Json& document) {
  try {
    read(document);
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code() + " " + e.field();
  }
  return "";
}
std::string key_error(const Json& document) {
  return error_of(read_snarkjs_groth16_key, document);
}
std::string proof_error(const Json& document) {
  return error_of(read_proof, document);
}

std::string raised(const Json& number, const bn254::Limbs& modulus) {
  Bytes bytes(40);
  for (char digit : number.get<std::string>()) {
    unsigned carry = static_cast<unsigned>(digit - '0');
    for (std::size_t i = bytes.size(); i-- > 0; carry >>= 8) {
      carry += bytes[i] * 10u;
      bytes[i] = static_cast<std::uint8_t>(carry);
    }
  }
  raise(bytes, modulus);
  return snarkjs::decimal(bytes);
}

}  // namespace

TEST_CASE("key, proof and inputs of snarkjs are read and verify") {
  Groth16Simulator simulator;
  proofs::Groth16Verifier verifier(read_snarkjs_groth16_key(snarkjs::json(simulator.key())));
  auto proof = read_proof(snarkjs::json(simulator.prove(inputs)));
  auto values = read_inputs(snarkjs::json(inputs));
  CHECK(proof.verdict);
  CHECK(values.verdict);
  CHECK(values.inputs == inputs);
  CHECK(verifier.verify(proof.proof, values.inputs));
  Json old = snarkjs::json(simulator.prove(inputs));
  old.erase("curve");  // of earlier versions
  CHECK(read_proof(old).verdict);
  old["curve"] = "bn254";
  CHECK(read_proof(old).verdict);
}

TEST_CASE("a key without inputs, and one with unused ones") {
  Groth16Simulator none(0);
  proofs::Groth16Verifier verifier(read_snarkjs_groth16_key(snarkjs::json(none.key())));
  CHECK(verifier.verify(none.prove({}), {}));
  // snarkjs writes infinity for an input that no constraint mentions.
  Groth16Simulator simulator;
  proofs::Groth16Key key = simulator.key();
  key.ic[2] = {};
  CHECK(read_snarkjs_groth16_key(snarkjs::json(key)).ic[2].infinity);
}

TEST_CASE("what can be read and is false has a reason") {
  Groth16Simulator simulator;
  const Json good = snarkjs::json(simulator.prove(inputs));
  auto reason = [&](auto change) {
    Json document = good;
    change(document);
    return read_proof(document).verdict.reason;
  };
  // The same coordinate to who reduces it: snarkjs and rapidsnark accept it.
  for (const char* name : {"pi_a", "pi_c"})
    for (int i : {0, 1})
      CHECK(reason([&](Json& d) { d[name][i] = raised(d[name][i], bn254::base_modulus); }) ==
            std::string("proof.") + name + ": a coordinate is not below the field's order");
  for (int i : {0, 1})
    for (int j : {0, 1})
      CHECK(reason([&](Json& d) { d["pi_b"][i][j] = raised(d["pi_b"][i][j], bn254::base_modulus); }) ==
            "proof.pi_b: a coordinate is not below the field's order");
  CHECK(reason([](Json& d) { d["pi_a"][0] = std::string(200, '9'); }) ==
        "proof.pi_a: a coordinate is not below the field's order");
  CHECK(reason([](Json& d) { d["pi_c"][1] = "2"; }) == "proof.pi_c: not on the curve");
  CHECK(reason([](Json& d) { std::swap(d["pi_b"][0][0], d["pi_b"][0][1]); }) ==
        "proof.pi_b: not on the curve");
  CHECK(reason([](Json& d) { d["pi_b"] = snarkjs::json(twist_point_outside_subgroup()); }) ==
        "proof.pi_b: not in the subgroup");
  CHECK(reason([](Json& d) { d["pi_a"] = {"0", "1", "0"}; }) == "");
  CHECK(reason([](Json& d) { d["pi_b"] = snarkjs::json(bn254::G2{}); }) == "");
  CHECK(reason([](Json& d) { d["pi_a"] = {"0", "0", "1"}; }) == "proof.pi_a: not on the curve");

  // The same input to who reduces it: rapidsnark accepts it.
  Json values = snarkjs::json(inputs);
  values[0] = raised(values[0], bn254::scalar_modulus);
  CHECK(read_inputs(values).verdict.reason == "public[0] is not below the field's order");
  values[0] = "1";
  values[1] = snarkjs::decimal([] {
    Bytes order;
    for (int i = 31; i >= 0; --i)
      order.push_back(static_cast<std::uint8_t>(bn254::scalar_modulus[i / 8] >> (8 * (i % 8))));
    return order;
  }());
  CHECK(read_inputs(values).verdict.reason == "public[1] is not below the field's order");
}

TEST_CASE("what is no proof of snarkjs") {
  Groth16Simulator simulator;
  const Json good = snarkjs::json(simulator.prove(inputs));
  auto with = [&](const char* field, Json value) {
    Json document = good;
    document[field] = std::move(value);
    return proof_error(document);
  };
  CHECK(with("protocol", "plonk") == "snarkjs.protocol proof.protocol");
  CHECK(with("curve", "bls12381") == "snarkjs.curve proof.curve");
  CHECK(with("pi_a", {"1", "2"}) == "snarkjs.point proof.pi_a");
  CHECK(with("pi_a", {"1", "2", "2"}) == "snarkjs.point proof.pi_a");  // projective
  CHECK(with("pi_a", {"1", "2", "0"}) == "snarkjs.point proof.pi_a");
  CHECK(with("pi_a", {"1", "2", "1", "1"}) == "json.range proof.pi_a");
  CHECK(with("pi_a", {1, "2", "1"}) == "json.type proof.pi_a[0]");
  CHECK(with("pi_a", {"", "2", "1"}) == "snarkjs.number proof.pi_a[0]");
  CHECK(with("pi_a", {"-1", "2", "1"}) == "snarkjs.number proof.pi_a[0]");
  CHECK(with("pi_a", {"0x1", "2", "1"}) == "snarkjs.number proof.pi_a[0]");
  CHECK(with("pi_a", {"01", "2", "1"}) == "snarkjs.number proof.pi_a[0]");
  CHECK(with("pi_a", {std::string(2000, '1'), "2", "1"}) == "json.range proof.pi_a[0]");
  CHECK(with("pi_b", good["pi_a"]) == "json.type proof.pi_b[0]");
  CHECK(with("pi_b", nullptr) == "json.missing proof.pi_b");
  CHECK(with("pi_d", "1") == "json.unknown proof.pi_d");
  for (const char* field : {"pi_a", "pi_b", "pi_c", "protocol"}) {
    Json document = good;
    document.erase(field);
    CHECK(proof_error(document) == std::string("json.missing proof.") + field);
  }
  CHECK(proof_error(Json::array()) == "json.type proof");
  CHECK(error_of(read_inputs, Json::object()) == "json.type public");
  CHECK(error_of(read_inputs, {"1", 2}) == "json.type public[1]");
  CHECK(error_of(read_inputs, {"1", "1.5"}) == "snarkjs.number public[1]");
}

TEST_CASE("keys are checked as proofs are, and are bad input when they are false") {
  Groth16Simulator simulator;
  const Json good = snarkjs::json(simulator.key());
  auto with = [&](const char* field, Json value) {
    Json document = good;
    document[field] = std::move(value);
    return key_error(document);
  };
  CHECK(with("nPublic", 1) == "vk.inputs IC");
  CHECK(with("nPublic", 3) == "vk.inputs IC");
  CHECK(with("nPublic", -1) == "json.range nPublic");
  CHECK(with("nPublic", "2") == "json.type nPublic");
  CHECK(with("nPublic", 65'536) == "vk.inputs IC");
  CHECK(with("nPublic", 65'537) == "json.range nPublic");
  CHECK(with("IC", Json::array()) == "vk.inputs IC");
  CHECK(with("IC", std::vector<Json>(65'537)) == "json.type IC[0]");
  CHECK(with("IC", std::vector<Json>(65'538)) == "json.range IC");
  CHECK(with("protocol", "fflonk") == "snarkjs.protocol protocol");
  CHECK(with("vk_alpha_1", {"1", "3", "1"}) == "vk.value ");
  CHECK(with("vk_delta_2", snarkjs::json(twist_point_outside_subgroup())) == "vk.value ");
  CHECK(with("vk_alpha_1", snarkjs::json(bn254::G1{})) == "vk.infinity ");
  for (const char* field : {"vk_beta_2", "vk_gamma_2", "vk_delta_2"})
    CHECK(with(field, snarkjs::json(bn254::G2{})) == "vk.infinity ");
  CHECK(with("extra", 1) == "json.unknown extra");
  CHECK(with("vk_alphabeta_12", "anything") == "");
  Json ic = good["IC"];
  ic[1][0] = raised(ic[1][0], bn254::base_modulus);
  CHECK(with("IC", ic) == "vk.value ");
}
