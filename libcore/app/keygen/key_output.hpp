#pragma once

#include <string>

#include "app/command.hpp"
#include "bitcoin/chain.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

namespace pegkit::app::keygen {

using crypto::SecretBytes;

/// Declares --chain, for the key's address.
void chain_for_address(Options& options, std::string& into);

std::optional<bitcoin::Chain> chosen_chain(const std::string& name);

SecretBytes into_secret(Bytes data);

SecretBytes passphrase_file(const std::string& path);

/// The passphrase for a new key file: from the file `path`, or typed twice when it is empty. Throws a usage
/// error for an empty one or for two that differ.
SecretBytes new_passphrase(Ports& ports, const std::string& path);

/// Declares --out, --encrypt, --passphrase-file and --chain.
void write_options(Options& options, std::string& out, bool& encrypt, std::string& passphrase,
                   std::string& chain);

/// Writes the key to the new file `path` and prints its public key.
void write_key(Ports& ports, const crypto::SecretKey& key, const std::string& path, bool encrypt,
               const std::string& passphrase_path, std::optional<bitcoin::Chain> chain);

}  // namespace pegkit::app::keygen
