#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::build_taptree {

// The subcommands of `build-taptree`: each makes an object that declares its options and runs once. The code
// of a subcommand stands in the file of its name beside this one.

/// `build-taptree custody`: completes a custody document with root, address and descriptor, or streams all
/// its leaves.
std::unique_ptr<Command> custody_command();

/// `build-taptree deposit`: builds the deposit address of a custody for one depositor and one recipient.
std::unique_ptr<Command> deposit_command();

/// `build-taptree tree`: builds any taproot tree from a tree document.
std::unique_ptr<Command> tree_command();

/// `build-taptree leaf`: prints one leaf of a custody with its control block.
std::unique_ptr<Command> leaf_command();

/// `build-taptree claim`: prints roots and sizes of a graph's claim, one of its leaves, or the list of its
/// values.
std::unique_ptr<Command> claim_command();

/// `build-taptree stake`: prints the sequencer's bond output (`pegkit/sequencer-stake`), or one of its leaves
/// with its control block (`pegkit/leaf`).
std::unique_ptr<Command> stake_command();

}  // namespace pegkit::app::build_taptree
