#pragma once

#include <string>

#include "bridge/params.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The bridge's parameters from `file`, or, where that is empty, those that this data directory was used with
/// before (`params.json` in it). The first file is kept; a later one must have the same hash. Throws Error
/// `params.missing` (exit 2), `params.differ` (exit 7), `chain.mismatch` (exit 7).
bridge::Params load_params(Ports& ports, const std::string& file);

}  // namespace pegkit::services
