#pragma once

#include <cstdint>
#include <optional>

#include "app/command.hpp"
#include "bridge/params.hpp"

namespace pegkit::app {

/// The fee rate of a transaction: --fee-rate, or the node's estimate for --fee-target blocks, or the
/// parameters' floor when the node has none. Never below the floor; throws Error `fee.rate` (exit 7) when
/// --fee-rate is above the parameters' cap, while an estimate above it is lowered to the cap.
class FeeRateOption {
 public:
  void declare(Options& options);
  FeeRate choose(Ports& ports, const bridge::Params& params) const;
  /// --fee-rate was given.
  bool given() const { return rate_.has_value(); }

 private:
  std::optional<std::int64_t> rate_;  ///< sat/vB
  std::int64_t target_ = 6;
};

}  // namespace pegkit::app
