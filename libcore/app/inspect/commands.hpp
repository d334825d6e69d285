#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::inspect {

// The subcommands of `inspect`: each makes an object that declares its options and runs once. The code of a
// subcommand stands in the file of its name beside this one.

/// `inspect tx`: a transaction taken apart, inputs read for what they spend.
std::unique_ptr<Command> tx_command();

/// `inspect script`: hex to words, kind, hashes and addresses; `--asm` the other way.
std::unique_ptr<Command> script_command();

/// `inspect address`: what an address says, on whichever networks it is valid.
std::unique_ptr<Command> address_command();

/// `inspect psbt`: a PSBT taken apart.
std::unique_ptr<Command> psbt_command();

/// `inspect verify`: runs the script machine on inputs given as JSON Lines; one verdict a line.
std::unique_ptr<Command> verify_command();

/// `inspect graph`: the transactions of a graph, their coins, timelocks and signers, as fields or as a
/// drawing.
std::unique_ptr<Command> graph_command();

/// `inspect step`: what a step of a claim says, and whether it is true of given values, natively and in
/// Script; without a name, all steps.
std::unique_ptr<Command> step_command();

}  // namespace pegkit::app::inspect
