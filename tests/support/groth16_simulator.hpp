#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "bridge/ziren_proof.hpp"
#include "crypto/groth16.hpp"
#include "crypto/hash.hpp"

namespace pegkit::test {

/// Numbers that look random and are the same in every run.
class SeededNumbers {
 public:
  explicit SeededNumbers(std::string_view seed) : seed_(crypto::sha256(as_bytes(seed))) {}
  crypto::bn254::Fr scalar() {
    Bytes wide = to_bytes(next());
    append(wide, next());
    return crypto::bn254::Fr::reduce(wide);
  }
  crypto::Hash256 next() {
    Bytes input = to_bytes(seed_);
    for (int i = 0; i < 8; ++i) input.push_back(static_cast<std::uint8_t>(count_ >> (8 * i)));
    ++count_;
    return crypto::sha256(input);
  }

 private:
  crypto::Hash256 seed_;
  std::uint64_t count_ = 0;
};

/// A Groth16 key whose trapdoor is known: it proves anything. Tests get with it proofs that verify for the
/// public inputs they choose, without a circuit or a prover.
class Groth16Simulator {
 public:
  using Fr = crypto::bn254::Fr;
  using G1 = crypto::bn254::G1;
  using G2 = crypto::bn254::G2;

  explicit Groth16Simulator(std::size_t inputs = 2, std::string_view seed = "simulator")
      : numbers_(seed),
        alpha_(numbers_.scalar()),
        beta_(numbers_.scalar()),
        gamma_(numbers_.scalar()),
        delta_(numbers_.scalar()) {
    key_.alpha = g1(alpha_);
    key_.beta = g2(beta_);
    key_.gamma = g2(gamma_);
    key_.delta = g2(delta_);
    for (std::size_t i = 0; i <= inputs; ++i) {
      ic_.push_back(numbers_.scalar());
      key_.ic.push_back(g1(ic_.back()));
    }
  }

  const crypto::Groth16Key& key() const { return key_; }

  /// A and B random, and C such that a·b = α·β + γ·Σ + δ·c in the exponents.
  crypto::Groth16Proof prove(std::span<const Fr> inputs) {
    Fr sum = ic_.at(0);
    for (std::size_t i = 0; i < inputs.size(); ++i) sum += inputs[i] * ic_.at(i + 1);
    const Fr a = numbers_.scalar(), b = numbers_.scalar();
    const Fr c = (a * b - alpha_ * beta_ - gamma_ * sum) * delta_.inverse();
    return {g1(a), g2(b), g1(c), {}, {}};
  }

  /// The key as gnark writes it, compressed: what ZirenKey and `--vk` of Ziren's proofs read.
  Bytes key_file() const {
    Bytes out;
    auto put = [&out](const auto& point) { append(out, crypto::bn254::write_compressed(point)); };
    put(key_.alpha);
    put(g1(beta_));
    put(key_.beta);
    put(key_.gamma);
    put(g1(delta_));
    put(key_.delta);
    append(out, big_endian(static_cast<std::uint32_t>(key_.ic.size())));
    for (const G1& point : key_.ic) put(point);
    append(out, Bytes(8));  // no commitments
    return out;
  }

  /// The first 256 bytes of gnark's raw proof.
  static Bytes proof_bytes(const crypto::Groth16Proof& proof) {
    Bytes out = to_bytes(crypto::bn254::write(proof.a));
    append(out, crypto::bn254::write(proof.b));
    append(out, crypto::bn254::write(proof.c));
    return out;
  }

  /// A proof as Ziren publishes it: `program` made `public_values`. Needs a key of two inputs.
  bridge::ZirenProof ziren(const ByteArray<32>& program, ByteView public_values) {
    crypto::Hash256 digest = crypto::sha256(public_values);
    digest[0] &= 0x1f;
    const std::array inputs = {Fr::from_bytes(program).value(), Fr::from_bytes(digest).value()};
    bridge::ZirenProof out;
    out.system = bridge::ZirenSystem::groth16;
    out.proof = to_bytes(ByteView(crypto::sha256(key_file())).first(4));
    append(out.proof, proof_bytes(prove(inputs)));
    out.public_values = to_bytes(public_values);
    out.program = program;
    out.zkm_version = "v1.2.5";
    return out;
  }

  static G1 g1(const Fr& scalar) { return multiply(crypto::bn254::g1_generator(), scalar).affine(); }
  static G2 g2(const Fr& scalar) { return multiply(crypto::bn254::g2_generator(), scalar).affine(); }
  static ByteArray<4> big_endian(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  }

 private:
  SeededNumbers numbers_;
  Fr alpha_, beta_, gamma_, delta_;
  std::vector<Fr> ic_;
  crypto::Groth16Key key_;
};

}  // namespace pegkit::test
