#include "bridge/unspendable.hpp"

#include "base/error.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/hash.hpp"

namespace pegkit::bridge {

crypto::XOnlyKey unspendable_key(ByteView keys) {
  auto tweaked =
      crypto::xonly_tweak_add(bitcoin::nums_point(), crypto::tagged_hash("pegkit/unspendable", keys));
  if (!tweaked) throw Error(Exit::bug, "key.unspendable", "the blinding of H is not a scalar");
  return tweaked->key;
}

}  // namespace pegkit::bridge
