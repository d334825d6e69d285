#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::challenge {

// The subcommands of `challenge`: each makes an object that declares its options and runs once. The code of a
// subcommand stands in the file of its name beside this one.

/// `challenge check`: what every graph's claim is worth and what `run` would do, and what the published
/// proofs of a thread's commitments are worth; sends nothing. Exit 1 unless all is well; exit 6 or 4 when a
/// claim could not be checked.
std::unique_ptr<Command> check_command();

/// `challenge run --once`: one pass that does all that is needed now. What goes wrong with one graph does not
/// keep the others waiting; the first error is thrown at the end.
std::unique_ptr<Command> run_command();

/// `challenge status`: the same as check, and what was sent for each graph and where it stands.
std::unique_ptr<Command> status_command();

/// `challenge open`: challenges the claim of one graph.
std::unique_ptr<Command> open_command();

/// `challenge assert`: the operator's answer to a challenge, every part of the claim's trace that neither
/// chain nor mempool has.
std::unique_ptr<Command> assert_command();

/// `challenge disprove`: shows the first step that does not hold, from the chain, or from raw transactions
/// without a node.
std::unique_ptr<Command> disprove_command();

/// `challenge timeout`: takes the bond of an operator who did not assert a part in time.
std::unique_ptr<Command> timeout_command();

/// `challenge slash`: takes the bond of a sequencer that signed two roots for one epoch.
///
/// Evidence are transactions that show the sequencer's signatures, and documents that have them; without any,
/// what watch-chain saw. Needs no node unless the stake is to be looked up, the fee estimated, or the
/// transaction sent.
std::unique_ptr<Command> slash_command();

}  // namespace pegkit::app::challenge
