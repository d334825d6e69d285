#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::peg_in {

// The subcommands of `peg-in`: each makes an object that declares its options and runs once. The code of a
// subcommand stands in the file of its name beside this one.

/// `peg-in address`: a deposit address for one recipient, with the depositor's way back.
std::unique_ptr<Command> address_command();

/// `peg-in build`: the transaction that funds a deposit: signed with a key file, or a PSBT of given
/// addresses.
std::unique_ptr<Command> build_command();

/// `peg-in refund`: takes a deposit back once its timelock is over.
std::unique_ptr<Command> refund_command();

/// `peg-in prove`: that a deposit (or with --txid any transaction) is in a block (`pegkit/spv-proof`), or
/// what the custodians sign for a deposit (`--mint`, `pegkit/mint`).
std::unique_ptr<Command> prove_command();

/// `peg-in lock`: sends the lock of a signed graph, once deposit and stake are buried.
std::unique_ptr<Command> lock_command();

/// `peg-in mint`: sends a signed `pegkit/mint` to the layer 2.
std::unique_ptr<Command> mint_command();

}  // namespace pegkit::app::peg_in
