#include "app/one_graph_options.hpp"

#include "services/params_file.hpp"

namespace pegkit::app {

void OneGraphOptions::declare(Options& options) {
  options.file(graph_, "--graph", "the graph document, with its signatures", Need::required);
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's public one-time keys", Need::required);
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
}

services::LoadedGraph OneGraphOptions::load(Ports& ports) const {
  bridge::Params params = services::load_params(ports, params_);
  params.require_challenge();
  return services::load_graph(ports, params, graph_, sequencer_keys_);
}

services::LoadedGraph OneGraphOptions::load_rival(Ports& ports, const services::LoadedGraph& own,
                                                  const std::string& file) const {
  services::LoadedGraph out = services::load_graph(ports, own.params, file, sequencer_keys_);
  if (out.graph().inputs().deposit.funding != own.graph().inputs().deposit.funding)
    throw input_error("graph.deposit", "the rival's graph is for another deposit");
  return out;
}

}  // namespace pegkit::app
