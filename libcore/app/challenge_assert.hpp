#pragma once

#include <vector>

#include "app/claim_chain.hpp"
#include "app/claim_signer.hpp"
#include "app/command.hpp"
#include "app/fee_rate.hpp"

namespace pegkit::app {

class Asserter;
struct FeeCoinPlan;

/// `challenge assert`: the operator's answer to a challenge, every part of the claim's trace that neither
/// chain nor mempool has.
class AssertClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  /// Sends coins to ourselves, one for each part; throws `coins.split` (exit 4).
  Exit split_coins(Ports& ports, const LoadedGraph& loaded, Asserter& asserter) const;
  Exit send_parts(Ports& ports, const LoadedGraph& loaded, Asserter& asserter,
                  std::vector<FeeCoinPlan> plans) const;

  OneGraphOptions graph_;
  OtsSeedOption seed_;
  FeeRateOption fee_rate_;
  bool anyway_ = false, broadcast_ = false;
};

}  // namespace pegkit::app
