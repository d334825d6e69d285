#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/verdict.hpp"
#include "crypto/hash.hpp"

namespace pegkit::proofs {

enum class ZirenSystem { groth16, plonk };
/// "groth16" or "plonk", as in a proof's `mode`.
const char* system_name(ZirenSystem system);

/// The JSON document that Ziren's tools publish: `proof`, `public_inputs` (the program's public values),
/// `vkey_hash`, `mode`, `zkm_version`, `vkey`. It is no pegkit document and has no type.
struct ZirenProof {
  ZirenSystem system = ZirenSystem::groth16;
  Bytes proof;  ///< 4 bytes of SHA256 of the verifying key, then gnark's proof
  Bytes public_values;
  ByteArray<32> program{};  ///< vkey_hash, big-endian
  std::string zkm_version;

  /// The length of `proof` in bytes: 260 for groth16, 868 for plonk.
  static std::size_t proof_size(ZirenSystem system);
  /// Reads the document; hex may begin with "0x". Throws Error (exit 3) with the field's path.
  static ZirenProof parse(const Json& document);
  Json to_json() const;
  /// The proof hash that a commitment carries: tagged hash `pegkit/proof` of program ‖ length of the public
  /// values (4 bytes, big-endian) ‖ public values ‖ proof.
  crypto::Hash256 hash() const;
};

/// A verifying key file of gnark for either system, prepared once.
class ZirenKey {
 public:
  /// Throws Error `vk.…` (exit 3).
  ZirenKey(ZirenSystem system, ByteView file);
  ~ZirenKey();
  ZirenKey(ZirenKey&&) noexcept;

  ZirenSystem system() const;
  const crypto::Hash256& hash() const;  ///< SHA256 of the file
  /// Valid when the proof is for this system and key and verifies for its program and public values. The
  /// public inputs are the program as an integer and SHA256(public values) without its top three bits.
  Verdict verify(const ZirenProof& proof) const;

 private:
  struct Impl;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace pegkit::proofs
