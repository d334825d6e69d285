#include <fmt/core.h>
#include <variant>

#include "proofs/gnark_groth16.hpp"
#include "proofs/gnark_plonk.hpp"
#include "proofs/ziren_proof.hpp"

namespace pegkit::proofs {
namespace {

using bn254::Fr;

constexpr std::size_t prefix_size = 4, public_inputs = 2, plonk_commitments = 1;

using Inputs = std::array<Fr, public_inputs>;

/// SHA256 of the public values without its top three bits, as a number of 253 bits.
Fr values_digest(ByteView public_values) {
  crypto::Hash256 hash = crypto::sha256(public_values);
  hash[0] &= 0x1f;
  return *Fr::from_bytes(hash);
}

proofs::Groth16Verifier read_groth16(ByteView file) {
  proofs::Groth16Key key = read_gnark_groth16_key(file);
  if (!key.commitments.empty())
    throw input_error("vk.commitments", "a key with commitments, which Ziren's proofs do not have");
  if (key.ic.size() != public_inputs + 1)
    throw input_error("vk.inputs",
                      fmt::format("a key for {} public inputs, not {}", key.ic.size() - 1, public_inputs));
  return proofs::Groth16Verifier(std::move(key));
}

proofs::PlonkVerifier read_plonk(ByteView file) {
  proofs::PlonkKey key = read_gnark_plonk_key(file);
  if (key.qcp.size() != plonk_commitments)
    throw input_error("vk.commitments",
                      fmt::format("a key with {} commitments, not {}", key.qcp.size(), plonk_commitments));
  if (key.inputs != public_inputs)
    throw input_error("vk.inputs",
                      fmt::format("a key for {} public inputs, not {}", key.inputs, public_inputs));
  return proofs::PlonkVerifier(std::move(key));
}

using Verifier = std::variant<proofs::Groth16Verifier, proofs::PlonkVerifier>;

Verifier read_verifier(ZirenSystem system, ByteView file) {
  if (system == ZirenSystem::plonk) return read_plonk(file);
  return read_groth16(file);
}

Verdict check(const proofs::Groth16Verifier& verifier, ByteView proof, const Inputs& inputs) {
  Groth16ProofRead read = read_bare_groth16_proof(proof);
  return read.verdict ? verifier.verify(read.proof, inputs) : read.verdict;
}

Verdict check(const proofs::PlonkVerifier& verifier, ByteView proof, const Inputs& inputs) {
  PlonkProofRead read = read_bare_plonk_proof(proof, plonk_commitments);
  return read.verdict ? verifier.verify(read.proof, inputs) : read.verdict;
}

}  // namespace

struct ZirenKey::Impl {
  ZirenSystem system;
  crypto::Hash256 hash;
  Verifier verifier;
};

ZirenKey::ZirenKey(ZirenSystem system, ByteView file)
    : impl_(new Impl{system, crypto::sha256(file), read_verifier(system, file)}) {}
ZirenKey::~ZirenKey() = default;
ZirenKey::ZirenKey(ZirenKey&&) noexcept = default;

ZirenSystem ZirenKey::system() const {
  return impl_->system;
}
const crypto::Hash256& ZirenKey::hash() const {
  return impl_->hash;
}

Verdict ZirenKey::verify(const ZirenProof& proof) const {
  if (proof.system != system())
    return Verdict::no(
        fmt::format("the proof is of {}, the key of {}", system_name(proof.system), system_name(system())));
  ByteView bytes = proof.proof;
  if (bytes.size() != ZirenProof::proof_size(system()))
    return Verdict::no(
        fmt::format("the proof has {} bytes of {}", bytes.size(), ZirenProof::proof_size(system())));
  if (!equal(bytes.first(prefix_size), ByteView(hash()).first(prefix_size)))
    return Verdict::no(fmt::format("the proof is for a key whose hash begins with {}, this one's with {}",
                                   to_hex(bytes.first(prefix_size)),
                                   to_hex(ByteView(hash()).first(prefix_size))));
  auto program = Fr::from_bytes(proof.program);
  if (!program) return Verdict::no("vkey_hash is not below the field's order");
  const Inputs inputs = {*program, values_digest(proof.public_values)};
  return std::visit([&](const auto& verifier) { return check(verifier, bytes.subspan(prefix_size), inputs); },
                    impl_->verifier);
}

}  // namespace pegkit::proofs
