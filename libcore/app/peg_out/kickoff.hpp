#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/ots_options.hpp"

namespace pegkit::app {

/// `peg-out kickoff`: the operator claims that it paid, with its stake behind it. What it says stands on the
/// disk before anything of it is signed; nothing but a true claim is ever signed.
class KickoffClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  OtsSeedOption seed_;
  FeeRateOption fee_rate_;
  bool broadcast_ = false;
};

}  // namespace pegkit::app
