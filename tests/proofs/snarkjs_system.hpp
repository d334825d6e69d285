#pragma once

#include <doctest/doctest.h>

#include "proofs/snarkjs_groth16.hpp"
#include "support/snarkjs_made.hpp"

namespace pegkit::test {

/// What the tests of snarkjs' PLONK and fflonk have in common, over one's verifier and readers.
template <class Verifier, auto read_key, auto read_proof>
struct SnarkjsSystem {
  static Verdict verify(const Verifier& verifier, const Json& proof, const Json& inputs) {
    auto read = read_proof(JsonField(proof, "proof"));
    auto values = proofs::read_snarkjs_inputs(JsonField(inputs, "public"));
    if (!read.verdict) return read.verdict;
    if (!values.verdict) return values.verdict;
    return verifier.verify(read.proof, values.inputs);
  }

  /// Code and field of the Error that a key throws; empty for a good one.
  static std::string key_error(const Json& document) {
    try {
      Verifier verifier(read_key(document));
    } catch (const Error& e) {
      CHECK(e.exit() == Exit::input);
      return e.code() + " " + e.field();
    }
    return "";
  }
  static std::string key_error_with(Json key, const char* field, Json value) {
    key[field] = std::move(value);
    return key_error(key);
  }

  /// Checks the altered copies of the proof `name` against snarkjs's verdicts. They agree except in `names`
  /// cases: elements that snarkjs reduces modulo the order and we refuse.
  static void agrees(const char* name, std::size_t names) {
    auto made = SnarkjsMade::get(name);
    if (!made) return;
    Verifier verifier(read_key(made->key()));
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
    CHECK(raised == names);
  }

  /// Checks the fields that the keys of PLONK and fflonk share.
  static void refuses_circuits(const Json& good) {
    auto with = [&](const char* field, Json value) { return key_error_with(good, field, std::move(value)); };
    REQUIRE(key_error(good) == "");
    CHECK(with("power", 0) == "vk.domain power");
    CHECK(with("power", 29) == "vk.domain power");
    CHECK(with("power", 4) == "vk.domain w");
    CHECK(with("w", "1") == "vk.domain w");
    CHECK(with("nPublic", 8) == "");
    CHECK(with("nPublic", 9) == "vk.inputs nPublic");
    CHECK(with("k1", "0") == "vk.coset k2");
    CHECK(with("k2", "1") == "vk.coset k2");
    CHECK(with("k2", good["k1"]) == "vk.coset k2");
    CHECK(with("k1", good["w"]) == "vk.coset k2");
    CHECK(with("X_2", Json::array({Json::array({"0", "0"}), Json::array({"1", "0"}),
                                   Json::array({"0", "0"})})) == "vk.kzg X_2");
    CHECK(with("curve", "bls12381") == "snarkjs.curve curve");
  }
};

}  // namespace pegkit::test
