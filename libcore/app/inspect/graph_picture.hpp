#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/amount.hpp"
#include "base/json.hpp"
#include "optimistic/graph.hpp"
#include "optimistic/graph_document.hpp"

namespace pegkit::app::inspect {

/// One box of a graph's drawing: a transaction, or all that are numbered alike.
struct GraphBox {
  struct Input {
    std::string coin;        ///< "kickoff:1"; of numbered ones the first
    std::string from;        ///< box that makes it; empty for coins from outside
    std::size_t output = 0;  ///< of that box
    std::optional<Sat> amount;
    std::uint32_t after = 0;  ///< blocks after the coin's block; 0: at once
    std::string by;           ///< who signs, and how it is spent
  };
  struct Output {
    std::string text;  ///< what it is, or to whom
    std::optional<Sat> amount;
  };
  std::string name;
  std::size_t count = 1;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::optional<Sat> fee;             ///< that is built in
  std::optional<std::int64_t> vsize;  ///< exact where the fee is built in, else at the most
  std::string txid;                   ///< where it is known beforehand
  std::string state;                  ///< on the chain: "confirmed at 812"; empty when nothing is known of it
  bool happened = false;              ///< in the chain or the mempool
  int column = 0, row = 0;            ///< in the drawing
};

/// All transactions of a graph, in the order of doc/challenge.md, from its deposit and stake on.
std::vector<GraphBox> graph_boxes(const optimistic::GraphDocument& document);
/// Fills in what a `pegkit/challenge` document (`challenge status`) says of the chain. Throws Error
/// `graph.status` (exit 3) for another graph's.
void show_status(std::vector<GraphBox>& boxes, const optimistic::Graph& graph, const Json& status);

Json boxes_json(const std::vector<GraphBox>& boxes);
/// SVG 1.1, UTF-8, nothing but shapes and text.
std::string boxes_svg(const std::vector<GraphBox>& boxes, const std::string& title);
/// Graphviz.
std::string boxes_dot(const std::vector<GraphBox>& boxes, const std::string& title);

}  // namespace pegkit::app::inspect
