#pragma once

namespace pegkit {

/// "0.1.0"
const char* version();

}  // namespace pegkit
