#pragma once

#include <string>

#include "app/command.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app {

/// --params, --graph and --sequencer-keys: the graph that a command works on.
class OneGraphOptions {
 public:
  void declare(Options& options);
  /// Reads the three files. Throws Error `params.quorum` (exit 3) for a quorum bridge, and as
  /// services::load_params and services::load_graph.
  services::LoadedGraph load(Ports& ports) const;
  /// Reads another operator's graph for the deposit of `own`. Throws Error `graph.deposit` (exit 3) when the
  /// graph is for another deposit.
  services::LoadedGraph load_rival(Ports& ports, const services::LoadedGraph& own,
                                   const std::string& file) const;

 private:
  std::string params_, graph_, sequencer_keys_;
};

}  // namespace pegkit::app
