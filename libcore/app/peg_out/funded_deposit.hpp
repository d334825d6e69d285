#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::peg_out {

/// A deposit and the outpoint that funds it.
struct FundedDeposit {
  bridge::Deposit deposit;
  bitcoin::OutPoint outpoint;
};

/// Reads a deposit document. Throws Error `deposit.unfunded` (exit 4) when it names no outpoint.
FundedDeposit read_funded_deposit(Ports& ports, const std::string& file);

/// The stake transaction with this output that this data directory recorded and has not given up; nullopt
/// when there is none.
std::optional<bitcoin::Transaction> known_stake(Ports& ports, const bitcoin::TxOut& output);

/// Reads the parameters of an optimistic bridge. Throws Error `chain.mismatch` (exit 7) when they are for
/// another network than --chain, `params.quorum` (exit 3) for a quorum bridge.
bridge::Params read_params(Ports& ports, const std::string& file);

/// The index of the stake's output in its transaction. Throws Error `graph.stake` (exit 3) when there is
/// none.
std::uint32_t place_of(const bitcoin::Transaction& tx, const bitcoin::TxOut& output);

}  // namespace pegkit::app::peg_out
