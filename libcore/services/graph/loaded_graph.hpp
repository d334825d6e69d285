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

/// A graph document with its parameters and its claim.
struct LoadedGraph {
  bridge::Params params;
  optimistic::GraphDocument document;
  std::shared_ptr<const optimistic::ProgramClaim> claim;

  const optimistic::Graph& graph() const { return document.graph; }
  const optimistic::ClaimProgram& program() const { return claim->program(); }
  /// The sequencer's key of an epoch; nullptr for an epoch outside those of the parameters.
  const crypto::OtsPublicKey* sequencer_key(std::uint32_t epoch) const;
};

/// Reads a graph from files. Throws as GraphDocument::parse.
LoadedGraph load_graph(Ports& ports, const bridge::Params& params, const std::string& graph,
                       const std::string& sequencer_keys);

/// The key of --key-file; throws Error `key.mismatch` (exit 3) when it is not the graph's operator's.
crypto::SecretKey load_operator_key(Ports& ports, const optimistic::Graph& graph);

/// Reads a `pegkit/graph` document: builds the graph again from its inputs and from the files of parameters
/// and sequencer's keys. Throws a usage error when one of the files is not given.
optimistic::GraphDocument read_graph(Ports& ports, const Json& document, const std::string& params_file,
                                     const std::string& sequencer_keys_file);

}  // namespace pegkit::services
