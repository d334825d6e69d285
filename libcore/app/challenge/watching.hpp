#pragma once

#include <optional>
#include <vector>

#include "app/challenge/finding.hpp"
#include "app/challenge/watched_graphs.hpp"
#include "app/command.hpp"
#include "services/follow/spend_view.hpp"
#include "services/graph/graph_status.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app::challenge {

/// Graphs and the view that watches them, synced to the tip.
struct Watch {
  std::vector<services::LoadedGraph> graphs;
  services::SpendView view;

  Watch(Ports& ports, WatchedGraphs::Loaded loaded)
      : graphs(std::move(loaded.graphs)), view(ports, graphs.front().params) {
    for (const services::LoadedGraph& graph : graphs) services::follow_graph(view, graph.graph());
    view.sync();
  }
};

/// Writes the verdict's alarm to stderr, if it has one.
void say_alarm(Ports& ports, const services::LoadedGraph& loaded, const ChallengeFinding& finding);

/// Keeps the first error of a loop, to be thrown after the last round.
class FirstError {
 public:
  explicit FirstError(std::optional<Error> first = std::nullopt) : first_(std::move(first)) {}
  void keep(const Error& error) {
    if (!first_) first_ = error;
  }
  void rethrow() const {
    if (first_) throw Error(*first_);
  }

 private:
  std::optional<Error> first_;
};

}  // namespace pegkit::app::challenge
