#include "proofs/gnark_plonk.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "proofs/ziren_proof.hpp"
#include "support/bn254_points.hpp"
#include "support/plonk_simulator.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::proofs;
using bn254::Fr;
using proofs::PlonkVerifier;
using test::PlonkSimulator;
using Form = PlonkSimulator::Form;

namespace {

constexpr std::size_t lines_offset = 564, lines_size = 33'792;  // of a compressed key with one commitment

/// Ziren's published proof and key; nothing where the vectors are not there.
struct Published {
  Bytes key_file;
  ZirenProof proof;

  static Published load() {
    auto key = test::vectors_path("zk/ziren-plonk-vk.bin"),
         document = test::vectors_path("zk/ziren-fibonacci-plonk.json");
    return Published{read_file(key), ZirenProof::parse(parse_json(as_text(read_file(document))))};
  }
  ZirenKey key() const { return {ZirenSystem::plonk, key_file}; }
};

std::string code_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code();
  }
  return "";
}

std::string key_code(ByteView file) {
  return code_of([&] { PlonkVerifier verifier(read_gnark_plonk_key(file)); });
}

const std::vector<Fr> two_inputs{Fr::from_u64(10), Fr::from_u64(20)};

}  // namespace

TEST_CASE("gnark_plonk: Ziren's published proof" * pegkit::test::needs_vectors) {
  auto published = Published::load();
  CHECK(published.key_file.size() == 34'368);
  const ZirenKey key = published.key();
  const ZirenProof& good = published.proof;
  CHECK(good.system == ZirenSystem::plonk);
  Verdict verdict = key.verify(good);
  CHECK_MESSAGE(verdict.valid, verdict.reason);

  const auto read = read_gnark_plonk_key(published.key_file);
  CHECK(read.size == 1u << 24);
  CHECK(read.inputs == 2);
  CHECK(read.qcp.size() == 1);
  CHECK(read.commitment_indexes == std::vector<std::uint64_t>{0x74d5c3});
  CHECK(read.kzg_g2[0] == bn254::g2_generator());
}

TEST_CASE("gnark_plonk: every altered byte of Ziren's proof is rejected" * pegkit::test::needs_vectors) {
  auto published = Published::load();
  const ZirenKey key = published.key();
  ZirenProof proof = published.proof;
  REQUIRE(proof.proof.size() == 868);
  auto rejects_altered = [&](auto& bytes, std::uint8_t bit) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      CAPTURE(i);
      bytes[i] ^= bit;
      CHECK_FALSE(key.verify(proof));
      bytes[i] ^= bit;
    }
  };
  rejects_altered(proof.proof, 1);
  rejects_altered(proof.public_values, 0x80);
  rejects_altered(proof.public_values, 1);
  rejects_altered(proof.program, 1);
  CHECK(key.verify(proof));
}

TEST_CASE("gnark_plonk: Ziren's proof cut, lengthened, or another's" * pegkit::test::needs_vectors) {
  auto published = Published::load();
  const ZirenKey key = published.key();
  ZirenProof proof = published.proof;
  for (std::size_t size : {0, 1, 3, 4, 5, 260, 772, 867, 869, 964, 2000}) {
    CAPTURE(size);
    ZirenProof other = proof;
    other.proof.resize(size);
    CHECK_FALSE(key.verify(other));
  }
  ZirenProof other = proof;
  other.public_values.pop_back();
  CHECK_FALSE(key.verify(other));
  other.public_values = proof.public_values;
  other.public_values.push_back(0);
  CHECK_FALSE(key.verify(other));
  other.public_values.clear();
  CHECK_FALSE(key.verify(other));
  other = proof;
  std::ranges::fill(other.program, 0xff);
  CHECK(key.verify(other).reason == "vkey_hash is not below the field's order");
  other = proof;
  other.system = ZirenSystem::groth16;
  CHECK_FALSE(key.verify(other));
}

TEST_CASE("gnark_plonk: numbers raised by a modulus, and infinity, in Ziren's proof" *
          pegkit::test::needs_vectors) {
  auto published = Published::load();
  const ZirenKey key = published.key();
  const ZirenProof& good = published.proof;
  for (std::size_t at = 4; at < good.proof.size(); at += 32) {
    CAPTURE(at);
    for (const auto* modulus : {&bn254::base_modulus, &bn254::scalar_modulus}) {
      ZirenProof proof = good;
      test::raise(std::span(proof.proof).subspan(at, 32), *modulus);
      CHECK_FALSE(key.verify(proof));
    }
    ZirenProof proof = good;
    std::fill_n(proof.proof.begin() + static_cast<std::ptrdiff_t>(at), 32, std::uint8_t{0});
    CHECK_FALSE(key.verify(proof));
  }
  for (std::size_t at : {4, 68, 132, 196, 260, 324, 548, 644, 708, 804}) {
    CAPTURE(at);
    ZirenProof proof = good;
    std::fill_n(proof.proof.begin() + static_cast<std::ptrdiff_t>(at), 64, std::uint8_t{0});
    CHECK_FALSE(key.verify(proof));
  }
}

TEST_CASE("gnark_plonk: keys that are not Ziren's, and reasons of a proof in its form") {
  const ByteArray<32> program{};
  auto key_of = [](std::size_t inputs, std::size_t commitments) {
    return code_of([&] { ZirenKey(ZirenSystem::plonk, PlonkSimulator(inputs, commitments).key_file()); });
  };
  CHECK(key_of(2, 1) == "");
  CHECK(key_of(1, 1) == "vk.inputs");
  CHECK(key_of(3, 1) == "vk.inputs");
  CHECK(key_of(2, 0) == "vk.commitments");
  CHECK(key_of(2, 2) == "vk.commitments");

  const PlonkSimulator simulator(2, 1);
  const ZirenKey key(ZirenSystem::plonk, simulator.key_file());
  ZirenProof proof = test::Groth16Simulator::ziren_document(ZirenSystem::plonk, simulator.key_file(), program,
                                                            {}, Bytes(864));
  CHECK(key.verify(proof).reason == "the openings do not hold");
  proof.proof[4 + 6 * 64] = 0xff;
  CHECK(key.verify(proof).reason == "l is not below the field's order");
  proof.proof[4 + 64 + 63] = 1;
  CHECK(key.verify(proof).reason == "lro[1]: not on the curve");
  for (std::size_t size : {0, 768, 863, 865, 960}) CHECK_FALSE(read_bare_plonk_proof(Bytes(size), 1).verdict);
  CHECK(read_bare_plonk_proof(Bytes(864), 1).verdict);
}

TEST_CASE("gnark_plonk: a key of Ziren's with other bytes is another key or none" *
          pegkit::test::needs_vectors) {
  auto published = Published::load();
  Bytes file = published.key_file;
  const auto proof = read_bare_plonk_proof(ByteView(published.proof.proof).subspan(4), 1).proof;
  crypto::Hash256 digest = crypto::sha256(published.proof.public_values);
  digest[0] &= 0x1f;
  const std::vector<Fr> inputs{Fr::from_bytes(published.proof.program).value(),
                               Fr::from_bytes(digest).value()};
  REQUIRE(PlonkVerifier(read_gnark_plonk_key(file)).verify(proof, inputs));
  std::size_t refused = 0, other = 0;
  for (std::size_t i = 0; i < file.size(); i = i == lines_offset - 1 ? lines_offset + lines_size : i + 1) {
    if (i % 5 != 0 && i > 112 && i < lines_offset) continue;  // points are alike
    CAPTURE(i);
    file[i] ^= 1;
    bool valid = false;
    std::string code =
        code_of([&] { valid = PlonkVerifier(read_gnark_plonk_key(file)).verify(proof, inputs).valid; });
    CHECK_FALSE(valid);
    CHECK((code.empty() || code.starts_with("vk.")));
    ++(code.empty() ? other : refused);
    file[i] ^= 1;
  }
  CHECK(refused > 50);
  CHECK(other > 20);

  for (std::size_t size = 0; size < file.size(); size += size < lines_offset || size > 34'340 ? 1 : 997)
    CHECK(key_code(ByteView(file).first(size)) == "vk.truncated");
  file.push_back(0);
  CHECK(key_code(file) == "vk.trailing");
}

TEST_CASE("gnark_plonk: keys and proofs as gnark writes them") {
  for (std::size_t commitments : {0, 1, 2})
    for (Form form : {Form::compressed, Form::raw}) {
      CAPTURE(commitments);
      PlonkSimulator simulator(2, commitments);
      auto proof = simulator.prove(two_inputs);
      for (bool with_version : {false, true}) {
        PlonkVerifier verifier(read_gnark_plonk_key(simulator.key_file(form, with_version)));
        auto read = read_gnark_plonk_proof(PlonkSimulator::proof_file(proof, form));
        CHECK(read.verdict);
        Verdict verdict = verifier.verify(read.proof, two_inputs);
        CHECK_MESSAGE(verdict.valid, verdict.reason);
      }
    }
}

TEST_CASE("gnark_plonk: every altered byte of gnark's own proof") {
  PlonkSimulator simulator(2, 1);
  PlonkVerifier verifier(simulator.key());
  Bytes file = PlonkSimulator::proof_file(simulator.prove(two_inputs));
  for (std::size_t i = 0; i < file.size(); ++i) {
    CAPTURE(i);
    file[i] ^= 1;
    std::string code = code_of([&] {
      auto read = read_gnark_plonk_proof(file);
      CHECK_FALSE((read.verdict ? verifier.verify(read.proof, two_inputs) : read.verdict));
    });
    if (!code.empty()) CHECK(code.starts_with("proof."));
    file[i] ^= 1;
  }
  for (std::size_t size = 0; size < file.size(); ++size)
    CHECK(code_of([&] { read_gnark_plonk_proof(ByteView(file).first(size)); }) == "proof.truncated");
  file.push_back(0);
  CHECK(code_of([&] { read_gnark_plonk_proof(file); }) == "proof.trailing");
}

TEST_CASE("gnark_plonk: counts that a file announces") {
  PlonkSimulator simulator(2, 1);
  const Bytes file = PlonkSimulator::proof_file(simulator.prove(two_inputs));
  const std::size_t count = 8 * 32;
  auto with_count = [&](std::uint32_t value) {
    Bytes out = file;
    for (std::size_t i = 0; i < 4; ++i) out[count + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
    return code_of([&] { read_gnark_plonk_proof(out); });
  };
  CHECK(with_count(7) == "");
  CHECK(with_count(0xffffffff) == "proof.length");
  CHECK(with_count(65'537) == "proof.truncated");
  CHECK(with_count(65'538) == "proof.length");
  Bytes few(8 * 32, 0);
  for (std::size_t i = 0; i < 8; ++i) few[i * 32] = 0x40;
  append(few, test::Groth16Simulator::big_endian(5, 4));
  few.resize(few.size() + 5 * 32);
  few.push_back(0x40);
  few.resize(few.size() + 31 + 32 + 4);
  CHECK(code_of([&] { read_gnark_plonk_proof(few); }) == "proof.values");
}

TEST_CASE("gnark_plonk: a key with false values") {
  PlonkSimulator simulator(2, 1);
  const Bytes good = simulator.key_file(Form::raw);
  REQUIRE(key_code(good) == "");
  Bytes file = good;
  file[112 + 63] ^= 1;
  CHECK(key_code(file) == "vk.value");
  file = good;
  file[692 + 63] ^= 1;  // the generator of the KZG setup, after one point of qcp
  CHECK(key_code(file) == "vk.value");
  file = good;
  test::raise(std::span(file).subspan(8, 32), bn254::scalar_modulus);
  CHECK(key_code(file) == "vk.value");
  file = simulator.key_file(Form::raw, true);
  for (std::uint8_t version : {0, 2}) {
    file[15] = version;
    CHECK(key_code(file) == "vk.version");
  }
  file = good;
  file[file.size() - 9] = 2;
  CHECK(key_code(file) == "vk.truncated");
  CHECK(key_code(as_bytes(std::string(1000, '{'))) == "vk.value");  // another file
  CHECK(key_code(Bytes(40'000, 0)) != "");
  CHECK(key_code(Bytes(40'000, 0xff)) != "");
}
