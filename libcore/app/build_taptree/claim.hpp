#pragma once

#include <optional>
#include <string>

#include "app/claim_options.hpp"
#include "app/command.hpp"
#include "optimistic/claim_summary.hpp"

namespace pegkit::app {

/// `build-taptree claim`: roots and sizes of a graph's claim, one of its leaves, or the list of its values.
class BuildClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  optimistic::ClaimSet claim_set(Ports& ports, const bridge::Params& params) const;

  ClaimOptions claim_;
  std::string operator_keys_, sequencer_keys_, signers_;
  std::optional<std::int64_t> leaf_, epoch_;
  bool values_ = false, script_ = false;
};

}  // namespace pegkit::app
