#pragma once

#include "bridge/params.hpp"
#include "support/groth16_simulator.hpp"

namespace pegkit::test {

/// A program whose proofs are made from a trapdoor: whoever holds this proves any transition.
class StateProver {
 public:
  explicit StateProver(std::uint64_t seed = 1) : simulator_(2, seed) {
    program_[1] = 0x5a;  // an integer below the field's order
  }

  /// Roots in the public values at 8 and 72, the public values of 104 bytes.
  bridge::Params::Proofs rules(std::uint32_t window = 12) const {
    bridge::Params::Proofs out;
    out.verifying_key = crypto::sha256(key_file());
    out.program = program_;
    out.previous_root = 8;
    out.root = 72;
    out.challenge_window = window;
    return out;
  }
  Bytes key_file() const { return simulator_.key_file(); }
  proofs::ZirenKey key() const { return {proofs::ZirenSystem::groth16, key_file()}; }

  proofs::ZirenProof prove(const ByteArray<32>& from, const ByteArray<32>& to) {
    Bytes values(104, 0xee);
    std::ranges::copy(from, values.begin() + 8);
    std::ranges::copy(to, values.begin() + 72);
    return prove(values);
  }
  proofs::ZirenProof prove(const Bytes& public_values) { return simulator_.ziren(program_, public_values); }
  /// True of another program, under the same key.
  proofs::ZirenProof prove_by_another(const ByteArray<32>& from, const ByteArray<32>& to) {
    ByteArray<32> other = program_;
    other[2] ^= 1;
    return simulator_.ziren(other, prove(from, to).public_values);
  }
  const ByteArray<32>& program() const { return program_; }

 private:
  Groth16Simulator simulator_;
  ByteArray<32> program_{};
};

}  // namespace pegkit::test
