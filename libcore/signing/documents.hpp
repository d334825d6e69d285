#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "crypto/keys.hpp"
#include "crypto/musig.hpp"

namespace pegkit::signing {

/// The most messages of one session.
inline constexpr std::size_t max_round_messages = 100'000;

/// `pegkit/nonce`: one signer's public nonces, nonces[i] for message i.
struct NonceDocument {
  ByteArray<32> session{};
  ByteArray<16> run{};
  crypto::PublicKey signer;
  std::vector<crypto::PubNonce> nonces;

  static NonceDocument parse(const Json& document);
  Json to_json() const;
  friend bool operator==(const NonceDocument&, const NonceDocument&) = default;
};

/// `pegkit/partial`: one signer's MuSig2 partial signatures, with the hash of all nonces under which they
/// were made, or its own BIP340 signatures (multi_a leaves).
struct PartialDocument {
  ByteArray<32> session{};
  crypto::PublicKey signer;
  std::optional<ByteArray<32>> nonces_hash;
  std::vector<crypto::PartialSignature> partials;
  std::vector<crypto::SchnorrSignature> signatures;

  static PartialDocument parse(const Json& document);
  Json to_json() const;
};

/// `pegkit/signature`: finished signatures of messages under one key.
struct SignatureDocument {
  struct Entry {
    ByteArray<32> message;
    crypto::SchnorrSignature signature;
  };
  crypto::XOnlyKey key;
  std::vector<Entry> signatures;

  static SignatureDocument parse(const Json& document);
  Json to_json() const;
};

}  // namespace pegkit::signing
