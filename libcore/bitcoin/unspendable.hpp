#pragma once

#include "crypto/keys.hpp"

namespace pegkit::bitcoin {

/// A taproot internal key that nobody can sign for, and that differs for each list of keys: H + t·G (BIP341),
/// where t is the tagged hash `pegkit/unspendable` of the keys, concatenated.
crypto::XOnlyKey unspendable_key(ByteView keys);

}  // namespace pegkit::bitcoin
