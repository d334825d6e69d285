#pragma once

#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// An internal key that nobody can sign with, and that only outputs of these keys have: H + t·G (BIP341), t
/// the tagged hash `pegkit/unspendable` of the keys as they stand one after the other.
crypto::XOnlyKey unspendable_key(ByteView keys);

}  // namespace pegkit::bridge
