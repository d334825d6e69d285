#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/graph_document.hpp"

namespace pegkit::app {

/// The options that a graph is read with.
class GraphOptions {
 public:
  void declare(Options& options);  ///< --params, --graph, --sequencer-keys
  /// Built again from its inputs and compared. Throws what GraphDocument::parse throws, and Error
  /// `chain.mismatch` (exit 7).
  bridge::GraphDocument read(Ports& ports) const;

 private:
  std::string params_, graph_ = "-", sequencer_keys_;
};

/// A `pegkit/graph` document with the files that it is held against; where one is not given a usage error
/// says so.
bridge::GraphDocument read_graph(Ports& ports, const Json& document, const std::string& params_file,
                                 const std::string& sequencer_keys_file);

}  // namespace pegkit::app
