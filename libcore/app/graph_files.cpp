#include "app/graph_files.hpp"

#include "app/input.hpp"
#include "bridge/graph_program.hpp"

namespace pegkit::app {

void GraphOptions::declare(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(graph_, "--graph", "the graph (default: stdin)");
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's set of one-time keys", Need::required);
}

bridge::GraphDocument GraphOptions::read(Ports& ports) const {
  bridge::GraphDocument out = read_graph(ports, read_json(ports, graph_), params_, sequencer_keys_);
  out.graph.inputs().params.require_chain(ports.chain());
  return out;
}

bridge::GraphDocument read_graph(Ports& ports, const Json& document, const std::string& params_file,
                                 const std::string& sequencer_keys_file) {
  if (params_file.empty() || sequencer_keys_file.empty())
    throw usage_error("a graph is read with --params and --sequencer-keys")
        .hint("--params params.json --sequencer-keys sequencer.ots.json");
  auto params = bridge::Params::parse(read_json(ports, params_file));
  auto sequencer = bridge::OtsKeySet::parse(read_json(ports, sequencer_keys_file));
  return bridge::GraphDocument::parse(document, params, bridge::program_claims(std::move(sequencer)));
}

}  // namespace pegkit::app
