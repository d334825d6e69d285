#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::peg_out {

// The subcommands of `peg-out`: each makes an object that declares its options and runs once. The code of a
// subcommand stands in the file of its name beside this one.

/// `peg-out list`: all withdrawals with their states.
std::unique_ptr<Command> list_command();

/// `peg-out batch`: one PSBT that pays what is requested.
std::unique_ptr<Command> batch_command();

/// `peg-out verify`: a payout against what the layer 2 asks for, for who is to sign it.
std::unique_ptr<Command> verify_command();

/// `peg-out rotate`: PSBTs that move every coin to the next custody.
std::unique_ptr<Command> rotate_command();

/// `peg-out finalize`: a signed PSBT's transaction.
std::unique_ptr<Command> finalize_command();

/// `peg-out send`: checks, records and broadcasts.
std::unique_ptr<Command> send_command();

/// `peg-out bump`: a replacement that pays a higher fee, as a PSBT for another round.
std::unique_ptr<Command> bump_command();

/// `peg-out drop`: gives up a plan that was never sent, so that its coins and withdrawals are free again.
std::unique_ptr<Command> drop_command();

/// `peg-out request`: a user of the layer 2 asks for coins on Bitcoin.
std::unique_ptr<Command> request_command();

/// `peg-out announce`: tells the layer-2 contract of the next custody. Without a signature it says what the
/// present custody has to sign.
std::unique_ptr<Command> announce_command();

/// `peg-out stake`: the transaction that makes an operator's stake for one deposit, from its wallet coins.
std::unique_ptr<Command> stake_command();

/// `peg-out graph`: the graph of a deposit and a stake, with the operator's signature of the challenge, for
/// the signers.
std::unique_ptr<Command> graph_command();

/// `peg-out payout`: an operator pays the withdrawal that is assigned to a graph's deposit, with its own
/// coin.
std::unique_ptr<Command> payout_command();

/// `peg-out kickoff`: the operator claims that it paid, with its stake behind it. What it says stands on the
/// disk before anything of it is signed; nothing but a true claim is ever signed.
std::unique_ptr<Command> kickoff_command();

/// `peg-out take`: the operator takes deposit and bond, or the bond alone when another took the deposit.
std::unique_ptr<Command> take_command();

/// `peg-out unstake`: takes a stake home that no claim stands on. The graph needs no signatures for it.
std::unique_ptr<Command> unstake_command();

}  // namespace pegkit::app::peg_out
