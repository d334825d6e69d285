#pragma once

#include "app/command.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::watch_chain {

/// `pegkit/status`: what this data directory and the node know of the bridge. An unreachable node is shown in
/// the document and is no error.
Json status_document(Ports& ports, const bridge::Params& params);

}  // namespace pegkit::app::watch_chain
