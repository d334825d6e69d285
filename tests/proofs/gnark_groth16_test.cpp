#include "proofs/gnark_groth16.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/bn254_points.hpp"
#include "support/groth16_simulator.hpp"

using namespace pegkit;
using namespace pegkit::proofs;
using namespace pegkit::test;
using bn254::Fr;
using Form = Groth16Simulator::Form;

namespace {

const std::vector<Fr> inputs = {Fr::from_u64(33), -Fr::one()};

// Made by gnark 0.16 for x = s·s, y = s·x with x and y public: two commitments, to (x, s) and to (its hash,
// y, s). By WriteTo; x = 9, y = 27.
constexpr const char* made_key =
    "a07e487e612f3fcc2a455ee97f17418a703785ba87c291fd212b2aff55cfc9d0ea2efedb7ab67aa0703b2a4e249b8a0c3deb"
    "1d915edabb12eb83a7b7afdd6f5ec8be96195c5a74cb0d92263bde9f658a96c07b879fde65198417034d44b669d4035ccd53"
    "248b095145cb517a9d92951a6e7453aa9aa9a8760c8590e2e4d4a850805042790314e0967b8060807bcce85204312940e864"
    "8005546a8b7240afa10c16ebc62b03466ac42afbdffd68c6463fe70aa23f0118c61c5af6f346ba9ec80bd7b7a47c168a7b7c"
    "3ab912ac59e5fbed264ee7b2e255cc6f1ae8d070b6126a25e0f369f9737db25a9a7499c1a4ab5317c7c7c8f1ca08dab66518"
    "79f30877adf218bb7a18e1344531818b5332f696d9da570b196c246dd5092964d21f9fb0546000000005c17945f60ca86d5e"
    "036b693d0bc87b47fc4bf538fae9f4f54bcfab0e6ef2e229913c649a28b22481209e6ce0f1636ac69386934c133dc4d87e35"
    "42404b08a86dcb4796dfd66e57222f9b1d58ab66b5ff3f4cdc48d7cfabf383a837fa043dfc93e0a4e4fb9dd1dbcdf374674f"
    "8c5535e3135a0f6bf4b97dc8c08dbddf0bcb9eb8ab308833c515ff2c0e3a91c8b4d1361c1e05aafea45a5670f38ab458a106"
    "d2b1000000020000000100000000000000010000000200000000000000020000000000000003000000029d0f0e5f7d584163"
    "f973a4e41a8cbade4a14a761233c8685dd3d8fb5e79ef1b71357298367efb04d51527a258f2980bdb2155f960dad17e69b1c"
    "4889434fdd7e9d16cec8aa2373d4dff952fac156f9f7db47aa81f5e4d90c82b8cefd7764bedc02ccf287ebd0d996412db81d"
    "53d8c55f4ab6c252b7aab9f91884e1a21e1d41139d0f0e5f7d584163f973a4e41a8cbade4a14a761233c8685dd3d8fb5e79e"
    "f1b71357298367efb04d51527a258f2980bdb2155f960dad17e69b1c4889434fdd7ee69894181b99c8ffd53e093ce511cae0"
    "45bd2cfea1cee46761baa8050f5a43b510d251774981372d5605a665c3092a29ddca3e3f5cb303cfad59df08066d71ff";
constexpr const char* made_proof =
    "c69a0240ad63cfdef556991c9cca736188c961f34f24f56e1864dba4115a0fbca854d8b2d737787b071f7c141a56e457a4bc"
    "6cf7a7d74f7c1deecc304e20152f14070d33b72c7c377e881cba70f152e8f13ed58b0ff707eee75b6cbea48cca18c5e7bb29"
    "17758ddd1726ca3fe1d93521cc3b584d0a7310977570a65d707887cb0000000292b5c9ade346faa6dd0c256318077665ece2"
    "156c88683a7467fa91bb9516a6c3a39196a3af0d7407f5d3f3823c9087c322fc9fe573517ee4f23098a51fa72f67ebe235d5"
    "6fdba99d664ed4c1d258fa9934bd8a539491ec5c8e837f150841f3cb";
constexpr const char* made_witness =
    "0000000200000000000000020000000000000000000000000000000000000000000000000000000000000009000000000000"
    "000000000000000000000000000000000000000000000000001b";

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
std::string key_message(ByteView file) {
  try {
    read_gnark_groth16_key(file);
  } catch (const Error& e) {
    return e.message();
  }
  return "";
}

Bytes with(Bytes file, std::size_t at, ByteView part) {
  std::ranges::copy(part, file.begin() + static_cast<std::ptrdiff_t>(at));
  return file;
}

}  // namespace

TEST_CASE("a proof that gnark made, with commitments") {
  proofs::Groth16Verifier verifier(read_gnark_groth16_key(from_hex(made_key)));
  auto proof = read_gnark_groth16_proof(from_hex(made_proof));
  auto values = read_gnark_witness(from_hex(made_witness));
  CHECK(values.inputs == std::vector<Fr>{Fr::from_u64(9), Fr::from_u64(27)});
  CHECK(verifier.verify(proof.proof, values.inputs));
  values.inputs[1] += Fr::one();
  CHECK(verifier.verify(proof.proof, values.inputs).reason ==
        "the proof of knowledge of its commitments does not hold");
  std::swap(proof.proof.commitments[0], proof.proof.commitments[1]);
  CHECK_FALSE(verifier.verify(proof.proof, values.inputs));
}

TEST_CASE("keys, proofs and witnesses of gnark, compressed and raw") {
  for (std::size_t commitments : {0, 1, 3}) {
    Groth16Simulator simulator(2, 3, commitments);
    for (Form form : {Form::compressed, Form::raw}) {
      proofs::Groth16Verifier verifier(read_gnark_groth16_key(simulator.key_file(form)));
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
  for (std::uint8_t announced : {0, 1, 3})
    CHECK(error_of(read_gnark_witness, with(witness, 0, Bytes{0, 0, 0, announced})) == "public.count");
  CHECK(error_of(read_gnark_witness, with(witness, 8, Bytes{0xff, 0xff, 0xff, 0xff})) == "public.length");
}

TEST_CASE("every altered bit of a proof is unreadable or false") {
  Groth16Simulator simulator(2, 3, 1);
  proofs::Groth16Verifier verifier(simulator.key());
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
  CHECK(reason(with(raw, 64, bn254::write(twist_point_outside_subgroup()))) == "bs: not in the subgroup");
  CHECK(reason(with(raw, 224, Bytes(32))) == "krs: not on the curve");
  CHECK(reason(with(raw, 260, Bytes(32))) == "commitments[0]: not on the curve");
  CHECK(reason(with(raw, 324, Bytes(32))) == "commitment_pok: not on the curve");
  // The first reason is kept.
  CHECK(reason(with(with(raw, 224, Bytes(32)), 324, Bytes(32))) == "krs: not on the curve");
  Bytes witness = Groth16Simulator::witness_file(inputs);
  raise(std::span(witness).subspan(12, 32), bn254::scalar_modulus);
  raise(std::span(witness).subspan(44, 32), bn254::scalar_modulus);
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
  CHECK(key_error(as_bytes(std::string(1000, '{'))) == "vk.value");  // another file
  const Bytes raw = simulator.key_file(Form::raw);
  constexpr std::size_t beta = 128, gamma = 256, delta = 448, k = 576;
  CHECK(key_error(raw) == "");
  CHECK(key_error(with(raw, 0, Bytes(64))) == "vk.infinity");
  for (auto [at, name] : {std::pair{beta, "beta_2"}, {gamma, "gamma_2"}, {delta, "delta_2"}}) {
    CHECK(key_error(with(raw, at, Bytes(128))) == "vk.infinity");
    CHECK(key_message(with(raw, at, Bytes(128))) == name + std::string(" is infinity"));
    CHECK(key_error(with(raw, at, bn254::write(twist_point_outside_subgroup()))) == "vk.value");
  }
  for (std::size_t unused : {std::size_t{64}, std::size_t{384}})  // beta and delta in G1: points all the same
    CHECK(key_error(with(raw, unused, Bytes(32))) == "vk.value");
  CHECK(key_message(with(raw, k + 4 + 64, Bytes(32))) == "k[1]: not on the curve");
  CHECK(key_error(with(raw, k + 4 + 64, Bytes(32))) == "vk.value");
  CHECK(key_error(with(raw, k, Bytes{0xff, 0xff, 0xff, 0xff})) == "vk.length");
  CHECK(key_error(with(raw, k, Bytes{0, 1, 0, 0})) == "vk.truncated");

  // After five points of 64 bytes: two commitments, to {1} and to {1, 3}, and two keys of 256 bytes.
  constexpr std::size_t commitments = k + 4 + 5 * 64, keys = commitments + 4 + 12 + 20;
  CHECK(key_error(with(raw, commitments + 8, Bytes(8))) == "vk.commitments");                       // input 0
  CHECK(key_error(with(raw, commitments + 8, Bytes{0, 0, 0, 0, 0, 0, 0, 3})) == "vk.commitments");  // itself
  CHECK(key_error(with(raw, commitments + 8, Bytes{0, 0, 0, 0, 0, 0, 0, 2})) == "");
  CHECK(key_error(with(raw, commitments + 8, Bytes(8, 0xff))) == "vk.commitments");
  CHECK(key_error(with(raw, keys, Bytes{0, 0, 0, 1})) == "vk.commitments");
  CHECK(key_error(with(raw, keys, Bytes{0, 0, 0, 3})) == "vk.commitments");
  CHECK(key_error(with(raw, keys + 260, bn254::write(bn254::g2_generator()))) ==
        "vk.commitments");  // another generator
  CHECK(key_error(with(raw, keys + 4, Bytes(128))) == "vk.infinity");
  CHECK(key_error(with(raw, keys + 132, Bytes(128))) == "vk.infinity");

  Bytes without_inputs = Groth16Simulator(0).key_file();
  CHECK(key_error(without_inputs) == "");
  CHECK(key_error(with(without_inputs, without_inputs.size() - 8, Bytes{0, 0, 0, 1})) == "vk.empty");
  without_inputs.resize(without_inputs.size() - 4 - 32 - 8);
  without_inputs.resize(without_inputs.size() + 12);
  CHECK(key_error(without_inputs) == "vk.empty");
}
