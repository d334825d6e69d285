#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "services/follow/commitment_thread.hpp"

namespace pegkit::app::commit_state {

inline constexpr const char* sequencer_keys_help =
    "optimistic mode: the sequencer's public one-time keys (default: those of the data directory)";

/// The thread that begins with the txid `thread`. Throws as ThreadView.
services::ThreadView read_thread(Ports& ports, const bridge::Params& params, const std::string& thread);

}  // namespace pegkit::app::commit_state
