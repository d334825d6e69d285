#pragma once

#include <string>

#include "base/json.hpp"
#include "base/verdict.hpp"

namespace pegkit::services {

/// `{"type":"pegkit/verdict","version":1,"valid":…}`, and `reason` where it is false. Callers add fields.
Json verdict_document(const Verdict& verdict);

/// `pegkit/result` of a command that found nothing to do.
Json nothing_to_do(const std::string& reason);

}  // namespace pegkit::services
