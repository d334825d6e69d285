#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app::challenge {

/// The options that name the graphs a challenger watches (--graph, --graphs, --sequencer-keys, --params) and
/// when it challenges unchecked claims (--challenge-unknown-within).
class WatchedGraphs {
 public:
  /// `keys`: whether --sequencer-keys is required even without a graph.
  void declare(Options& options, Need keys = Need::required);
  bool given() const { return !graphs_.empty() || !directory_.empty(); }
  bridge::Params params(Ports& ports) const;
  const std::string& sequencer_keys() const { return sequencer_keys_; }
  struct Loaded {
    std::vector<services::LoadedGraph> graphs;
    std::optional<Error> failure;  ///< of the first file that was left out
  };
  /// Loads the graphs in the order given, those of a directory by name; a graph named twice counts once.
  /// Reports and skips a file without a fully signed graph, so that the others are still watched. Throws a
  /// usage error when no file is named or the sequencer's keys are missing, and the first failure when no
  /// graph is left.
  Loaded load(Ports& ports) const;
  std::uint32_t unknown_within() const { return static_cast<std::uint32_t>(unknown_within_); }

 private:
  std::vector<std::string> files() const;

  std::vector<std::string> graphs_;
  std::string directory_, sequencer_keys_, params_;
  std::int64_t unknown_within_ = 0;
};

}  // namespace pegkit::app::challenge
