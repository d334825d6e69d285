#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::commit_state {

// The subcommands of `commit-state`. Each function makes an object that declares its options and runs once.
// The code of a subcommand is in the file of its name beside this one.

/// `commit-state build`: makes the next commitment of a thread, or the first one of a new thread.
std::unique_ptr<Command> build_command();

/// `commit-state address`: prints, in optimistic mode, the output that an epoch's commitment spends. A
/// payment to the first epoch's address opens a thread.
std::unique_ptr<Command> address_command();

/// `commit-state send`: checks, records and broadcasts a commitment.
std::unique_ptr<Command> send_command();

/// `commit-state list`: prints the commitments of a thread as JSON Lines.
std::unique_ptr<Command> list_command();

/// `commit-state verify`: checks every commitment of a thread against the layer 2.
std::unique_ptr<Command> verify_command();

}  // namespace pegkit::app::commit_state
