#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"

namespace pegkit::app {

/// `peg-out payout`: an operator pays the withdrawal that is assigned to a graph's deposit, with its own
/// coin.
class PayWithdrawal : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  std::vector<std::string> rivals_;
  std::int64_t id_ = 0;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace pegkit::app
