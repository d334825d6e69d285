#pragma once

#include "crypto/keys.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The secret key of --key-file, --key-fd or the systemd credential; asks for the passphrase of an encrypted
/// one.
crypto::SecretKey load_key(Ports& ports);

}  // namespace pegkit::services
