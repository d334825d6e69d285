#pragma once

#include <string>

#include "base/bytes.hpp"

namespace pegkit::app::verify_proof {

/// Hex (one header or many a line) or raw bytes.
Bytes header_bytes(const std::string& text);

}  // namespace pegkit::app::verify_proof
