#include "app/challenge/watched_graphs.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <set>

#include "bridge/params.hpp"
#include "services/params_file.hpp"

namespace pegkit::app::challenge {

void WatchedGraphs::declare(Options& options, Need keys) {
  options.files(graphs_, "--graph", "a graph document to watch, with its signatures");
  options.file(directory_, "--graphs", "directory of graphs to watch: every .json file in it");
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's public one-time keys", keys);
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.integer(unknown_within_, "--challenge-unknown-within", "BLOCKS",
                  "challenge an unchecked claim when at most this many blocks are left (default: 0, never)",
                  0, 65'535);
}

std::vector<std::string> WatchedGraphs::files() const {
  std::vector<std::string> out = graphs_;
  if (!directory_.empty()) {
    std::error_code failed;
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, failed))
      if (entry.path().extension() == ".json") found.push_back(entry.path().string());
    if (failed) throw usage_error("the directory " + directory_ + " cannot be read");
    std::ranges::sort(found);
    out.insert(out.end(), found.begin(), found.end());
  }
  if (out.empty())
    throw usage_error("no graph: --graph and --graphs name none").hint("--graph FILE or --graphs DIRECTORY");
  return out;
}

bridge::Params WatchedGraphs::params(Ports& ports) const {
  return services::load_params(ports, params_);
}

WatchedGraphs::Loaded WatchedGraphs::load(Ports& ports) const {
  std::vector<std::string> names = files();
  if (sequencer_keys_.empty()) throw usage_error("--sequencer-keys is required with --graph and --graphs");
  bridge::Params params = this->params(ports);
  params.require_challenge();
  Loaded out;
  std::set<bitcoin::Txid> seen;
  for (const std::string& name : names) {
    try {
      services::LoadedGraph loaded = services::load_graph(ports, params, name, sequencer_keys_);
      loaded.document.signed_graph();
      if (seen.insert(loaded.graph().kickoff().tx.txid()).second) out.graphs.push_back(std::move(loaded));
    } catch (const Error& e) {
      if (e.exit() == Exit::bug) throw;
      ports.say(fmt::format("{} is not watched: {}", name, e.message()));
      if (!out.failure) out.failure = e;
    }
  }
  if (out.graphs.empty() && out.failure) throw Error(*out.failure);
  return out;
}

}  // namespace pegkit::app::challenge
