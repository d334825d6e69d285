#include "optimistic/graph.hpp"

#include <fmt/core.h>
#include <set>

#include "base/serialize.hpp"
#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/sighash.hpp"
#include "bitcoin/unspendable.hpp"
#include "bridge/record.hpp"
#include "bridge/weight.hpp"

namespace pegkit::optimistic {
namespace {

using bitcoin::TapNode;
using bitcoin::TxOut;

constexpr std::uint32_t pre_signed_version = 3, open_version = 2;
constexpr std::uint32_t no_lock = bitcoin::replaceable_sequence;
/// Weight of the witness of a key-path input signed with SIGHASH_DEFAULT: count, length, 64 bytes.
constexpr std::int64_t key_path_witness = 1 + 1 + 64;
constexpr std::int64_t p2tr_output_weight = 4 * (8 + 1 + 34);

[[noreturn]] void fail(const char* code, const std::string& field, const std::string& why) {
  throw input_error(code, why).field(field);
}

bitcoin::Script checksig_leaf(const crypto::XOnlyKey& key) {
  return bitcoin::ScriptBuilder().push(key).op(bitcoin::OP_CHECKSIG).take();
}

bitcoin::Script burn_script() {
  return {bitcoin::OP_RETURN};
}

bitcoin::Script tree_script(const crypto::XOnlyKey& internal, const TapNode& root) {
  return bitcoin::p2tr_script(bitcoin::taproot_output(internal, root).key);
}

GraphLeaf leaf_of(bitcoin::Script script, const crypto::XOnlyKey& internal, const TapNode& root,
                  const std::vector<TapNode>& path) {
  bool odd = bitcoin::taproot_output(internal, root).odd;
  return {std::move(script), bitcoin::control_block(internal, odd, path)};
}

bitcoin::Script stake_return_script(const crypto::XOnlyKey& operator_key) {
  return bitcoin::ScriptBuilder()
      .number(Graph::stake_blocks)
      .op(bitcoin::OP_CHECKSEQUENCEVERIFY)
      .op(bitcoin::OP_DROP)
      .push(operator_key)
      .op(bitcoin::OP_CHECKSIG)
      .take();
}

TapNode stake_root(const crypto::XOnlyKey& operator_key, ByteView kickoff_leaf) {
  return bitcoin::tapbranch_hash(bitcoin::tapleaf_hash(kickoff_leaf),
                                 bitcoin::tapleaf_hash(stake_return_script(operator_key)));
}

/// Bytes of a script path's witness with at most `stack` bytes of elements.
std::int64_t leaf_witness(std::int64_t stack, std::int64_t script, std::size_t path) {
  auto control = static_cast<std::int64_t>(33 + 32 * path);
  auto prefixed = [](std::int64_t size) {
    return static_cast<std::int64_t>(compact_size_length(static_cast<std::uint64_t>(size))) + size;
  };
  return 3 + stack + prefixed(script) + prefixed(control);
}

/// The most levels that a balanced tree has above a leaf.
std::size_t tree_depth(std::size_t leaves) {
  std::size_t depth = 0;
  while ((std::size_t{1} << depth) < leaves) ++depth;
  return depth;
}

std::int64_t weight_of_disprove(const GraphClaim& claim, std::size_t step) {
  std::int64_t witness =
      leaf_witness(claim.step_stack(step), claim.step_size(step), tree_depth(claim.steps()));
  return bridge::signed_weight(1, witness, {{Sat(0), burn_script()}}) + p2tr_output_weight;
}

/// Every epoch's leaf of a part has the same size, so any valid `epoch` gives the answer.
std::int64_t vsize_of_assert(const GraphClaim& claim, std::size_t part, std::uint32_t epoch) {
  auto script = static_cast<std::int64_t>(claim.part_leaf(part, epoch).size());
  std::int64_t witness = leaf_witness(claim.part_stack(part), script, claim.part_path(part, epoch).size());
  return bridge::vsize_of_weight(bridge::signed_weight(2, witness + key_path_witness, {}) +
                                 p2tr_output_weight);
}

}  // namespace

// --- Pieces

Sat GraphTransaction::fee() const {
  Sat fee;
  for (const TxOut& output : spent) fee += output.value;
  for (const TxOut& output : tx.outputs) fee -= output.value;
  return fee;
}

ByteArray<32> GraphTransaction::sighash(std::size_t input, std::uint8_t type, const TapNode* leaf) const {
  auto hash = bitcoin::SighashCache(tx, spent).taproot(input, type, leaf);
  if (!hash) throw Error(Exit::bug, "graph.sighash", "SIGHASH_SINGLE without its output");
  return *hash;
}

void GraphTransaction::add_input(const bitcoin::OutPoint& outpoint, TxOut output, std::uint32_t sequence) {
  tx.inputs.push_back({outpoint, {}, sequence, {}});
  spent.push_back(std::move(output));
}

bitcoin::Witness GraphLeaf::witness(bitcoin::Witness stack) const {
  stack.push_back(script);
  stack.push_back(control_block);
  return stack;
}

std::string graph_node_name(GraphNode node, std::size_t number) {
  switch (node) {
    case GraphNode::lock:
      return "lock";
    case GraphNode::kickoff:
      return "kickoff";
    case GraphNode::take_fast:
      return "take-fast";
    case GraphNode::challenge:
      return "challenge";
    case GraphNode::assert_part:
      return fmt::format("assert[{}]", number);
    case GraphNode::assert_timeout:
      return fmt::format("assert-timeout[{}]", number);
    case GraphNode::disprove:
      return fmt::format("disprove[{}]", number);
    case GraphNode::take_final:
      return "take-final";
    case GraphNode::reclaim:
      return "reclaim";
  }
  throw Error(Exit::bug, "graph.node", "no such transaction");
}

std::string GraphTask::name() const {
  return fmt::format("{}:{}", graph_node_name(node, number), input);
}

bitcoin::Script operator_script(const crypto::XOnlyKey& operator_key) {
  return bitcoin::p2tr_script(bitcoin::taproot_output(operator_key, {}).key);
}

bitcoin::Script stake_script(const crypto::XOnlyKey& operator_key, ByteView kickoff_leaf) {
  return tree_script(bitcoin::unspendable_key(operator_key), stake_root(operator_key, kickoff_leaf));
}

// --- Building

/// Makes the transactions one after the other, each from those before it.
class Graph::Builder {
 public:
  explicit Builder(GraphInputs inputs)
      : made_(std::make_shared<Parts>(std::move(inputs))),
        in_(made_->inputs),
        rules_(in_.params.require_challenge()),
        claim_(*in_.claim) {}

  std::shared_ptr<const Parts> build() {
    check_inputs();
    made_->signers = in_.deposit.custody().internal_key();
    make_disprove_root();
    make_lock();
    make_kickoff();
    make_takes();
    check_amounts();
    check_sizes();
    return made_;
  }

 private:
  void check_inputs() const {
    if (!in_.deposit.custody().policy().unanimous())
      fail("graph.custody", "deposit.custody.policy", "the signers of a graph are a musig custody");
    if (!in_.deposit.funding)
      throw not_ready("deposit.unfunded", "the deposit document names no outpoint: it is not funded yet")
          .field("deposit.outpoint");
    if (in_.deposit.funding->amount != rules_.denomination)
      fail("graph.amount", "deposit.amount_sat",
           fmt::format("the deposit holds {} sat; the denomination is {} sat",
                       in_.deposit.funding->amount.value(), rules_.denomination.value()));
    if (in_.deposit.refund_blocks() != in_.params.refund_blocks)
      fail("graph.deposit", "deposit.refund_blocks", "the refund's timelock is not that of the parameters");
    if (claim_.sequencer_keys() != rules_.sequencer.ots)
      fail("graph.keys", "sequencer_keys", "the sequencer's one-time keys are not those of the parameters");
    if (claim_.parts() == 0 || claim_.steps() == 0)
      fail("graph.claim", "claim", "a claim has at least one part and one step");
  }

  void make_disprove_root() {
    bitcoin::TapTreeStream tree;
    std::set<TapNode> seen;
    for (std::size_t step = 0; step < claim_.steps(); ++step) {
      TapNode hash = claim_.step_hash(step);
      if (!seen.insert(hash).second)
        fail("graph.leaf", graph_node_name(GraphNode::disprove, step), "this leaf stands in the tree twice");
      made_->step_hashes.push_back(hash);
      tree.add(hash);
    }
    made_->disprove_root = tree.root();
  }

  void make_lock() {
    GraphTransaction& lock = made_->lock;
    lock.tx.version = pre_signed_version;
    lock.add_input(in_.deposit.funding->outpoint, {rules_.denomination, in_.deposit.script_pubkey()},
                   no_lock);
    lock.tx.outputs = {
        {Sat(0), in_.deposit.custody().script_pubkey()},
        {Sat(0), bridge::record_script(in_.params.magic, bridge::LockRecord{in_.deposit.recipient()})},
        {anchor, bitcoin::anchor_script()}};
    pay_rest(lock, 0, key_path_witness);
  }

  void make_kickoff() {
    bitcoin::Script leaf = claim_.kickoff_leaf();
    GraphTransaction& kickoff = made_->kickoff;
    kickoff.tx.version = pre_signed_version;
    kickoff.add_input({in_.stake.txid(), in_.stake_vout}, stake_output(leaf), no_lock);
    const crypto::XOnlyKey& n = made_->signers;
    TapNode challenge_root = bitcoin::tapleaf_hash(checksig_leaf(in_.operator_key));
    kickoff.tx.outputs = {{connector, tree_script(n, challenge_root)},
                          {Sat(0), tree_script(n, made_->disprove_root)}};
    for (std::size_t part = 0; part < claim_.parts(); ++part)
      kickoff.tx.outputs.push_back({connector, tree_script(n, claim_.part_root(part))});
    kickoff.tx.outputs.push_back({anchor, bitcoin::anchor_script()});
    pay_rest(kickoff, 1, leaf_witness(claim_.kickoff_stack(), static_cast<std::int64_t>(leaf.size()), 1));
  }

  /// Checks the stake's script: a stake with another spending path would allow a kickoff that reveals no
  /// claim.
  const TxOut& stake_output(ByteView kickoff_leaf) const {
    if (in_.stake_vout >= in_.stake.outputs.size())
      fail("graph.stake", "stake_vout", "the stake's transaction has no such output");
    const TxOut& output = in_.stake.outputs[in_.stake_vout];
    if (output.script_pubkey != stake_script(in_.operator_key, kickoff_leaf))
      fail("graph.stake", "stake_tx", "the stake's script is not that of this operator's keys");
    if (output.value != rules_.bond)
      fail("graph.stake", "stake_tx",
           fmt::format("the stake holds {} sat; the bond is {} sat", output.value.value(),
                       rules_.bond.value()));
    return output;
  }

  void make_takes() {
    bitcoin::Txid locked = made_->lock.tx.txid(), started = made_->kickoff.tx.txid();
    const TxOut& deposit = made_->lock.tx.outputs[0];
    const auto& outputs = made_->kickoff.tx.outputs;
    auto begin = [&](GraphTransaction& take) { take.tx.version = pre_signed_version; };
    auto end = [&](GraphTransaction& take) {
      take.tx.outputs = {{Sat(0), operator_script(in_.operator_key)}, {anchor, bitcoin::anchor_script()}};
      pay_rest(take, 0, key_path_witness * static_cast<std::int64_t>(take.tx.inputs.size()));
    };
    begin(made_->take_fast);
    made_->take_fast.add_input({locked, 0}, deposit, no_lock);
    made_->take_fast.add_input({started, 0}, outputs[0], rules_.challenge_window);
    made_->take_fast.add_input({started, 1}, outputs[1], rules_.challenge_window);
    end(made_->take_fast);
    begin(made_->take_final);
    made_->take_final.add_input({locked, 0}, deposit, no_lock);
    made_->take_final.add_input({started, 1}, outputs[1], rules_.final_window);
    end(made_->take_final);
    begin(made_->reclaim);
    made_->reclaim.add_input({started, 1}, outputs[1], rules_.reclaim_window);
    end(made_->reclaim);
  }

  /// Gives `output` what is left after the other outputs and the fee.
  void pay_rest(GraphTransaction& made, std::size_t output, std::int64_t witness) const {
    std::int64_t weight = bridge::signed_weight(made.tx.inputs.size(), witness, made.tx.outputs);
    Sat fee = rules_.fee_rate.fee(bridge::vsize_of_weight(weight));
    if (fee > in_.params.fee_cap_total)
      fail("graph.fee", "params.fee_cap_sat", fmt::format("a fee of {} sat is above the cap", fee.value()));
    made.tx.outputs[output].value = made.fee() - fee;
    if (bridge::vsize_of_weight(weight) > bitcoin::truc_max_vsize)
      fail("graph.size", "claim",
           fmt::format("a transaction of {} vB cannot be relayed as version 3",
                       bridge::vsize_of_weight(weight)));
  }

  void check_amounts() const {
    auto require = [](const GraphTransaction& made, std::size_t output, const char* field, GraphNode node) {
      const TxOut& paid = made.tx.outputs[output];
      if (paid.value < bitcoin::dust_threshold(paid))
        fail("graph.amount", field,
             fmt::format("output {} of {} would be {} sat, which is dust", output, graph_node_name(node),
                         paid.value.value()));
    };
    require(made_->lock, 0, "params.challenge.denomination_sat", GraphNode::lock);
    require(made_->kickoff, 1, "params.challenge.bond_sat", GraphNode::kickoff);
    require(made_->reclaim, 0, "params.challenge.bond_sat", GraphNode::reclaim);
    require(made_->take_final, 0, "params.challenge.bond_sat", GraphNode::take_final);
    require(made_->take_fast, 0, "params.challenge.bond_sat", GraphNode::take_fast);
    // The cost of an honest operator whom nobody challenges: the coins that go in and do not come back.
    Sat cost = rules_.denomination + rules_.bond - made_->take_fast.tx.outputs[0].value;
    if (rules_.operator_fee < cost)
      fail("graph.fee", "params.challenge.operator_fee_sat",
           fmt::format("lock, kickoff and take cost {} sat, more than the operator's fee", cost.value()));
    Sat least = rules_.burn + rules_.fee_rate.fee(largest_disprove()) + connector;
    Sat bond = made_->kickoff.tx.outputs[1].value;
    if (bond < least)
      fail("graph.amount", "params.challenge.burn_sat",
           fmt::format("the kickoff leaves a bond of {} sat; burn and the largest disprove take {} sat",
                       bond.value(), least.value()));
  }

  /// vB of the largest disprove that pays one P2TR output.
  std::int64_t largest_disprove() const {
    std::int64_t largest = 0;
    for (std::size_t step = 0; step < claim_.steps(); ++step)
      largest = std::max(largest, weight_of_disprove(claim_, step));
    return bridge::vsize_of_weight(largest);
  }

  void check_sizes() const {
    for (std::size_t step = 0; step < claim_.steps(); ++step)
      if (std::int64_t weight = weight_of_disprove(claim_, step); weight > bitcoin::max_standard_weight)
        fail("graph.size", graph_node_name(GraphNode::disprove, step),
             fmt::format("{} weight units are not relayed", weight));
    for (std::size_t part = 0; part < claim_.parts(); ++part) {
      std::int64_t vsize = vsize_of_assert(claim_, part, rules_.sequencer.first_epoch);
      if (vsize > bitcoin::truc_max_vsize)
        fail("graph.size", graph_node_name(GraphNode::assert_part, part),
             fmt::format("{} vB cannot be relayed as version 3", vsize));
    }
  }

  std::shared_ptr<Parts> made_;
  const GraphInputs& in_;
  const bridge::Params::Challenge& rules_;
  const GraphClaim& claim_;
};

Graph Graph::build(GraphInputs inputs) {
  return Graph(Builder(std::move(inputs)).build());
}

// --- Coins

TxOut Graph::deposit_output() const {
  return lock().spent[0];
}

TxOut Graph::stake_output() const {
  return kickoff().spent[0];
}

bitcoin::OutPoint Graph::locked() const {
  return {lock().tx.txid(), 0};
}

bitcoin::OutPoint Graph::challenge_connector() const {
  return {kickoff().tx.txid(), 0};
}

bitcoin::OutPoint Graph::bond() const {
  return {kickoff().tx.txid(), 1};
}

bitcoin::OutPoint Graph::part(std::size_t part) const {
  if (part >= parts()) throw input_error("graph.part", fmt::format("there is no assert part {}", part));
  return {kickoff().tx.txid(), static_cast<std::uint32_t>(2 + part)};
}

// --- Transactions to which others add

GraphTransaction Graph::open(std::uint32_t version) const {
  GraphTransaction out;
  out.tx.version = version;
  return out;
}

void Graph::spend_kickoff(GraphTransaction& into, std::uint32_t vout, std::uint32_t sequence) const {
  into.add_input({kickoff().tx.txid(), vout}, kickoff().tx.outputs[vout], sequence);
}

GraphTransaction Graph::challenge() const {
  GraphTransaction out = open(open_version);
  spend_kickoff(out, 0, no_lock);
  out.tx.outputs = {{rules().challenge_fee, operator_script(inputs().operator_key)}};
  return out;
}

GraphTransaction Graph::assert_part(std::size_t number) const {
  GraphTransaction out = open(pre_signed_version);
  spend_kickoff(out, part(number).vout, no_lock);
  return out;
}

GraphTransaction Graph::assert_timeout(std::size_t number) const {
  GraphTransaction out = open(open_version);
  spend_kickoff(out, 1, no_lock);
  spend_kickoff(out, part(number).vout, rules().assert_window);
  out.tx.outputs = {{rules().burn, burn_script()}};
  return out;
}

GraphTransaction Graph::disprove(std::size_t step) const {
  check_step(step);
  GraphTransaction out = open(open_version);
  spend_kickoff(out, 1, no_lock);
  out.tx.outputs = {{rules().burn, burn_script()}};
  return out;
}

void Graph::check_step(std::size_t step) const {
  if (step >= steps()) throw input_error("graph.step", fmt::format("there is no step {}", step));
}

std::int64_t Graph::assert_vsize(std::size_t number) const {
  part(number);
  return vsize_of_assert(claim(), number, rules().sequencer.first_epoch);
}

std::int64_t Graph::disprove_weight(std::size_t step) const {
  check_step(step);
  return weight_of_disprove(claim(), step);
}

bitcoin::Transaction Graph::kickoff(bitcoin::Witness stack) const {
  bitcoin::Transaction out = kickoff().tx;
  out.inputs[0].witness = kickoff_leaf().witness(std::move(stack));
  return out;
}

// --- Leaves

GraphLeaf Graph::kickoff_leaf() const {
  const auto& key = inputs().operator_key;
  bitcoin::Script script = claim().kickoff_leaf();
  TapNode root = stake_root(key, script);
  return leaf_of(std::move(script), bitcoin::unspendable_key(key), root,
                 {bitcoin::tapleaf_hash(stake_return_script(key))});
}

GraphLeaf Graph::stake_return_leaf() const {
  const auto& key = inputs().operator_key;
  bitcoin::Script kickoff = claim().kickoff_leaf();
  return leaf_of(stake_return_script(key), bitcoin::unspendable_key(key), stake_root(key, kickoff),
                 {bitcoin::tapleaf_hash(kickoff)});
}

GraphLeaf Graph::challenge_leaf() const {
  bitcoin::Script script = checksig_leaf(inputs().operator_key);
  TapNode root = bitcoin::tapleaf_hash(script);
  return leaf_of(std::move(script), signers_key(), root, {});
}

GraphLeaf Graph::part_leaf(std::size_t number, std::uint32_t epoch) const {
  part(number);
  return leaf_of(claim().part_leaf(number, epoch), signers_key(), claim().part_root(number),
                 claim().part_path(number, epoch));
}

GraphLeaf Graph::disprove_leaf(std::size_t step) const {
  check_step(step);
  auto path = bitcoin::balanced_path(steps(), step, [&](std::uint64_t i) { return parts_->step_hashes[i]; });
  return leaf_of(claim().step_leaf(step), signers_key(), parts_->disprove_root, path);
}

}  // namespace pegkit::optimistic
