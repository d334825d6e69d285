#include "proofs/ziren_proof.hpp"

#include <doctest/doctest.h>

#include "base/files.hpp"
#include "support/bn254_points.hpp"
#include "support/groth16_simulator.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::proofs;
using namespace pegkit::test;

namespace {

/// The published Groth16 proof of a program that computes Fibonacci numbers, and the key of its version.
struct Published {
  Json document;
  Bytes key_file;
  ZirenProof proof;
  ZirenKey key;
};
Published published() {
  auto document = vectors_path("zk/ziren-fibonacci-groth16.json"),
       key = vectors_path("zk/ziren-groth16-vk.bin");
  Json json = parse_json(as_text(read_file(document)));
  Bytes file = read_file(key);
  return Published{json, file, ZirenProof::parse(json), ZirenKey(ZirenSystem::groth16, file)};
}

ByteArray<32> program_of(std::uint8_t number) {
  ByteArray<32> out{};
  out[31] = number;
  return out;
}

std::string parse_error(const Json& document) {
  try {
    ZirenProof::parse(document);
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code() + " " + e.field();
  }
  return "";
}
std::string key_error(ByteView file) {
  try {
    ZirenKey key(ZirenSystem::groth16, file);
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code();
  }
  return "";
}

constexpr std::size_t a_at = 4, b_at = 68, c_at = 196;  // in the proof's bytes

}  // namespace

TEST_CASE("the published proof verifies" * needs_vectors) {
  auto vectors = published();
  const ZirenProof& proof = vectors.proof;
  CHECK(proof.system == ZirenSystem::groth16);
  CHECK(proof.zkm_version == "v1.2.5");
  CHECK(to_hex(proof.public_values) == "e80300004d170000430e0000");
  CHECK(to_hex(vectors.key.hash()) == "b001ac9fa161900c7c2c13bb86615c047f88d90ef9e323802e57c97839c07406");
  CHECK(to_hex(proof.hash()) == "b62a6280275b5a33acfaf95359a29f9ba935def58ea65a86643a108743ab0009");
  CHECK(vectors.key.verify(proof));
  CHECK(proof.to_json() == vectors.document);
}

TEST_CASE("every altered bit of the proof, the program and the public values is noticed" * needs_vectors) {
  auto vectors = published();
  ZirenProof proof = vectors.proof;
  auto all_count = [&](auto& bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        CAPTURE(i);
        CAPTURE(bit);
        bytes[i] ^= static_cast<std::uint8_t>(1 << bit);
        Verdict verdict = vectors.key.verify(proof);
        CHECK_FALSE(verdict);
        CHECK_FALSE(verdict.reason.empty());
        bytes[i] ^= static_cast<std::uint8_t>(1 << bit);
      }
    }
  };
  all_count(proof.proof);
  all_count(proof.program);
  all_count(proof.public_values);
  proof.public_values.push_back(0);
  CHECK_FALSE(vectors.key.verify(proof));
  proof.public_values.resize(proof.public_values.size() - 2);
  CHECK_FALSE(vectors.key.verify(proof));
}

TEST_CASE("bytes that are anything" * needs_vectors) {
  auto vectors = published();
  Bn254Random random(5);
  ZirenProof proof = vectors.proof;
  for (int round = 0; round < 500; ++round) {
    std::size_t at = random.word() % proof.proof.size();
    auto other = static_cast<std::uint8_t>(1 + random.word() % 255);
    proof.proof[at] ^= other;
    CHECK_FALSE(vectors.key.verify(proof));
    proof.proof[at] ^= other;
  }
  for (std::size_t length = 0; length < proof.proof.size(); ++length) {
    ZirenProof cut = proof;
    cut.proof.resize(length);
    CHECK_FALSE(vectors.key.verify(cut));
  }
  CHECK(vectors.key.verify(proof));
}

TEST_CASE("the program and the public values may be anything") {
  Groth16Simulator simulator;
  ZirenKey key(ZirenSystem::groth16, simulator.key_file());
  for (std::size_t size : {0, 1, 31, 32, 64, 1000, 100'000}) {
    ZirenProof proof = simulator.ziren(program_of(7), Bytes(size, 0xa5));
    CHECK(key.verify(proof));
    ZirenProof other = simulator.ziren(program_of(8), Bytes(size, 0xa5));
    CHECK(key.verify(other));
    std::swap(proof.program, other.program);
    CHECK_FALSE(key.verify(proof));
    CHECK_FALSE(key.verify(other));
  }
  // -1 is the largest program that is below the field's order.
  CHECK(key.verify(simulator.ziren((-bn254::Fr::one()).bytes(), {})));
}

TEST_CASE("reasons name what is false") {
  Groth16Simulator simulator;
  ZirenKey key(ZirenSystem::groth16, simulator.key_file());
  const ZirenProof good = simulator.ziren(program_of(7), {});
  CHECK(key.verify(good));
  auto reason = [&](auto change) {
    ZirenProof proof = good;
    change(proof);
    return key.verify(proof).reason;
  };
  auto point_reason = [&](std::size_t at, ByteView bytes) {
    return reason([&](ZirenProof& proof) {
      std::ranges::copy(bytes, proof.proof.begin() + static_cast<std::ptrdiff_t>(at));
    });
  };
  auto part = [&](std::size_t at, std::size_t size) {
    return to_bytes(ByteView(good.proof).subspan(at, size));
  };

  CHECK(reason([](ZirenProof& p) {
          p.proof[0] ^= 1;
        }).starts_with("the proof is for a key whose hash begins with"));
  CHECK(reason([](ZirenProof& p) { p.system = ZirenSystem::plonk; }) ==
        "the proof is of plonk, the key of groth16");
  CHECK(reason([](ZirenProof& p) { p.proof.push_back(0); }) == "the proof has 261 bytes of 260");
  CHECK(reason([](ZirenProof& p) { p.public_values = {1}; }) == "the equation of the pairings does not hold");
  // A program raised by the field's order is the same number to verifiers that reduce (rapidsnark).
  CHECK(reason([](ZirenProof& p) { raise(p.program, bn254::scalar_modulus); }) ==
        "vkey_hash is not below the field's order");
  // So is a coordinate raised by the base field's order (rapidsnark, snarkjs).
  for (std::size_t at = a_at; at < good.proof.size(); at += 32) {
    Bytes raised = part(at, 32);
    raise(raised, bn254::base_modulus);
    const char* name = at < b_at ? "ar" : at < c_at ? "bs" : "krs";
    CHECK(point_reason(at, raised) == name + std::string(": a coordinate is not below the field's order"));
  }
  CHECK(point_reason(a_at + 32, part(a_at, 32)) == "ar: not on the curve");
  CHECK(point_reason(a_at, Bytes(256, 1)) == "ar: not on the curve");  // the first of three
  // The two halves of B's coordinates the other way round.
  Bytes swapped;
  for (std::size_t at : {96, 64, 160, 128}) append(swapped, part(at + 4, 32));
  CHECK(point_reason(b_at, swapped) == "bs: not on the curve");
  // On the twist, and not in the subgroup.
  CHECK(point_reason(b_at, bn254::write(twist_point_outside_subgroup())) == "bs: not in the subgroup");
  // Infinity is a point; the equation does not hold with it.
  CHECK(point_reason(a_at, Bytes(64)) == "the equation of the pairings does not hold");
  CHECK(point_reason(b_at, Bytes(128)) == "the equation of the pairings does not hold");
  CHECK(point_reason(c_at, Bytes(64)) == "the equation of the pairings does not hold");
  CHECK(point_reason(a_at, Bytes(256)) == "the equation of the pairings does not hold");
}

TEST_CASE("documents that are none") {
  Groth16Simulator simulator;
  const Json good = simulator.ziren(program_of(7), Bytes{1, 2, 3}).to_json();
  CHECK(parse_error(good) == "");
  auto with = [&](const char* field, Json value) {
    Json document = good;
    document[field] = std::move(value);
    return parse_error(document);
  };
  auto without = [&](const char* field) {
    Json document = good;
    document.erase(field);
    return parse_error(document);
  };
  std::string proof = good["proof"];
  CHECK(with("proof", proof.substr(2)) == "proof.length proof");
  CHECK(with("proof", proof + "00") == "proof.length proof");
  CHECK(with("proof", proof.substr(1)) == "hex.invalid proof");
  CHECK(with("proof", "") == "proof.length proof");
  CHECK(with("proof", 7) == "json.type proof");
  CHECK(with("proof", "0x" + proof) == "");
  CHECK(with("proof", "1x" + proof) == "hex.invalid proof");
  CHECK(with("public_inputs", "0x010203") == "");
  CHECK(with("public_inputs", "") == "");
  CHECK(with("public_inputs", std::string(3u << 20, '0')) == "");
  CHECK(with("public_inputs", "0x0") == "hex.invalid public_inputs");
  CHECK(with("public_inputs", nullptr) == "json.missing public_inputs");
  CHECK(with("vkey_hash", "00") == "hex.length vkey_hash");
  CHECK(with("vkey_hash", std::string(66, '0')) == "hex.length vkey_hash");
  CHECK(with("vkey_hash", "0x" + std::string(64, 'g')) == "hex.invalid vkey_hash");
  CHECK(with("mode", "plonk") == "proof.length proof");
  for (const char* mode : {"compressed", "core", "Plonk", ""}) CHECK(with("mode", mode) == "proof.mode mode");
  CHECK(with("mode", Json::array()) == "json.type mode");
  CHECK(with("more", 1) == "json.unknown more");
  CHECK(with("vkey", "0x1234") == "");
  CHECK(with("zkm_version", std::string(64, 'v')) == "");
  CHECK(with("zkm_version", std::string(65, 'v')) == "json.range zkm_version");
  CHECK(without("mode") == "json.missing mode");
  CHECK(without("proof") == "json.missing proof");
  CHECK(without("public_inputs") == "json.missing public_inputs");
  CHECK(without("vkey_hash") == "json.missing vkey_hash");
  CHECK(without("vkey") == "");
  CHECK(without("zkm_version") == "");
  CHECK(parse_error(Json::array()) == "json.type ");
}

TEST_CASE("a hash is of everything that a proof says") {
  Groth16Simulator simulator;
  const ZirenProof proof = simulator.ziren(program_of(7), Bytes{1, 2, 3});
  auto differs = [&](auto change) {
    ZirenProof other = proof;
    change(other);
    return other.hash() != proof.hash();
  };
  CHECK(differs([](ZirenProof& p) { p.program[0] ^= 1; }));
  CHECK(differs([](ZirenProof& p) { p.public_values[2] ^= 1; }));
  CHECK(differs([](ZirenProof& p) { p.proof[259] ^= 1; }));
  CHECK(differs([](ZirenProof& p) {  // a byte from one part to the next
    p.public_values.push_back(p.proof[0]);
    p.proof.erase(p.proof.begin());
  }));
  CHECK_FALSE(differs([](ZirenProof& p) { p.zkm_version = "v2"; }));

  ZirenProof large = proof;
  large.public_values.assign(0x01020304, 5);
  CHECK(large.hash() == crypto::tagged("pegkit/proof")
                            .write(large.program)
                            .write(Bytes{1, 2, 3, 4})
                            .write(large.public_values)
                            .write(large.proof)
                            .finish());
}

TEST_CASE("keys that are none") {
  Groth16Simulator simulator;
  const Bytes good = simulator.key_file();
  CHECK(key_error(good) == "");
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK(key_error(ByteView(good).first(length)) == "vk.truncated");
  auto with = [&](auto change) {
    Bytes file = good;
    change(file);
    return key_error(file);
  };
  CHECK(with([](Bytes& f) { f.push_back(0); }) == "vk.trailing");
  CHECK(with([](Bytes& f) { f[0] = 0x40 | (f[0] & 0x3f); }) == "vk.value");  // says infinity
  CHECK(with([](Bytes& f) {
          f[1] ^= 0xff;
          f[0] |= 0x3f;
        }) == "vk.value");
  CHECK(with([](Bytes& f) { f[288] = 0xff; }) == "vk.length");
  CHECK(with([](Bytes& f) { f[291] = 0x04; }) != "");
  CHECK(key_error(Groth16Simulator(1).key_file()) == "vk.inputs");
  CHECK(key_error(Groth16Simulator(3).key_file()) == "vk.inputs");
  CHECK(key_error(Groth16Simulator(2, 1, 1).key_file()) == "vk.commitments");
  CHECK(key_error(simulator.key_file(Groth16Simulator::Form::raw)) == "");
}

TEST_CASE("every altered byte of a key makes another one or none" * needs_vectors) {
  auto vectors = published();
  for (std::size_t i = 0; i < vectors.key_file.size(); ++i) {
    // beta and delta in G1 are in the file for provers alone.
    bool unused = (i >= 32 && i < 64) || (i >= 192 && i < 224);
    Bytes file = vectors.key_file;
    file[i] ^= static_cast<std::uint8_t>(1 << (i % 8));
    CAPTURE(i);
    if (key_error(file) != "") continue;
    ZirenKey key(ZirenSystem::groth16, file);
    CHECK(key.verify(vectors.proof).reason.starts_with("the proof is for a key whose hash"));
    ZirenProof proof = vectors.proof;
    std::ranges::copy(ByteView(key.hash()).first(4), proof.proof.begin());
    CHECK(key.verify(proof).valid == unused);
  }
}
