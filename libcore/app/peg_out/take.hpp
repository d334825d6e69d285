#pragma once

#include <string>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"

namespace pegkit::app {

/// `peg-out take`: the operator takes deposit and bond, or the bond alone when another took the deposit.
class TakeDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  std::string only_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace pegkit::app
