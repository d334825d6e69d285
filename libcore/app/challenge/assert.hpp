#pragma once

#include <vector>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/ots_options.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/send/fee_coin.hpp"

namespace pegkit::app {

class Asserter;

/// `challenge assert`: the operator's answer to a challenge, every part of the claim's trace that neither
/// chain nor mempool has.
class AssertClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  /// Sends coins to ourselves, one for each part; throws `coins.split` (exit 4).
  Exit split_coins(Ports& ports, const services::LoadedGraph& loaded, Asserter& asserter) const;
  Exit send_parts(Ports& ports, const services::LoadedGraph& loaded, Asserter& asserter,
                  std::vector<services::FeeCoinPlan> plans) const;

  OneGraphOptions graph_;
  OtsSeedOption seed_;
  FeeRateOption fee_rate_;
  bool anyway_ = false, broadcast_ = false;
};

}  // namespace pegkit::app
