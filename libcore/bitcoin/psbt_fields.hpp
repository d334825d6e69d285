#pragma once

#include "base/bytes.hpp"

namespace pegkit::bitcoin {

/// Checks the form of the fields that Psbt keeps without using them: derivation paths (BIP174, BIP371) and
/// MuSig2 fields (BIP373). Unknown types pass. `key` is the whole key, type first. Throws Error
/// `psbt.invalid` (exit 3).
void check_input_field(ByteView key, ByteView value);
void check_output_field(ByteView key, ByteView value);

}  // namespace pegkit::bitcoin
