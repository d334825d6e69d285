#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "optimistic/claim_program.hpp"

namespace pegkit::app {

/// --params, --deposit and --operator: the graph whose claim a command works on.
class ClaimOptions {
 public:
  /// --params is required; --deposit and --operator are optional.
  void declare(Options& options);
  /// Reads the file of --params.
  bridge::Params params(Ports& ports) const;
  /// The claim program of this deposit and operator; one that was not given is all zero bytes.
  optimistic::ClaimProgram program(const bridge::Params& params) const;
  /// The graph's id (bridge::graph_id); nullopt unless deposit and operator were given.
  std::optional<ByteArray<32>> graph(const bridge::Params& params) const;
  /// The key of --operator, which must have been given.
  crypto::XOnlyKey operator_key() const;

 private:
  std::string params_, deposit_, operator_;
};

}  // namespace pegkit::app
