#pragma once

#include "app/command.hpp"

namespace pegkit::app::inspect {

/// A `pegkit/inspection` document of this kind with these fields.
Json inspection(const char* kind, Json fields);

/// Declares --chain and --magic.
void view_options(Options& options, std::string& chain, std::string& magic);

}  // namespace pegkit::app::inspect
