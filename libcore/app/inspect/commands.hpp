#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::inspect {

// The subcommands of `inspect`: each makes an object that declares its options and runs once. The code of a
// subcommand stands in the file of its name beside this one.

/// `inspect tx`: shows a transaction field by field, and the kind of spend that each witness shows.
std::unique_ptr<Command> tx_command();

/// `inspect script`: shows the words, kind, hashes and addresses of a script in hex; `--asm` reads words
/// instead.
std::unique_ptr<Command> script_command();

/// `inspect address`: shows the script of an address and the networks on which it is valid.
std::unique_ptr<Command> address_command();

/// `inspect psbt`: shows a PSBT field by field.
std::unique_ptr<Command> psbt_command();

/// `inspect verify`: runs the script machine on inputs given as JSON Lines and prints one verdict for each
/// line.
std::unique_ptr<Command> verify_command();

/// `inspect graph`: shows a graph's transactions with their coins, timelocks and signers, as fields or as a
/// drawing.
std::unique_ptr<Command> graph_command();

/// `inspect step`: shows one step of a claim, and whether it holds for given values, natively and in Script.
/// Without a name it lists all steps.
std::unique_ptr<Command> step_command();

}  // namespace pegkit::app::inspect
