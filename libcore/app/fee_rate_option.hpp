#pragma once

#include <cstdint>
#include <optional>

#include "app/command.hpp"
#include "bridge/params.hpp"

namespace pegkit::app {

/// The fee rate of a transaction: --fee-rate, or without it the node's estimate for --fee-target blocks, or
/// the parameters' floor when the node has no estimate.
class FeeRateOption {
 public:
  void declare(Options& options);
  /// Raises every rate to the parameters' floor and lowers an estimate to their cap. Throws Error `fee.rate`
  /// (exit 7) when --fee-rate is above the cap.
  FeeRate choose(Ports& ports, const bridge::Params& params) const;
  /// True when --fee-rate was given.
  bool given() const { return rate_.has_value(); }

 private:
  std::optional<std::int64_t> rate_;  ///< sat/vB
  std::int64_t target_ = 6;
};

}  // namespace pegkit::app
