#pragma once

#include <string>

#include "app/claim_signer.hpp"
#include "app/command.hpp"
#include "bridge/graph_document.hpp"

namespace pegkit::app {

/// A `pegkit/graph` document, built again from its inputs, with the files that it is held against; where one
/// is not given a usage error says so.
bridge::GraphDocument read_graph(Ports& ports, const Json& document, const std::string& params_file,
                                 const std::string& sequencer_keys_file);

/// The operator's public one-time keys of a graph: --operator-keys, a document of keygen, or derived from
/// --ots-key-file or the operator's own key.
class OperatorSetOption {
 public:
  void declare(Options& options);
  bridge::OtsKeySet load(Ports& ports, const bridge::Params& params, const bitcoin::OutPoint& deposit,
                         const crypto::SecretKey& operator_key) const;

 private:
  std::string file_;
  OtsSeedOption seed_;
};

}  // namespace pegkit::app
