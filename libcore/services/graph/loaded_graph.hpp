#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph_document.hpp"
#include "optimistic/graph_program.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// A graph document with its claim.
struct LoadedGraph {
  bridge::Params params;
  optimistic::GraphDocument document;
  std::shared_ptr<const optimistic::ProgramClaim> claim;

  const optimistic::Graph& graph() const { return document.graph; }
  const optimistic::ClaimProgram& program() const { return claim->program(); }
  /// The sequencer's key of an epoch; nullptr for one that the parameters do not have.
  const crypto::OtsPublicKey* sequencer_key(std::uint32_t epoch) const;
};

/// From files; throws what GraphDocument::parse throws.
LoadedGraph load_graph(Ports& ports, const bridge::Params& params, const std::string& graph,
                       const std::string& sequencer_keys);

/// The operator's key of --key-file; throws `key.mismatch` (exit 3) when it is another one's.
crypto::SecretKey load_operator_key(Ports& ports, const optimistic::Graph& graph);

/// A `pegkit/graph` document, built again from its inputs, with the files that it is held against; where one
/// is not given a usage error says so.
optimistic::GraphDocument read_graph(Ports& ports, const Json& document, const std::string& params_file,
                                     const std::string& sequencer_keys_file);

}  // namespace pegkit::services
