#pragma once

#include <string>

#include "bridge/params.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The bridge's parameters from `file`; where that is empty, those in the data directory's `params.json`. The
/// first file is kept there, and a later one must have the same hash. Throws Error `params.missing` (exit 2),
/// `params.differ` (exit 7), `chain.mismatch` (exit 7).
bridge::Params load_params(Ports& ports, const std::string& file);

}  // namespace pegkit::services
