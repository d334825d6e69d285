#include "bitcoin/unspendable.hpp"

#include "base/error.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/hash.hpp"

namespace pegkit::bitcoin {

crypto::XOnlyKey unspendable_key(ByteView keys) {
  auto tweaked = crypto::xonly_tweak_add(nums_point(), crypto::tagged_hash("pegkit/unspendable", keys));
  if (!tweaked) throw Error(Exit::bug, "key.unspendable", "the blinding of H is not a scalar");
  return tweaked->key;
}

}  // namespace pegkit::bitcoin
