#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::challenge {

// The subcommands of `challenge`: each makes an object that declares its options and runs once. The code of a
// subcommand stands in the file of its name beside this one.

/// `challenge check`: checks the claim of every graph and the published proofs of a thread's commitments, and
/// says what `run` would do; sends nothing. Exit 1 unless all is well; exit 6 or 4 when a claim could not be
/// checked.
std::unique_ptr<Command> check_command();

/// `challenge run --once`: one pass that sends every transaction that is due now. An error in one graph does
/// not stop the others; the first error is thrown at the end.
std::unique_ptr<Command> run_command();

/// `challenge status`: prints the same as `check`, and for each graph the transactions sent and their states.
std::unique_ptr<Command> status_command();

/// `challenge open`: challenges the claim of one graph.
std::unique_ptr<Command> open_command();

/// `challenge assert`: answers a challenge with every part of the claim's trace that neither chain nor
/// mempool holds yet.
std::unique_ptr<Command> assert_command();

/// `challenge disprove`: proves the first false step of a claim and takes the bond. Reads the asserts from
/// the chain, or from raw transactions without a node.
std::unique_ptr<Command> disprove_command();

/// `challenge timeout`: takes the bond of an operator who did not assert a part in time.
std::unique_ptr<Command> timeout_command();

/// `challenge slash`: takes the bond of a sequencer that signed two roots for one epoch.
///
/// The evidence is transactions and documents that hold the sequencer's signatures; by default, those that
/// watch-chain recorded. Asks a node only to look up the stake, to estimate the fee, or to send.
std::unique_ptr<Command> slash_command();

}  // namespace pegkit::app::challenge
