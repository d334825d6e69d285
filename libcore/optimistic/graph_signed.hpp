#pragma once

#include <functional>
#include <vector>

#include "optimistic/graph.hpp"

namespace pegkit::optimistic {

/// A coin that a party adds to a transaction of the graph.
struct GraphCoin {
  bitcoin::OutPoint outpoint;
  bitcoin::TxOut output;
};

/// A graph with all signatures that are made beforehand, each of them verified. It gives the transactions in
/// the form in which they are sent.
class SignedGraph {
 public:
  /// `signatures` in the order of Graph::tasks(); `challenge` is the operator's of the challenge's input 0.
  /// Throws Error `graph.signature` (exit 3); its field names the first one that does not verify.
  SignedGraph(Graph graph, std::vector<crypto::SchnorrSignature> signatures,
              const crypto::SchnorrSignature& challenge);

  const Graph& graph() const { return graph_; }

  bitcoin::Transaction lock() const;
  bitcoin::Transaction take_fast() const;
  bitcoin::Transaction take_final() const;
  bitcoin::Transaction reclaim() const;

  /// The challenge: input 0 is final, and each coin is an input that its owner still has to sign. The
  /// operator's fee comes before `outputs`.
  bitcoin::Psbt challenge(const std::vector<GraphCoin>& coins, std::vector<bitcoin::TxOut> outputs) const;
  /// Pays the burn, and all the rest but the fee to `to`. Throws Error `graph.fee` (exit 3) when that is
  /// dust.
  bitcoin::Transaction assert_timeout(std::size_t part, const bitcoin::Script& to, FeeRate rate) const;
  /// Pays likewise. `stack` gets the signers' signature, in the form for a witness, and returns all elements
  /// that leaf `step` takes, from the bottom to the top.
  using DisproveStack = std::function<bitcoin::Witness(ByteView signature)>;
  bitcoin::Transaction disprove(std::size_t step, const DisproveStack& stack, const bitcoin::Script& to,
                                FeeRate rate) const;

 private:
  const crypto::SchnorrSignature& signature(GraphNode node, std::size_t number, std::size_t input) const;
  bitcoin::Transaction key_path(const GraphTransaction& made, GraphNode node) const;

  Graph graph_;
  std::vector<GraphTask> tasks_;
  std::vector<crypto::SchnorrSignature> signatures_;
  crypto::SchnorrSignature challenge_;
};

/// The message that the operator signs for the challenge: input 0 by its leaf, SIGHASH_SINGLE | ANYONECANPAY.
ByteArray<32> challenge_message(const Graph& graph);

}  // namespace pegkit::optimistic
