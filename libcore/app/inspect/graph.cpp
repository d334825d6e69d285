#include "optimistic/graph.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <string>

#include "app/inspect/commands.hpp"
#include "app/inspect/graph_picture.hpp"
#include "optimistic/graph_document.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/input.hpp"

namespace pegkit::app::inspect {
namespace {

/// `inspect graph`: shows a graph's transactions with their coins, timelocks and signers, as fields or as a
/// drawing.
class InspectGraph : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string graph_ = "-", params_, sequencer_keys_, status_, format_ = "json";
};

}  // namespace

void InspectGraph::options(Options& options) {
  options.file(graph_, "--graph", "the graph document (default: stdin)");
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's public one-time keys", Need::required);
  options.file(status_, "--status",
               "output of `challenge status` for this graph; adds the states on the chain");
  options.choice(format_, "--format", {"json", "svg", "dot"},
                 "format of the output; svg and dot go into the field `drawing`");
}

Exit InspectGraph::run(Ports& ports) {
  optimistic::GraphDocument document =
      services::read_graph(ports, services::read_json(ports, graph_), params_, sequencer_keys_);
  const optimistic::Graph& graph = document.graph;
  auto boxes = graph_boxes(document);
  if (!status_.empty()) show_status(boxes, graph, services::read_json(ports, status_));
  std::string deposit = graph.inputs().deposit.funding->outpoint.text();
  Json out = new_document("inspection");
  out["kind"] = "graph";
  out["deposit"] = deposit;
  out["operator"] = to_hex(graph.inputs().operator_key);
  out["parts"] = graph.parts();
  out["steps"] = graph.steps();
  out["messages"] = document.signatures.size();
  out["signatures"] =
      std::ranges::count_if(document.signatures, [](const auto& one) { return one.has_value(); });
  out["operator_signed"] = document.challenge.has_value();
  std::string title = fmt::format("deposit {}", deposit);
  if (format_ == "json") out["transactions"] = boxes_json(boxes);
  if (format_ == "svg") out["drawing"] = boxes_svg(boxes, title);
  if (format_ == "dot") out["drawing"] = boxes_dot(boxes, title);
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> graph_command() {
  return std::make_unique<InspectGraph>();
}

}  // namespace pegkit::app::inspect
