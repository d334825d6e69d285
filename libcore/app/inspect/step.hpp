#pragma once

#include <string>

#include "app/claim_options.hpp"
#include "app/command.hpp"

namespace pegkit::app {

/// `inspect step`: what a step of a claim says, and whether it is true of given values, natively and in
/// Script; without a name, all steps.
class InspectStep : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ClaimOptions claim_;
  std::string step_, trace_;
};

}  // namespace pegkit::app
