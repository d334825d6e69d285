#pragma once

#include "app/command.hpp"

namespace pegkit::app::inspect {

Json inspection(const char* kind, Json fields);

void view_options(Options& options, std::string& chain, std::string& magic);

}  // namespace pegkit::app::inspect
