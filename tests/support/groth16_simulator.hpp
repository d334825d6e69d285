#pragma once

#include <cstdint>
#include <span>

#include "bn254/hash_to_field.hpp"
#include "crypto/hash.hpp"
#include "proofs/groth16.hpp"
#include "proofs/ziren_proof.hpp"
#include "support/bn254_random.hpp"

namespace pegkit::test {

/// A Groth16 key whose trapdoor is known. Tests use it to prove any public inputs without a circuit or a
/// prover.
class Groth16Simulator {
 public:
  using Fr = bn254::Fr;
  using G1 = bn254::G1;
  using G2 = bn254::G2;
  enum class Form { compressed, raw };

  /// With `commitments` as gnark's extension has them, each of them to the first input (if any) and to all
  /// commitments before it.
  explicit Groth16Simulator(std::size_t inputs = 2, std::uint64_t seed = 1, std::size_t commitments = 0)
      : random_(seed), alpha_(scalar()), beta_(scalar()), gamma_(scalar()), delta_(scalar()) {
    key_.alpha = g1(alpha_);
    key_.beta = g2(beta_);
    key_.gamma = g2(gamma_);
    key_.delta = g2(delta_);
    for (std::size_t i = 0; i <= inputs + commitments; ++i) {
      ic_.push_back(scalar());
      key_.ic.push_back(g1(ic_.back()));
    }
    const Fr generator = scalar();
    for (std::size_t i = 0; i < commitments; ++i) {
      sigma_.push_back(scalar());
      auto& added = key_.commitments.emplace_back();
      added.g = g2(generator);
      added.minus_sigma_g = -g2(generator * sigma_.back());
      if (inputs > 0) added.committed.push_back(1);
      for (std::size_t j = 0; j < i; ++j)
        added.committed.push_back(static_cast<std::uint32_t>(inputs + j + 1));
    }
  }

  const proofs::Groth16Key& key() const { return key_; }

  /// A and B random, and C such that a·b = α·β + γ·Σ + δ·c in the exponents.
  proofs::Groth16Proof prove(std::span<const Fr> inputs) {
    proofs::Groth16Proof out;
    std::vector<Fr> values(inputs.begin(), inputs.end());
    Fr sum = ic_.at(0) + commit(values, out);
    for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * ic_.at(i + 1);
    const Fr a = scalar(), b = scalar();
    const Fr c = (a * b - alpha_ * beta_ - gamma_ * sum) * delta_.inverse();
    out.a = g1(a);
    out.b = g2(b);
    out.c = g1(c);
    return out;
  }

  /// The key as gnark writes it. ZirenKey and `verify-proof ziren --vk` read the compressed form.
  Bytes key_file(Form form = Form::compressed) const {
    Bytes out;
    put(out, form, key_.alpha);
    put(out, form, g1(beta_));
    put(out, form, key_.beta);
    put(out, form, key_.gamma);
    put(out, form, g1(delta_));
    put(out, form, key_.delta);
    put_list(out, form, key_.ic);
    append(out, big_endian(key_.commitments.size(), 4));
    for (const auto& commitment : key_.commitments) {
      append(out, big_endian(commitment.committed.size(), 4));
      for (std::uint32_t index : commitment.committed) append(out, big_endian(index, 8));
    }
    append(out, big_endian(key_.commitments.size(), 4));
    for (const auto& commitment : key_.commitments) {
      put(out, form, commitment.g);
      put(out, form, commitment.minus_sigma_g);
    }
    return out;
  }

  /// A proof as gnark writes it.
  static Bytes proof_file(const proofs::Groth16Proof& proof, Form form = Form::compressed) {
    Bytes out;
    put(out, form, proof.a);
    put(out, form, proof.b);
    put(out, form, proof.c);
    put_list(out, form, proof.commitments);
    put(out, form, proof.knowledge);
    return out;
  }

  /// A public witness as gnark writes it.
  static Bytes witness_file(std::span<const Fr> inputs) {
    Bytes out = big_endian(inputs.size(), 4);
    append(out, big_endian(0, 4));
    append(out, big_endian(inputs.size(), 4));
    for (const Fr& input : inputs) append(out, input.bytes());
    return out;
  }

  /// A proof as Ziren publishes it: `program` made `public_values`. Needs a key of two inputs.
  proofs::ZirenProof ziren(const ByteArray<32>& program, ByteView public_values) {
    auto proof = prove(ziren_inputs(program, public_values));
    return ziren_document(proofs::ZirenSystem::groth16, key_file(), program, public_values,
                          ByteView(proof_file(proof, Form::raw)).first(256));
  }

  static std::array<Fr, 2> ziren_inputs(const ByteArray<32>& program, ByteView public_values) {
    crypto::Hash256 digest = crypto::sha256(public_values);
    digest[0] &= 0x1f;
    return {Fr::from_bytes(program).value(), Fr::from_bytes(digest).value()};
  }
  static proofs::ZirenProof ziren_document(proofs::ZirenSystem system, ByteView key_file,
                                           const ByteArray<32>& program, ByteView public_values,
                                           ByteView bare_proof) {
    proofs::ZirenProof out;
    out.system = system;
    out.proof = to_bytes(ByteView(crypto::sha256(key_file)).first(4));
    append(out.proof, bare_proof);
    out.public_values = to_bytes(public_values);
    out.program = program;
    out.zkm_version = "v1.2.5";
    return out;
  }

  static G1 g1(const Fr& scalar) { return multiply(bn254::g1_generator(), scalar).affine(); }
  static G2 g2(const Fr& scalar) { return multiply(bn254::g2_generator(), scalar).affine(); }
  static Bytes big_endian(std::uint64_t value, std::size_t size) {
    Bytes out(size);
    for (; size > 0; value >>= 8) out[--size] = static_cast<std::uint8_t>(value);
    return out;
  }

  /// Points, and lists of them, as gnark writes them.
  template <class Point>
  static void put(Bytes& out, Form form, const Point& point) {
    if (form == Form::raw)
      append(out, bn254::write(point));
    else
      append(out, bn254::write_compressed(point));
  }
  static void put_list(Bytes& out, Form form, const std::vector<G1>& points) {
    append(out, big_endian(points.size(), 4));
    for (const G1& point : points) put(out, form, point);
  }

 private:
  Fr scalar() { return random_.field<Fr>(); }

  /// Adds commitments to the proof and their hashes to the values. Returns the sum of the committed terms.
  Fr commit(std::vector<Fr>& values, proofs::Groth16Proof& proof) {
    std::vector<Fr> committed;
    Bytes hashes;
    for (const auto& commitment : key_.commitments) {
      committed.push_back(scalar());
      proof.commitments.push_back(g1(committed.back()));
      Bytes message = to_bytes(bn254::write(proof.commitments.back()));
      for (std::uint32_t index : commitment.committed) append(message, values.at(index - 1).bytes());
      values.push_back(bn254::hash_to_fr(message, "bsb22-commitment"));
      append(hashes, values.back().bytes());
    }
    const Fr challenge = bn254::hash_to_fr(hashes, "G16-BSB22");
    Fr power = Fr::one(), knowledge, sum;
    for (std::size_t i = 0; i < committed.size(); ++i, power *= challenge) {
      knowledge += power * sigma_[i] * committed[i];
      sum += committed[i];
    }
    proof.knowledge = g1(knowledge);
    return sum;
  }

  Bn254Random random_;
  Fr alpha_, beta_, gamma_, delta_;
  std::vector<Fr> ic_, sigma_;
  proofs::Groth16Key key_;
};

}  // namespace pegkit::test
