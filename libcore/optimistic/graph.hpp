#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bitcoin/psbt.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"
#include "optimistic/graph_claim.hpp"

namespace pegkit::optimistic {

/// The inputs that determine a graph (doc/challenge.md).
struct GraphInputs {
  bridge::Params params;    ///< with `challenge`
  bridge::Deposit deposit;  ///< funded; its custody, of policy musig, are the signers
  crypto::XOnlyKey operator_key;
  bitcoin::Transaction stake;  ///< the transaction that made the stake; witnesses do not matter
  std::uint32_t stake_vout = 0;
  std::shared_ptr<const GraphClaim> claim;
};

/// A transaction of the graph, unsigned, with the output that each input spends.
struct GraphTransaction {
  bitcoin::Transaction tx;
  std::vector<bitcoin::TxOut> spent;

  Sat fee() const;
  /// BIP341's message; throws Error `graph.sighash` (exit 70) for SIGHASH_SINGLE without its output.
  ByteArray<32> sighash(std::size_t input, std::uint8_t type, const bitcoin::TapNode* leaf = nullptr) const;
  void add_input(const bitcoin::OutPoint& outpoint, bitcoin::TxOut output, std::uint32_t sequence);
};

/// One leaf of an output of the graph.
struct GraphLeaf {
  bitcoin::Script script;
  Bytes control_block;

  bitcoin::TapNode hash() const { return bitcoin::tapleaf_hash(script); }
  /// The whole witness: `stack` from the bottom to the top, script, control block.
  bitcoin::Witness witness(bitcoin::Witness stack) const;
};

/// Kinds of transactions, in the order of doc/challenge.md. Those of assert_part, assert_timeout and disprove
/// are numbered.
enum class GraphNode {
  lock,
  kickoff,
  take_fast,
  challenge,
  assert_part,
  assert_timeout,
  disprove,
  take_final,
  reclaim
};
/// "lock", "take-fast", "assert[3]": only the numbered ones have a number.
std::string graph_node_name(GraphNode node, std::size_t number = 0);

/// One signature that all n signers make beforehand.
struct GraphTask {
  GraphNode node;
  std::size_t number = 0;  ///< of the part or step
  std::size_t input = 0;
  std::uint8_t sighash = 0;
  ByteArray<32> message{};
  std::optional<ByteArray<32>> tweak;    ///< key path: the x-only tweak of the aggregate
  std::optional<bitcoin::TapNode> leaf;  ///< script path: the leaf; the aggregate signs untweaked
  crypto::XOnlyKey key;                  ///< that the signature verifies under

  /// "take-fast:1" is input 1 of take-fast, "disprove[17]:0" the input of disprove 17.
  std::string name() const;
};

/// The transactions of one deposit and one operator. Immutable, cheap to copy.
class Graph {
 public:
  /// Values of the outputs that only connect transactions, and of the P2A outputs.
  static constexpr Sat connector{330}, anchor{240};
  /// Blocks after which the operator can take back an unused stake.
  static constexpr std::uint32_t stake_blocks = 4320;

  /// Deterministic. Throws Error `params.quorum`, `deposit.unfunded` (exit 4), `graph.custody`,
  /// `graph.amount`, `graph.stake`, `graph.keys`, `graph.fee`, `graph.size`, `graph.leaf`, `params.range`
  /// (exit 3), each with the field at fault.
  static Graph build(GraphInputs inputs);

  const GraphInputs& inputs() const { return parts_->inputs; }
  const bridge::Params::Challenge& rules() const { return *inputs().params.challenge; }
  const GraphClaim& claim() const { return *inputs().claim; }
  const crypto::XOnlyKey& signers_key() const { return parts_->signers; }  ///< N, x-only aggregate
  std::size_t parts() const { return claim().parts(); }
  std::size_t steps() const { return claim().steps(); }

  // Coins. The kickoff's outputs are spent by what follows it.
  bitcoin::TxOut deposit_output() const;
  bitcoin::TxOut stake_output() const;
  const bitcoin::OutPoint& stake() const { return kickoff().tx.inputs[0].prevout; }
  bitcoin::OutPoint locked() const;                ///< lock:0
  bitcoin::OutPoint challenge_connector() const;   ///< kickoff:0
  bitcoin::OutPoint bond() const;                  ///< kickoff:1
  bitcoin::OutPoint part(std::size_t part) const;  ///< kickoff:2+part; throws `graph.part` (exit 3)
  Sat bond_value() const { return kickoff().tx.outputs[1].value; }

  // Transactions whose txid is known beforehand, here without witnesses.
  const GraphTransaction& lock() const { return parts_->lock; }
  const GraphTransaction& kickoff() const { return parts_->kickoff; }
  const GraphTransaction& take_fast() const { return parts_->take_fast; }
  const GraphTransaction& take_final() const { return parts_->take_final; }
  const GraphTransaction& reclaim() const { return parts_->reclaim; }
  // Transactions to which others add: only their fixed inputs and outputs (challenge, assert[i]: input 0).
  GraphTransaction challenge() const;
  GraphTransaction assert_part(std::size_t part) const;
  GraphTransaction assert_timeout(std::size_t part) const;
  GraphTransaction disprove(std::size_t step) const;  ///< throws `graph.step` (exit 3)

  // Leaves.
  GraphLeaf kickoff_leaf() const;
  GraphLeaf stake_return_leaf() const;
  GraphLeaf challenge_leaf() const;
  GraphLeaf part_leaf(std::size_t part, std::uint32_t epoch) const;
  GraphLeaf disprove_leaf(std::size_t step) const;

  /// Largest sizes: vbytes of an assert with one P2TR coin for its fee and one P2TR output, weight units of a
  /// disprove with one P2TR output.
  std::int64_t assert_vsize(std::size_t part) const;
  std::int64_t disprove_weight(std::size_t step) const;

  /// The kickoff as it is sent: `stack` are the elements that its leaf takes, from the bottom to the top.
  bitcoin::Transaction kickoff(bitcoin::Witness stack) const;
  /// Everything that the signers sign, in the order of the document.
  std::vector<GraphTask> tasks() const;

 private:
  class Builder;
  struct Parts;
  explicit Graph(std::shared_ptr<const Parts> parts) : parts_(std::move(parts)) {}
  struct Parts {
    explicit Parts(GraphInputs from) : inputs(std::move(from)) {}
    GraphInputs inputs;
    crypto::XOnlyKey signers;
    bitcoin::TapNode disprove_root{};
    std::vector<bitcoin::TapNode> step_hashes;
    GraphTransaction lock, kickoff, take_fast, take_final, reclaim;
  };
  GraphTransaction open(std::uint32_t version) const;
  void spend_kickoff(GraphTransaction& into, std::uint32_t vout, std::uint32_t sequence) const;
  void check_step(std::size_t step) const;

  std::shared_ptr<const Parts> parts_;
};

/// The script that receives everything of the operator's: the BIP86 output of its key.
bitcoin::Script operator_script(const crypto::XOnlyKey& operator_key);
/// The stake's output script: internal key H blinded, the kickoff leaf, and the leaf by which an unused stake
/// returns.
bitcoin::Script stake_script(const crypto::XOnlyKey& operator_key, ByteView kickoff_leaf);

}  // namespace pegkit::optimistic
