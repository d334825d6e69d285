#pragma once

#include <functional>
#include <optional>

#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

/// The key document (doc/documents.md, "key"): one secret key with its public key, in the clear or encrypted
/// with a passphrase. Its text stays in secret memory, and the JSON library never sees the secret.
namespace pegkit::crypto::keyfile {

/// The cost of one guess of the passphrase under Argon2id: passes, and memory in bytes.
struct KdfCost {
  std::uint64_t operations = 3;
  std::uint64_t memory = 256u << 20;
};
/// The highest cost that `open` accepts from a file.
inline constexpr KdfCost max_kdf_cost{16, std::uint64_t{1} << 30};

/// The document's text and a newline, to be written with create_secret_file. With a passphrase, the secret is
/// encrypted with XChaCha20-Poly1305 under a key made by Argon2id, with the public key as associated data.
/// Throws Error `key.passphrase` (exit 3) for an empty passphrase.
SecretBytes make(const SecretKey& key, std::optional<ByteView> passphrase = std::nullopt, KdfCost cost = {});

/// The secret key of a document. `passphrase` is called only when the document is encrypted. Throws Error
/// (exit 3): `json.*` or `document.*` for another shape, `key.invalid`, `key.kdf` for parameters out of
/// bounds, `secret.decrypt` for a wrong passphrase or a changed file, `key.mismatch` when secret and public
/// key do not belong together.
SecretKey open(const SecretBytes& content, const std::function<SecretBytes()>& passphrase);

bool is_encrypted(const SecretBytes& content);
/// The public key that the document states. Only `open` checks that it belongs to the secret.
PublicKey stated_public_key(const SecretBytes& content);

}  // namespace pegkit::crypto::keyfile
