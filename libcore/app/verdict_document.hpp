#pragma once

#include "base/json.hpp"
#include "base/verdict.hpp"

namespace pegkit::app {

/// `{"type":"pegkit/verdict","version":1,"valid":…}`, with `reason` where it is false, to add fields to.
Json verdict_document(const Verdict& verdict);

}  // namespace pegkit::app
