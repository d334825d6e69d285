#pragma once

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"

namespace pegkit::app {

/// `peg-in lock`: sends the lock of a signed graph, once deposit and stake are buried.
class LockDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
};

}  // namespace pegkit::app
