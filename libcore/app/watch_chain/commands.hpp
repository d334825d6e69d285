#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::watch_chain {

// The subcommands of `watch-chain`. Each function makes an object that declares its options and runs once.
// The code of a subcommand is in the file of its name beside this one.

/// `watch-chain init`: stores parameters, custodies, deposits and the first header of a bridge.
std::unique_ptr<Command> init_command();

/// `watch-chain watch`: adds custody, deposit, sequencer-stake and public-key documents to those watched, and
/// keeps the sequencer's public one-time keys (ots-keys).
std::unique_ptr<Command> watch_command();

/// `watch-chain run`: follows the chain, once or until stopped, and prints each event.
std::unique_ptr<Command> run_command();

/// `watch-chain events`: prints the stored events after a sequence number.
std::unique_ptr<Command> events_command();

/// `watch-chain status`: prints heights, coins, balances, the node's state and open transactions.
std::unique_ptr<Command> status_command();

}  // namespace pegkit::app::watch_chain
