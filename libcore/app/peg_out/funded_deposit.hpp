#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::peg_out {

/// A deposit that is funded, and its outpoint; throws Error `deposit.unfunded` (exit 4).
struct FundedDeposit {
  bridge::Deposit deposit;
  bitcoin::OutPoint outpoint;
};

FundedDeposit read_funded_deposit(Ports& ports, const std::string& file);

/// The stake with this output that this data directory made and has not given up; nullopt when there is none.
std::optional<bitcoin::Transaction> known_stake(Ports& ports, const bitcoin::TxOut& output);

bridge::Params read_params(Ports& ports, const std::string& file);

std::uint32_t place_of(const bitcoin::Transaction& tx, const bitcoin::TxOut& output);

}  // namespace pegkit::app::peg_out
