#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"

namespace pegkit::app {

/// `challenge slash`: takes the bond of a sequencer that signed two roots for one epoch.
///
/// Evidence are transactions that show the sequencer's signatures, and documents that have them; without any,
/// what watch-chain saw. Needs no node unless the stake is to be looked up, the fee estimated, or the
/// transaction sent.
class SlashSequencer : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, keys_, stake_, outpoint_, to_;
  std::vector<std::string> evidence_;
  std::optional<std::int64_t> amount_, epoch_;
  bool broadcast_ = false;
  FeeRateOption fee_rate_;
};

}  // namespace pegkit::app
