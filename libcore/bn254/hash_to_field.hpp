#pragma once

#include <string_view>

#include "bn254/field.hpp"

namespace pegkit::bn254 {

/// RFC 9380's hash_to_field with expand_message_xmd over SHA-256 and 48 bytes per element. gnark makes its
/// challenges from commitments so. `domain` has at most 255 bytes.
Fr hash_to_fr(ByteView message, std::string_view domain);

}  // namespace pegkit::bn254
