#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "optimistic/claim_program.hpp"

namespace pegkit::app {

/// The options that say which graph's claim is meant.
class ClaimOptions {
 public:
  /// --params, and --deposit and --operator, which a command may do without.
  void declare(Options& options);
  bridge::Params params(Ports& ports) const;
  /// A deposit or operator that was not given counts as zero bytes.
  optimistic::ClaimProgram program(const bridge::Params& params) const;
  /// The graph's id (bridge::graph_id); nullopt unless deposit and operator were given.
  std::optional<ByteArray<32>> graph(const bridge::Params& params) const;
  /// Of --operator, which must have been given.
  crypto::XOnlyKey operator_key() const;

 private:
  std::string params_, deposit_, operator_;
};

}  // namespace pegkit::app
