#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app::challenge {

/// The graphs that a challenger watches: --graph, --graphs, --sequencer-keys, --params, and what is done
/// about claims that cannot be checked.
class WatchedGraphs {
 public:
  /// `keys`: whether the sequencer's keys must be given, also where no graph is.
  void declare(Options& options, Need keys = Need::required);
  bool given() const { return !graphs_.empty() || !directory_.empty(); }
  bridge::Params params(Ports& ports) const;
  const std::string& sequencer_keys() const { return sequencer_keys_; }
  struct Loaded {
    std::vector<services::LoadedGraph> graphs;
    std::optional<Error> failure;  ///< the first, of a file that is left out
  };
  /// In the order given, those of a directory by name; a graph that is named twice counts once. A file that
  /// holds no graph, or one without all its signatures, is said and left out, so that the others are watched.
  /// Throws a usage error when no file is named or the sequencer's keys are missing, and the failure when no
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
