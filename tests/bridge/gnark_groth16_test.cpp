#include "bridge/gnark_groth16.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/bn254_points.hpp"
#include "support/groth16_simulator.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::test;
using crypto::bn254::Fr;
using Form = Groth16Simulator::Form;

namespace {

const std::vector<Fr> inputs = {Fr::from_u64(33), -Fr::one()};

template <class Read>
std::string error_of(Read read, ByteView file) {
  try {
    read(file);
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code();
  }
  return "";
}
std::string key_error(ByteView file) {
  return error_of(read_gnark_groth16_key, file);
}

Bytes with(Bytes file, std::size_t at, ByteView part) {
  std::ranges::copy(part, file.begin() + static_cast<std::ptrdiff_t>(at));
  return file;
}

}  // namespace

TEST_CASE("keys, proofs and witnesses of gnark, compressed and raw") {
  for (std::size_t commitments : {0, 1, 3}) {
    Groth16Simulator simulator(2, 3, commitments);
    for (Form form : {Form::compressed, Form::raw}) {
      crypto::Groth16Verifier verifier(read_gnark_groth16_key(simulator.key_file(form)));
      CHECK(verifier.inputs() == 2);
      auto values = read_gnark_witness(Groth16Simulator::witness_file(inputs));
      CHECK(values.verdict);
      CHECK(values.inputs == inputs);
      for (Form proof_form : {Form::compressed, Form::raw}) {
        Bytes file = Groth16Simulator::proof_file(simulator.prove(inputs), proof_form);
        CHECK(file.size() == (proof_form == Form::raw ? 324 + 64 * commitments : 164 + 32 * commitments));
        auto proof = read_gnark_groth16_proof(file);
        CHECK(proof.verdict);
        CHECK(verifier.verify(proof.proof, values.inputs));
        auto bare = read_bare_groth16_proof(
            ByteView(Groth16Simulator::proof_file(proof.proof, Form::raw)).first(256));
        CHECK(bare.proof.c == proof.proof.c);
      }
    }
  }
}

TEST_CASE("witnesses in gnark's own example") {
  // The example in gnark's documentation of backend/witness, without its two secret values.
  auto values =
      read_gnark_witness(from_hex("000000010000000000000001"
                                  "0000000000000000000000000000000000000000000000000000000000000023"));
  CHECK(values.inputs == std::vector<Fr>{Fr::from_u64(35)});
  CHECK(error_of(read_gnark_witness,
                 from_hex("000000010000000200000003"
                          "0000000000000000000000000000000000000000000000000000000000000023"
                          "0000000000000000000000000000000000000000000000000000000000000003"
                          "0000000000000000000000000000000000000000000000000000000000000002")) ==
        "public.secret");
  CHECK(read_gnark_witness(from_hex("000000000000000000000000")).inputs.empty());
}

TEST_CASE("proofs that end early or go on") {
  Groth16Simulator simulator(2, 3, 1);
  for (Form form : {Form::compressed, Form::raw}) {
    Bytes file = Groth16Simulator::proof_file(simulator.prove(inputs), form);
    for (std::size_t length = 0; length < file.size(); ++length)
      CHECK(error_of(read_gnark_groth16_proof, ByteView(file).first(length)) == "proof.truncated");
    file.push_back(0);
    CHECK(error_of(read_gnark_groth16_proof, file) == "proof.trailing");
  }
  Bytes witness = Groth16Simulator::witness_file(inputs);
  for (std::size_t length = 0; length < witness.size(); ++length)
    CHECK(error_of(read_gnark_witness, ByteView(witness).first(length)) == "public.truncated");
  witness.push_back(0);
  CHECK(error_of(read_gnark_witness, witness) == "public.trailing");
  witness.pop_back();
  CHECK(error_of(read_gnark_witness, with(witness, 0, Bytes{0, 0, 0, 1})) == "public.count");
  CHECK(error_of(read_gnark_witness, with(witness, 8, Bytes{0xff, 0xff, 0xff, 0xff})) == "public.length");
}

TEST_CASE("every altered bit of a proof is unreadable or false") {
  Groth16Simulator simulator(2, 3, 1);
  crypto::Groth16Verifier verifier(simulator.key());
  for (Form form : {Form::compressed, Form::raw}) {
    const Bytes good = Groth16Simulator::proof_file(simulator.prove(inputs), form);
    for (std::size_t i = 0; i < good.size(); ++i) {
      for (int bit = 0; bit < 8; bit += form == Form::raw ? 1 : 3) {
        CAPTURE(i);
        CAPTURE(bit);
        Bytes file = good;
        file[i] ^= static_cast<std::uint8_t>(1 << bit);
        try {
          auto read = read_gnark_groth16_proof(file);
          CHECK_FALSE(bool(read.verdict && verifier.verify(read.proof, inputs)));
        } catch (const Error& e) {
          CHECK(e.code().starts_with("proof."));
        }
      }
    }
  }
}

TEST_CASE("reasons name the point") {
  Groth16Simulator simulator(2, 3, 1);
  const Bytes raw = Groth16Simulator::proof_file(simulator.prove(inputs), Form::raw);
  auto reason = [](const Bytes& file) { return read_gnark_groth16_proof(file).verdict.reason; };
  CHECK(reason(with(raw, 64, crypto::bn254::write(twist_point_outside_subgroup()))) ==
        "bs: not in the subgroup");
  CHECK(reason(with(raw, 224, Bytes(32))) == "krs: not on the curve");
  CHECK(reason(with(raw, 260, Bytes(32))) == "commitments[0]: not on the curve");
  CHECK(reason(with(raw, 324, Bytes(32))) == "commitment_pok: not on the curve");
  Bytes witness = Groth16Simulator::witness_file(inputs);
  raise(std::span(witness).subspan(12, 32), crypto::bn254::scalar_modulus);
  CHECK(read_gnark_witness(witness).verdict.reason == "public[0] is not below the field's order");
}

TEST_CASE("keys that are none") {
  Groth16Simulator simulator(2, 3, 2);
  for (Form form : {Form::compressed, Form::raw}) {
    Bytes file = simulator.key_file(form);
    for (std::size_t length = 0; length < file.size(); ++length)
      CHECK(key_error(ByteView(file).first(length)) == "vk.truncated");
    file.push_back(0);
    CHECK(key_error(file) == "vk.trailing");
  }
  const Bytes raw = simulator.key_file(Form::raw);
  constexpr std::size_t beta = 128, gamma = 256, delta = 448, k = 576;
  CHECK(key_error(raw) == "");
  CHECK(key_error(with(raw, 0, Bytes(64))) == "vk.infinity");
  for (std::size_t at : {beta, gamma, delta}) {
    CHECK(key_error(with(raw, at, Bytes(128))) == "vk.infinity");
    CHECK(key_error(with(raw, at, crypto::bn254::write(twist_point_outside_subgroup()))) == "vk.value");
  }
  CHECK(key_error(with(raw, k, Bytes(4))) != "");
  CHECK(key_error(with(raw, k, Bytes{0xff, 0xff, 0xff, 0xff})) == "vk.length");
  CHECK(key_error(with(raw, k, Bytes{0, 1, 0, 0})) == "vk.truncated");

  // After five points of 64 bytes: two commitments, to {1} and to {1, 3}, and two keys of 256 bytes.
  constexpr std::size_t commitments = k + 4 + 5 * 64, keys = commitments + 4 + 12 + 20;
  CHECK(key_error(with(raw, commitments + 8, Bytes(8))) == "vk.commitments");                       // input 0
  CHECK(key_error(with(raw, commitments + 8, Bytes{0, 0, 0, 0, 0, 0, 0, 3})) == "vk.commitments");  // itself
  CHECK(key_error(with(raw, commitments + 8, Bytes{0, 0, 0, 0, 0, 0, 0, 2})) == "");
  CHECK(key_error(with(raw, commitments + 8, Bytes(8, 0xff))) == "vk.commitments");
  CHECK(key_error(with(raw, keys, Bytes{0, 0, 0, 1})) == "vk.commitments");
  CHECK(key_error(with(raw, keys + 260, crypto::bn254::write(crypto::bn254::g2_generator()))) ==
        "vk.commitments");  // another generator
  CHECK(key_error(with(raw, keys + 4, Bytes(128))) == "vk.infinity");
  CHECK(key_error(with(raw, keys + 132, Bytes(128))) == "vk.infinity");
}
