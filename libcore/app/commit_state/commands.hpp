#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::commit_state {

// The subcommands of `commit-state`: each makes an object that declares its options and runs once. The code
// of a subcommand stands in the file of its name beside this one.

/// `commit-state build`: the next commitment of a thread, or the first of a new one.
std::unique_ptr<Command> build_command();

/// `commit-state address`: the output that the commitment of an epoch spends, in optimistic mode. Who pays to
/// the first epoch's opens a thread.
std::unique_ptr<Command> address_command();

/// `commit-state send`: checks, records and broadcasts.
std::unique_ptr<Command> send_command();

/// `commit-state list`: the commitments of a thread as JSON Lines.
std::unique_ptr<Command> list_command();

/// `commit-state verify`: every commitment of a thread against the layer 2.
std::unique_ptr<Command> verify_command();

}  // namespace pegkit::app::commit_state
