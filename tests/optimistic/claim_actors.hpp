#pragma once

#include <map>
#include <vector>

#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "optimistic/claim_tree.hpp"
#include "optimistic/claim_world.hpp"
#include "support/bridge_fixture.hpp"

namespace pegkit::optimistic::test {

/// The parties of a claim with all their keys.
struct ClaimActors {
  ClaimProgram program;
  ClaimLayout layout;
  crypto::SecretKey operator_secret = bridge::test::secret(11), signers_secret = bridge::test::secret(12);
  crypto::XOnlyKey operator_key = crypto::xonly(operator_secret.public_key());
  crypto::XOnlyKey signers_key = crypto::xonly(signers_secret.public_key());
  crypto::SecretKey seed = bridge::test::secret(13);
  ClaimKeys keys;

  explicit ClaimActors(const ClaimProgram& of) : program(of), layout(of) {
    for (std::size_t i = 0; i < program.values().size(); ++i)
      keys.push_back(crypto::ots_public_key(value_secret(i), program.values()[i].bytes));
  }

  crypto::OtsSecret value_secret(std::size_t value) const {
    return crypto::OtsSecret::derive(seed, "value", value);
  }
  crypto::OtsSecret epoch_secret(std::uint32_t epoch) const {
    return crypto::OtsSecret::derive(seed, "epoch", epoch);
  }
  crypto::OtsPublicKey epoch_key(std::uint32_t epoch) const {
    return crypto::ots_public_key(epoch_secret(epoch), 32);
  }
  /// Signatures of the known values.
  ClaimSignatures sign(const ClaimTrace& trace) const {
    ClaimSignatures out(trace.size());
    for (std::size_t i = 0; i < trace.size(); ++i)
      if (!trace[i].empty()) out[i] = crypto::ots_sign(value_secret(i), trace[i]);
    return out;
  }
};

/// An output with one tapscript or more, and the transaction that spends it.
struct LeafSpend {
  bitcoin::Transaction tx;
  std::vector<bitcoin::TxOut> spent;
  bitcoin::Script leaf;
  Bytes control_block;

  /// As a disprove or an assert transaction: one input, or two with the coin that pays the fee.
  LeafSpend(bitcoin::Script script, Bytes control, const bitcoin::TapNode& root, std::size_t inputs,
            std::vector<bitcoin::TxOut> outputs)
      : leaf(std::move(script)), control_block(std::move(control)) {
    tx.version = inputs == 1 ? 2 : 3;
    tx.inputs.resize(inputs);
    tx.outputs = std::move(outputs);
    for (std::size_t i = 0; i < inputs; ++i) {
      tx.inputs[i].prevout.vout = static_cast<std::uint32_t>(i);
      tx.inputs[i].prevout.txid.bytes[0] = 1;
      tx.inputs[i].sequence = 0xfffffffd;
    }
    auto internal = bitcoin::nums_point();
    spent.push_back({Sat(330), bitcoin::p2tr_script(bitcoin::taproot_output(internal, root).key)});
    if (inputs == 2) {
      spent.push_back({Sat(100'000), bitcoin::p2tr_script(internal)});
      tx.inputs[1].witness = {Bytes(65, 1)};
    }
  }
  static LeafSpend alone(bitcoin::Script script, std::size_t inputs) {
    bitcoin::TapNode root = bitcoin::tapleaf_hash(script);
    auto internal = bitcoin::nums_point();
    Bytes control = bitcoin::control_block(internal, bitcoin::taproot_output(internal, root).odd, {});
    std::vector<bitcoin::TxOut> outputs{{Sat(50'000), bitcoin::p2tr_script(internal)}};
    if (inputs == 1) outputs.insert(outputs.begin(), {Sat(10'000), {bitcoin::OP_RETURN}});
    return LeafSpend(std::move(script), std::move(control), root, inputs, std::move(outputs));
  }

  Bytes sign(const crypto::SecretKey& key, std::uint8_t type) const {
    bitcoin::TapNode hash = bitcoin::tapleaf_hash(leaf);
    auto message = bitcoin::SighashCache(tx, spent).taproot(0, type, &hash);
    Bytes out = to_bytes(crypto::schnorr_sign(key, *message, ByteArray<32>{}));
    if (type != 0) out.push_back(type);
    return out;
  }
  bitcoin::ScriptError run(bitcoin::Witness stack) {
    stack.push_back(leaf);
    stack.push_back(control_block);
    tx.inputs[0].witness = std::move(stack);
    return bitcoin::verify_input(bitcoin::SighashCache(tx, spent), 0);
  }
};

}  // namespace pegkit::optimistic::test
