#pragma once

#include <string>

#include "base/bytes.hpp"

namespace pegkit::app::verify_proof {

/// Reads headers in hex, one or more on each line, or as raw bytes. Throws Error `input.empty` or `hex.*`
/// (exit 3).
Bytes header_bytes(const std::string& text);

}  // namespace pegkit::app::verify_proof
