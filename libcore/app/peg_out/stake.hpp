#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/ots_options.hpp"
#include "bridge/deposit.hpp"

namespace pegkit::app {

/// A deposit that is funded, and its outpoint; throws Error `deposit.unfunded` (exit 4).
struct FundedDeposit {
  bridge::Deposit deposit;
  bitcoin::OutPoint outpoint;
};
FundedDeposit read_funded_deposit(Ports& ports, const std::string& file);

/// The stake with this output that this data directory made and has not given up; nullopt when there is none.
std::optional<bitcoin::Transaction> known_stake(Ports& ports, const bitcoin::TxOut& output);

/// `peg-out stake`: the transaction that makes an operator's stake for one deposit, from its wallet coins.
class MakeStake : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-";
  OperatorSetOption operator_set_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

/// `peg-out graph`: the graph of a deposit and a stake, with the operator's signature of the challenge, for
/// the signers.
class MakeGraph : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-", sequencer_keys_, stake_;
  OperatorSetOption operator_set_;
};

}  // namespace pegkit::app
