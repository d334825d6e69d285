#include "bitcoin/sighash.hpp"
#include "optimistic/graph.hpp"

namespace pegkit::optimistic {
namespace {

using bitcoin::TapNode;

/// Lists the signatures of a graph, by key path of outputs whose internal key is the signers' aggregate, and
/// by leaf.
class TaskList {
 public:
  explicit TaskList(const crypto::XOnlyKey& signers) : signers_(signers) {}

  /// `root` is empty where the output has no tree.
  void by_key(const GraphTransaction& made, GraphNode node, std::size_t number, std::size_t input,
              std::uint8_t type, ByteView root) {
    GraphTask& task = add(node, number, input, type, made.sighash(input, type));
    task.tweak = bitcoin::taptweak_hash(signers_, root);
    task.key = bitcoin::taproot_output(signers_, root).key;
  }
  void by_leaf(const GraphTransaction& made, GraphNode node, std::size_t number, std::uint8_t type,
               const TapNode& leaf) {
    GraphTask& task = add(node, number, 0, type, made.sighash(0, type, &leaf));
    task.leaf = leaf;
    task.key = signers_;
  }
  std::vector<GraphTask> take() { return std::move(tasks_); }

 private:
  GraphTask& add(GraphNode node, std::size_t number, std::size_t input, std::uint8_t type,
                 const ByteArray<32>& message) {
    GraphTask& task = tasks_.emplace_back();
    task.node = node;
    task.number = number;
    task.input = input;
    task.sighash = type;
    task.message = message;
    return task;
  }
  const crypto::XOnlyKey& signers_;
  std::vector<GraphTask> tasks_;
};

}  // namespace

std::vector<GraphTask> Graph::tasks() const {
  TaskList out(signers_key());
  auto custody_root = inputs().deposit.custody().merkle_root();
  ByteView custody = custody_root ? ByteView(*custody_root) : ByteView();
  TapNode connector_root = challenge_leaf().hash();
  const TapNode& disprove_root = parts_->disprove_root;
  constexpr std::uint8_t all = bitcoin::SIGHASH_DEFAULT;

  out.by_key(lock(), GraphNode::lock, 0, 0, all, inputs().deposit.merkle_root());
  out.by_key(take_fast(), GraphNode::take_fast, 0, 0, all, custody);
  out.by_key(take_fast(), GraphNode::take_fast, 0, 1, all, connector_root);
  out.by_key(take_fast(), GraphNode::take_fast, 0, 2, all, disprove_root);
  out.by_key(take_final(), GraphNode::take_final, 0, 0, all, custody);
  out.by_key(take_final(), GraphNode::take_final, 0, 1, all, disprove_root);
  out.by_key(reclaim(), GraphNode::reclaim, 0, 0, all, disprove_root);
  for (std::size_t i = 0; i < parts(); ++i) {
    GraphTransaction timeout = assert_timeout(i);
    out.by_key(timeout, GraphNode::assert_timeout, i, 0, bitcoin::SIGHASH_SINGLE, disprove_root);
    out.by_key(timeout, GraphNode::assert_timeout, i, 1, bitcoin::SIGHASH_NONE, claim().part_root(i));
  }
  for (std::size_t k = 0; k < steps(); ++k)
    out.by_leaf(disprove(k), GraphNode::disprove, k, bitcoin::SIGHASH_SINGLE, parts_->step_hashes[k]);
  return out.take();
}

}  // namespace pegkit::optimistic
