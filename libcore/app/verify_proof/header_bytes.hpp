#pragma once

#include <string>

namespace pegkit::app::verify_proof {

/// Hex (one header or many a line) or raw bytes.
Bytes header_bytes(const std::string& text);

}  // namespace pegkit::app::verify_proof
