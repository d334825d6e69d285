#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::watch_chain {

// The subcommands of `watch-chain`: each makes an object that declares its options and runs once. The code of
// a subcommand stands in the file of its name beside this one.

/// `watch-chain init`: parameters, custody and deposits of a bridge, and the first header.
std::unique_ptr<Command> init_command();

/// `watch-chain watch`: further custody, deposit, stake and public-key documents, and the sequencer's public
/// one-time keys.
std::unique_ptr<Command> watch_command();

/// `watch-chain run`: follows the chain, once or until stopped.
std::unique_ptr<Command> run_command();

/// `watch-chain events`: what was seen, from a sequence number on.
std::unique_ptr<Command> events_command();

/// `watch-chain status`.
std::unique_ptr<Command> status_command();

}  // namespace pegkit::app::watch_chain
