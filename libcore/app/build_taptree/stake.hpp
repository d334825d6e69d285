#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/command.hpp"

namespace pegkit::app {

/// `build-taptree stake`: the sequencer's bond output (`pegkit/sequencer-stake`), or one of its leaves with
/// its control block (`pegkit/leaf`).
class BuildStake : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, keys_ = "-";
  std::int64_t blocks_ = 0;
  std::optional<std::int64_t> epoch_;
  bool recovery_ = false;
};

}  // namespace pegkit::app
