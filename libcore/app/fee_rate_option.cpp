#include "app/fee_rate_option.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace pegkit::app {

void FeeRateOption::declare(Options& options) {
  options.maybe_integer(rate_, "--fee-rate", "SAT/VB", "fee rate (default: the node's estimate)", 1,
                        1'000'000);
  options.integer(target_, "--fee-target", "BLOCKS", "confirmation target of the estimate (default: 6)", 1,
                  1008);
}

FeeRate FeeRateOption::choose(Ports& ports, const bridge::Params& params) const {
  if (rate_) return params.checked_fee_rate(FeeRate::per_vb(*rate_));
  auto estimate = ports.node().estimate_fee(static_cast<int>(target_));
  if (!estimate) ports.verbose("the node has no fee estimate; the parameters' floor is used");
  return std::clamp(estimate.value_or(params.fee_floor), params.fee_floor, params.fee_cap);
}

}  // namespace pegkit::app
