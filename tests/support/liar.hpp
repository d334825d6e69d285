#pragma once

#include <vector>

#include "bridge/record.hpp"
#include "optimistic/claim_trace.hpp"
#include "services/send/wallet.hpp"
#include "support/optimistic_world.hpp"
#include "support/payout_place.hpp"

namespace pegkit::test {

/// The operator of an OptimisticWorld, who signs whatever it is told to.
class Liar {
 public:
  OptimisticWorld& world;
  explicit Liar(OptimisticWorld& of) : world(of) {}

  const optimistic::ClaimProgram& program() const { return world.claim().program(); }
  std::size_t parts() const { return world.graph().parts(); }

  /// A payout of these outputs from the world's wallet, in a block of its own with a header on top.
  bitcoin::Transaction pay(std::vector<bitcoin::TxOut> outputs) {
    bitcoin::Transaction tx = world.make_payment(std::move(outputs));
    world.send(tx);
    world.mine(2);
    return tx;
  }
  std::vector<bitcoin::TxOut> honest_outputs() const {
    return optimistic::payout_outputs(world.params.magic, program().constants().operator_tag,
                                      world.layer2->withdrawals.at(0));
  }
  /// Inputs of a claim of withdrawal 0 with a payout in the best chain (of `pay`), at the epoch's end.
  optimistic::ClaimInputs inputs(const bitcoin::Transaction& payout, std::uint32_t epoch = 1) {
    optimistic::ClaimInputs out;
    bridge::WithdrawalTree tree;
    for (const auto& withdrawal : world.layer2->withdrawals) tree.append(withdrawal.leaf());
    out.epoch = epoch;
    out.root = tree.root();
    out.withdrawal = world.layer2->withdrawals.at(0);
    out.siblings = tree.proof(0);
    out.payout = payout;
    std::uint32_t height = world.height();
    for (std::uint32_t at = height - program().constants().headers; at <= height; ++at) {
      Json raw = world.chain->call("getblock", {world.block_at(at), 0});
      auto block = bitcoin::Block::parse(from_hex(raw.get<std::string>()));
      if (out.headers.empty()) place_payout(out, block.merkle_leaves());
      out.headers.push_back(block.header);
    }
    return out;
  }
  optimistic::ClaimTrace trace(const optimistic::ClaimInputs& inputs) const {
    return optimistic::fill_trace(program(), inputs);
  }

  optimistic::ClaimSignatures sign(const optimistic::ClaimTrace& trace,
                                   const std::vector<std::size_t>& which) const {
    optimistic::ClaimSignatures out(trace.size());
    auto id = optimistic::graph_id(world.params, world.deposit.funding->outpoint,
                                   crypto::xonly(world.operator_key.public_key()));
    for (std::size_t value : which) {
      const std::string& name = program().values()[value].name;
      out[value] =
          crypto::ots_sign(optimistic::operator_ots_secret(world.operator_key, id, name), trace[value]);
    }
    return out;
  }
  bitcoin::Transaction kickoff(const optimistic::ClaimTrace& trace) const {
    const optimistic::Graph& graph = world.graph();
    const auto& layout = world.claim().layout();
    return graph.kickoff(optimistic::kickoff_witness(program(), layout, sign(trace, layout.kickoff()),
                                                     leaf_signature(graph.kickoff(), graph.kickoff_leaf())));
  }
  /// Part 0 with the sequencer's signature of the root in the trace.
  bitcoin::Transaction assert_part(const optimistic::ClaimTrace& trace, std::size_t part,
                                   const optimistic::GraphCoin& coin) const {
    const optimistic::Graph& graph = world.graph();
    const auto& layout = world.claim().layout();
    optimistic::GraphTransaction made = graph.assert_part(part);
    made.add_input(coin.outpoint, coin.output, 0xfffffffd);
    made.tx.outputs = {{made.fee() - Sat(12'000), coin.output.script_pubkey}};
    std::uint32_t epoch = trace[program().value("root_epoch")].back();
    optimistic::GraphLeaf leaf = graph.part_leaf(part, epoch);
    Bytes own = leaf_signature(made, leaf);
    auto signatures = sign(trace, layout.part(part));
    bitcoin::Witness stack;
    if (part == 0) {
      auto secret = optimistic::sequencer_ots_secret(secret_of(OptimisticWorld::sequencer_seed), epoch);
      auto root = crypto::ots_sign(secret, trace[program().value("root")]);
      stack = optimistic::epoch_witness(program(), layout, signatures, root, own);
    } else {
      stack = optimistic::assert_witness(program(), layout, signatures, part, own);
    }
    made.tx.inputs[0].witness = leaf.witness(std::move(stack));
    auto internal = crypto::xonly(world.operator_key.public_key());
    auto tweaked = world.operator_key.xonly_tweak_add(bitcoin::taptweak_hash(internal, {}));
    made.tx.inputs[1].witness = {
        to_bytes(crypto::schnorr_sign(tweaked, made.sighash(1, 0), ByteArray<32>{}))};
    return made.tx;
  }

  /// Kickoff in a block.
  void start(const optimistic::ClaimTrace& trace) {
    world.send(kickoff(trace));
    world.mine(1);
  }
  /// Asserts of these parts, in this order, in blocks.
  std::vector<bitcoin::Transaction> assert_parts(const optimistic::ClaimTrace& trace,
                                                 const std::vector<std::size_t>& which) {
    std::vector<bitcoin::Transaction> out;
    auto script = bridge::key_script(crypto::xonly(world.operator_key.public_key()));
    std::vector<bitcoin::TxOut> coins(which.size(), bitcoin::TxOut{Sat(50'000), script});
    bitcoin::Txid txid = world.pay(coins);
    world.mine(1);
    for (std::size_t i = 0; i < which.size(); ++i) {
      out.push_back(assert_part(trace, which[i], {{txid, static_cast<std::uint32_t>(i)}, coins[i]}));
      world.send(out.back());
    }
    world.mine(1);
    return out;
  }
  std::vector<std::size_t> all_parts() const {
    std::vector<std::size_t> out(parts());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = i;
    return out;
  }

 private:
  Bytes leaf_signature(const optimistic::GraphTransaction& made, const optimistic::GraphLeaf& leaf) const {
    auto hash = leaf.hash();
    return to_bytes(crypto::schnorr_sign(world.operator_key, made.sighash(0, 0, &hash), ByteArray<32>{}));
  }
};

}  // namespace pegkit::test
