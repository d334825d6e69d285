#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "optimistic/graph_signed.hpp"

namespace pegkit::optimistic {

/// The graph for which a claim's scripts are made.
struct GraphSubject {
  const bridge::Params& params;
  const bridge::Deposit& deposit;
  const crypto::XOnlyKey& operator_key;
};
/// Makes a graph's claim from the document of the operator's set of one-time keys (graph_program.hpp).
using ClaimMaker =
    std::function<std::shared_ptr<const GraphClaim>(const GraphSubject&, const JsonField& operator_keys)>;

/// `pegkit/graph`: a graph's inputs, the fields that follow from them, and the signatures made so far.
struct GraphDocument {
  Graph graph;
  std::optional<crypto::SchnorrSignature> challenge;                ///< the operator's
  std::vector<std::optional<crypto::SchnorrSignature>> signatures;  ///< in the order of graph.tasks()

  explicit GraphDocument(Graph of) : graph(std::move(of)), signatures(graph.tasks().size()) {}

  /// Builds the graph again and compares. Throws Error `document.derived` (exit 3) naming the field that
  /// differs, `params.mismatch` (exit 7) for other parameters, `graph.signature` (exit 3) for a signature
  /// that does not verify, and the errors of Graph::build.
  static GraphDocument parse(const Json& document, const bridge::Params& params, const ClaimMaker& claim);
  Json to_json() const;

  /// Throws Error `graph.unsigned` (exit 4) naming what is missing.
  SignedGraph signed_graph() const;
};

}  // namespace pegkit::optimistic
