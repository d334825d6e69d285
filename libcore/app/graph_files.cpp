#include "app/graph_files.hpp"

#include "app/input.hpp"
#include "bridge/graph_program.hpp"

namespace pegkit::app {

bridge::GraphDocument read_graph(Ports& ports, const Json& document, const std::string& params_file,
                                 const std::string& sequencer_keys_file) {
  if (params_file.empty() || sequencer_keys_file.empty())
    throw usage_error("a graph is read with --params and --sequencer-keys")
        .hint("--params params.json --sequencer-keys sequencer.ots.json");
  auto params = bridge::Params::parse(read_json(ports, params_file));
  auto sequencer = bridge::OtsKeySet::parse(read_json(ports, sequencer_keys_file));
  return bridge::GraphDocument::parse(document, params, bridge::program_claims(std::move(sequencer)));
}

void OperatorSetOption::declare(Options& options) {
  options.file(file_, "--operator-keys", "the operator's one-time keys of this graph (default: derived)");
  seed_.declare(options);
}

bridge::OtsKeySet OperatorSetOption::load(Ports& ports, const bridge::Params& params,
                                          const bitcoin::OutPoint& deposit,
                                          const crypto::SecretKey& operator_key) const {
  if (!file_.empty()) return bridge::OtsKeySet::parse(read_json(ports, file_));
  return bridge::operator_key_set(seed_.load(ports, operator_key), params, deposit,
                                  crypto::xonly(operator_key.public_key()));
}

}  // namespace pegkit::app
