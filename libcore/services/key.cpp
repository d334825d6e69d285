#include "services/key.hpp"

#include "crypto/keyfile.hpp"

namespace pegkit::services {

crypto::SecretKey load_key(Ports& ports) {
  return crypto::keyfile::open(ports.key_material(),
                               [&] { return ports.passphrase("passphrase of the key: "); });
}

}  // namespace pegkit::services
