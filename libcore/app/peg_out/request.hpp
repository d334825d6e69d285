#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "bridge/withdrawal.hpp"

namespace pegkit::app {

/// `peg-out request`: a user of the layer 2 asks for coins on Bitcoin.
class RequestWithdrawal : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  bridge::Withdrawal wanted(const bridge::Params& params) const;
  std::string params_, to_, tx_;
  std::optional<std::int64_t> amount_;
  std::int64_t wait_ = 60;
};

}  // namespace pegkit::app
