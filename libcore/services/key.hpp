#pragma once

#include "crypto/keys.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The secret key of --key-file, --key-fd or the systemd credential, its passphrase asked where it needs one.
crypto::SecretKey load_key(Ports& ports);

}  // namespace pegkit::services
