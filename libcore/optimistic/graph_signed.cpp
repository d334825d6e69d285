#include "optimistic/graph_signed.hpp"

#include <fmt/core.h>

#include "bitcoin/policy.hpp"
#include "bitcoin/sighash.hpp"

namespace pegkit::optimistic {
namespace {

constexpr std::uint8_t challenge_sighash = bitcoin::SIGHASH_SINGLE | bitcoin::SIGHASH_ANYONECANPAY;

/// The signature as a witness element: the sighash type follows unless it is the default.
Bytes witness_signature(const crypto::SchnorrSignature& signature, std::uint8_t type) {
  Bytes out = to_bytes(signature);
  if (type != bitcoin::SIGHASH_DEFAULT) out.push_back(type);
  return out;
}

/// Adds an output to `to` with all that is left after the fee at this rate. The witnesses must be there
/// already.
void pay_sender(GraphTransaction& made, const bitcoin::Script& to, FeeRate rate) {
  made.tx.outputs.push_back({Sat(0), to});
  bitcoin::TxOut& paid = made.tx.outputs.back();
  Sat fee = rate.fee(made.tx.vsize());
  Sat left = made.fee() - fee;
  if (left < bitcoin::dust_threshold(paid) || left <= Sat(0))
    throw input_error("graph.fee", fmt::format("a fee of {} sat would leave {} sat, which is dust",
                                               fee.value(), left.value()));
  paid.value = left;
}

}  // namespace

ByteArray<32> challenge_message(const Graph& graph) {
  bitcoin::TapNode leaf = graph.challenge_leaf().hash();
  return graph.challenge().sighash(0, challenge_sighash, &leaf);
}

SignedGraph::SignedGraph(Graph graph, std::vector<crypto::SchnorrSignature> signatures,
                         const crypto::SchnorrSignature& challenge)
    : graph_(std::move(graph)),
      tasks_(graph_.tasks()),
      signatures_(std::move(signatures)),
      challenge_(challenge) {
  auto fail = [](const std::string& field) {
    throw input_error("graph.signature", fmt::format("the signature of {} does not verify", field))
        .field(field);
  };
  if (signatures_.size() != tasks_.size())
    throw input_error("graph.signature", fmt::format("{} signatures were expected, there are {}",
                                                     tasks_.size(), signatures_.size()));
  for (std::size_t i = 0; i < tasks_.size(); ++i)
    if (!crypto::schnorr_verify(tasks_[i].key, tasks_[i].message, signatures_[i])) fail(tasks_[i].name());
  if (!crypto::schnorr_verify(graph_.inputs().operator_key, challenge_message(graph_), challenge_))
    fail("challenge:0");
}

const crypto::SchnorrSignature& SignedGraph::signature(GraphNode node, std::size_t number,
                                                       std::size_t input) const {
  for (std::size_t i = 0; i < tasks_.size(); ++i)
    if (tasks_[i].node == node && tasks_[i].number == number && tasks_[i].input == input)
      return signatures_[i];
  throw Error(Exit::bug, "graph.task", "nobody signs this beforehand");
}

bitcoin::Transaction SignedGraph::key_path(const GraphTransaction& made, GraphNode node) const {
  bitcoin::Transaction out = made.tx;
  for (std::size_t i = 0; i < out.inputs.size(); ++i)
    out.inputs[i].witness = {to_bytes(signature(node, 0, i))};
  return out;
}

bitcoin::Transaction SignedGraph::lock() const {
  return key_path(graph_.lock(), GraphNode::lock);
}

bitcoin::Transaction SignedGraph::take_fast() const {
  return key_path(graph_.take_fast(), GraphNode::take_fast);
}

bitcoin::Transaction SignedGraph::take_final() const {
  return key_path(graph_.take_final(), GraphNode::take_final);
}

bitcoin::Transaction SignedGraph::reclaim() const {
  return key_path(graph_.reclaim(), GraphNode::reclaim);
}

bitcoin::Psbt SignedGraph::challenge(const std::vector<GraphCoin>& coins,
                                     std::vector<bitcoin::TxOut> outputs) const {
  GraphTransaction made = graph_.challenge();
  for (const GraphCoin& coin : coins)
    made.add_input(coin.outpoint, coin.output, bitcoin::replaceable_sequence);
  std::ranges::move(outputs, std::back_inserter(made.tx.outputs));
  bitcoin::Psbt out = bitcoin::Psbt::from_transaction(std::move(made.tx));
  for (std::size_t i = 0; i < made.spent.size(); ++i) out.inputs[i].witness_utxo = made.spent[i];
  out.inputs[0].final_witness =
      graph_.challenge_leaf().witness({witness_signature(challenge_, challenge_sighash)});
  return out;
}

bitcoin::Transaction SignedGraph::assert_timeout(std::size_t part, const bitcoin::Script& to,
                                                 FeeRate rate) const {
  GraphTransaction made = graph_.assert_timeout(part);
  made.tx.inputs[0].witness = {
      witness_signature(signature(GraphNode::assert_timeout, part, 0), bitcoin::SIGHASH_SINGLE)};
  made.tx.inputs[1].witness = {
      witness_signature(signature(GraphNode::assert_timeout, part, 1), bitcoin::SIGHASH_NONE)};
  pay_sender(made, to, rate);
  return made.tx;
}

bitcoin::Transaction SignedGraph::disprove(std::size_t step, const DisproveStack& stack,
                                           const bitcoin::Script& to, FeeRate rate) const {
  GraphTransaction made = graph_.disprove(step);
  Bytes own = witness_signature(signature(GraphNode::disprove, step, 0), bitcoin::SIGHASH_SINGLE);
  made.tx.inputs[0].witness = graph_.disprove_leaf(step).witness(stack(own));
  pay_sender(made, to, rate);
  return made.tx;
}

}  // namespace pegkit::optimistic
