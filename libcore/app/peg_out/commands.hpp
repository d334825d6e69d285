#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::peg_out {

// The subcommands of `peg-out`. Each function makes an object that declares its options and runs once. The
// code of a subcommand is in the file of its name beside this one.

/// `peg-out list`: prints all withdrawals with their states.
std::unique_ptr<Command> list_command();

/// `peg-out batch`: prints one PSBT that pays the requested withdrawals.
std::unique_ptr<Command> batch_command();

/// `peg-out verify`: checks a payout against the withdrawals on the layer 2, before its signers sign.
std::unique_ptr<Command> verify_command();

/// `peg-out rotate`: prints PSBTs that move the custody's coins and minted deposits to the next custody.
std::unique_ptr<Command> rotate_command();

/// `peg-out finalize`: prints the transaction of a signed PSBT.
std::unique_ptr<Command> finalize_command();

/// `peg-out send`: checks, records and broadcasts transactions.
std::unique_ptr<Command> send_command();

/// `peg-out bump`: prints a replacement with a higher fee, as a PSBT for another signing round.
std::unique_ptr<Command> bump_command();

/// `peg-out drop`: gives up a plan that was never sent, so that its coins and withdrawals are free again.
std::unique_ptr<Command> drop_command();

/// `peg-out request`: a user of the layer 2 requests a withdrawal to a Bitcoin address.
std::unique_ptr<Command> request_command();

/// `peg-out announce`: gives the layer-2 contract the next custody. Without --signature it prints the message
/// that the present custody must sign.
std::unique_ptr<Command> announce_command();

/// `peg-out stake`: makes the transaction that pays an operator's stake for one deposit from its wallet
/// coins.
std::unique_ptr<Command> stake_command();

/// `peg-out graph`: prints the graph of a deposit and a stake for its signers; the operator has signed the
/// challenge.
std::unique_ptr<Command> graph_command();

/// `peg-out payout`: the operator pays the withdrawal that is assigned to a graph's deposit with its own
/// coin.
std::unique_ptr<Command> payout_command();

/// `peg-out kickoff`: the operator claims, with its stake as bond, that it paid. It records the claim on disk
/// before it signs any part of it, and it signs only a true claim.
std::unique_ptr<Command> kickoff_command();

/// `peg-out take`: the operator takes deposit and bond, or the bond alone when another took the deposit.
std::unique_ptr<Command> take_command();

/// `peg-out unstake`: returns a stake that no claim uses to the operator. The graph need not be signed.
std::unique_ptr<Command> unstake_command();

}  // namespace pegkit::app::peg_out
