#include "services/graph/loaded_graph.hpp"

#include "services/input.hpp"
#include "services/key.hpp"

namespace pegkit::services {

const crypto::OtsPublicKey* LoadedGraph::sequencer_key(std::uint32_t epoch) const {
  std::uint32_t first = graph().rules().sequencer.first_epoch;
  if (epoch < first || epoch - first >= claim->sequencer().size()) return nullptr;
  return &claim->sequencer()[epoch - first];
}

LoadedGraph load_graph(Ports& ports, const bridge::Params& params, const std::string& graph,
                       const std::string& sequencer_keys) {
  auto claim_of = optimistic::program_claims(optimistic::OtsKeySet::parse(read_json(ports, sequencer_keys)));
  auto document = optimistic::GraphDocument::parse(read_json(ports, graph), params, claim_of);
  auto claim = std::dynamic_pointer_cast<const optimistic::ProgramClaim>(document.graph.inputs().claim);
  return {params, std::move(document), std::move(claim)};
}

crypto::SecretKey load_operator_key(Ports& ports, const optimistic::Graph& graph) {
  crypto::SecretKey key = load_key(ports);
  if (crypto::xonly(key.public_key()) != graph.inputs().operator_key)
    throw input_error("key.mismatch", "this key is not the graph's operator's");
  return key;
}

optimistic::GraphDocument read_graph(Ports& ports, const Json& document, const std::string& params_file,
                                     const std::string& sequencer_keys_file) {
  if (params_file.empty() || sequencer_keys_file.empty())
    throw usage_error("a graph is read with --params and --sequencer-keys")
        .hint("--params params.json --sequencer-keys sequencer.ots.json");
  auto params = bridge::Params::parse(read_json(ports, params_file));
  auto sequencer = optimistic::OtsKeySet::parse(read_json(ports, sequencer_keys_file));
  return optimistic::GraphDocument::parse(document, params, optimistic::program_claims(std::move(sequencer)));
}

}  // namespace pegkit::services
