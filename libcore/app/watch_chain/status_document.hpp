#pragma once

#include "app/command.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::watch_chain {

Json status_document(Ports& ports, const bridge::Params& params);

}  // namespace pegkit::app::watch_chain
