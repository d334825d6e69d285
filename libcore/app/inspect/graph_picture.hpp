#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/amount.hpp"
#include "base/json.hpp"
#include "optimistic/graph.hpp"
#include "optimistic/graph_document.hpp"

namespace pegkit::app::inspect {

/// One box of a graph's drawing: one transaction, or a numbered series such as all asserts.
struct GraphBox {
  struct Input {
    std::string coin;        ///< "kickoff:1"; the first one for a series
    std::string from;        ///< name of the box that makes it; empty for a coin from outside
    std::size_t output = 0;  ///< number of the output in that box
    std::optional<Sat> amount;
    std::uint32_t after = 0;  ///< blocks after the coin's block; 0: at once
    std::string by;           ///< who signs, and how it is spent
  };
  struct Output {
    std::string text;  ///< its purpose or its receiver
    std::optional<Sat> amount;
  };
  std::string name;
  std::size_t count = 1;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::optional<Sat> fee;             ///< fixed in the transaction; nullopt when a fee coin pays
  std::optional<std::int64_t> vsize;  ///< exact with a fixed fee, else the maximum
  std::string txid;                   ///< empty when it is not known beforehand
  std::string state;                  ///< "confirmed at 812"; empty when the chain was not asked
  bool happened = false;              ///< true when chain or mempool holds it
  int column = 0, row = 0;            ///< in the drawing
};

/// All transactions of a graph in the order of doc/challenge.md, beginning with deposit and stake.
std::vector<GraphBox> graph_boxes(const optimistic::GraphDocument& document);
/// Adds the states in a `pegkit/challenge` document (of `challenge status`). Throws Error `document.type` or,
/// for a document of another graph, `graph.status` (exit 3).
void show_status(std::vector<GraphBox>& boxes, const optimistic::Graph& graph, const Json& status);

Json boxes_json(const std::vector<GraphBox>& boxes);
/// The drawing as SVG 1.1 in UTF-8, of shapes and text only.
std::string boxes_svg(const std::vector<GraphBox>& boxes, const std::string& title);
/// The drawing in Graphviz's language DOT.
std::string boxes_dot(const std::vector<GraphBox>& boxes, const std::string& title);

}  // namespace pegkit::app::inspect
