#pragma once

#include <string>

#include "app/command.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app {

/// --params, --graph and --sequencer-keys.
class OneGraphOptions {
 public:
  void declare(Options& options);
  services::LoadedGraph load(Ports& ports) const;
  /// Another operator's graph for the same deposit; throws `graph.deposit` (exit 3) for another deposit's.
  services::LoadedGraph load_rival(Ports& ports, const services::LoadedGraph& own,
                                   const std::string& file) const;

 private:
  std::string params_, graph_, sequencer_keys_;
};

}  // namespace pegkit::app
