#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/claim_program.hpp"

namespace pegkit::app {

/// The options that say which graph's claim is meant.
class ClaimOptions {
 public:
  /// --params, and --deposit and --operator, which a command may do without.
  void declare(Options& options);
  /// A deposit or operator that was not asked for and not given counts as zero bytes.
  bridge::ClaimProgram program(Ports& ports) const;
  /// Whether deposit and operator were given.
  bool names_graph() const { return !deposit_.empty() && !operator_.empty(); }
  /// Of --operator, which must have been given.
  crypto::XOnlyKey operator_key() const;

 private:
  std::string params_, deposit_, operator_;
};

}  // namespace pegkit::app
