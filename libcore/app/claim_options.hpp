#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/claim_program.hpp"

namespace pegkit::app {

/// The options that say which graph's claim is meant.
class ClaimOptions {
 public:
  void declare(Options& options, Need deposit_and_operator);
  /// A deposit or operator that was not asked for and not given counts as zero bytes.
  bridge::ClaimProgram program(Ports& ports) const;
  /// Of --operator, which must have been given.
  crypto::XOnlyKey operator_key() const;

 private:
  std::string params_, deposit_, operator_;
};

}  // namespace pegkit::app
