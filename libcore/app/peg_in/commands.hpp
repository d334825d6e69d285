#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::peg_in {

// The subcommands of `peg-in`. Each function makes an object that declares its options and runs once. The
// code of a subcommand is in the file of its name beside this one.

/// `peg-in address`: prints a deposit address for one recipient, with a refund to the depositor.
std::unique_ptr<Command> address_command();

/// `peg-in build`: makes the transaction that funds a deposit, signed with a key file or as a PSBT that
/// spends coins of given addresses.
std::unique_ptr<Command> build_command();

/// `peg-in refund`: takes a deposit back once its timelock is over.
std::unique_ptr<Command> refund_command();

/// `peg-in prove`: proves that a deposit, or with --txid any transaction, is in a block (`pegkit/spv-proof`).
/// With --mint it prints the mint that the custodians sign (`pegkit/mint`).
std::unique_ptr<Command> prove_command();

/// `peg-in lock`: sends the lock of a signed graph once deposit and stake have enough confirmations.
std::unique_ptr<Command> lock_command();

/// `peg-in mint`: sends a signed `pegkit/mint` to the layer 2.
std::unique_ptr<Command> mint_command();

}  // namespace pegkit::app::peg_in
