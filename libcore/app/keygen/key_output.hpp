#pragma once

#include <string>

#include "app/command.hpp"
#include "bitcoin/chain.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

namespace pegkit::app::keygen {

using crypto::SecretBytes;

void chain_for_address(Options& options, std::string& into);

std::optional<bitcoin::Chain> chosen_chain(const std::string& name);

SecretBytes into_secret(Bytes data);

SecretBytes passphrase_file(const std::string& path);

/// A passphrase for a key that is written: from a file, or typed twice.
SecretBytes new_passphrase(Ports& ports, const std::string& path);

void write_options(Options& options, std::string& out, bool& encrypt, std::string& passphrase,
                   std::string& chain);

void write_key(Ports& ports, const crypto::SecretKey& key, const std::string& path, bool encrypt,
               const std::string& passphrase_path, std::optional<bitcoin::Chain> chain);

}  // namespace pegkit::app::keygen
