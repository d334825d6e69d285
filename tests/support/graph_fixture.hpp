#pragma once

#include <memory>
#include <vector>

#include "bitcoin/psbt.hpp"
#include "bitcoin/script.hpp"
#include "bridge/graph_document.hpp"
#include "crypto/musig.hpp"

namespace pegkit::test {

/// A claim that can be told apart and spent, and proves nothing: every leaf asks for a preimage, and for the
/// signature of whom the design names. Part 0 has a leaf for each epoch.
class SmallClaim : public bridge::GraphClaim {
 public:
  SmallClaim(crypto::XOnlyKey signers, crypto::XOnlyKey operator_key, std::size_t parts = 2,
             std::size_t steps = 5)
      : signers_(signers), operator_(operator_key), parts_(parts), steps_(steps) {}

  std::uint8_t seed = 1;  ///< other preimages: another set of keys
  std::uint32_t first_epoch = 0, epochs = 3;
  std::size_t padding = 0;  ///< bytes more in every disprove leaf, as a push that is dropped
  std::size_t twice = static_cast<std::size_t>(-1);  ///< a step whose leaf is that of step 0
  std::int64_t extra_stack = 0;                      ///< bytes more of a part's or step's stack

  Bytes preimage(char kind, std::size_t number) const {
    return {seed, static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(number)};
  }

  crypto::Hash256 operator_keys() const override { return crypto::sha256(preimage('o', 0)); }
  crypto::Hash256 sequencer_keys() const override { return crypto::sha256(as_bytes("sequencer")); }
  Json operator_keys_document() const override { return Json{{"seed", seed}}; }

  bitcoin::Script kickoff_leaf() const override { return leaf(operator_, preimage('k', 0)); }
  std::int64_t kickoff_stack() const override { return stack_size; }
  std::size_t parts() const override { return parts_; }
  bitcoin::TapNode part_root(std::size_t part) const override {
    auto hashes = part_hashes(part);
    return bitcoin::balanced_root(hashes);
  }
  bitcoin::Script part_leaf(std::size_t part, std::uint32_t epoch) const override {
    return leaf(operator_, preimage('a', part == 0 ? 100 + epoch : part));
  }
  std::vector<bitcoin::TapNode> part_path(std::size_t part, std::uint32_t epoch) const override {
    auto hashes = part_hashes(part);
    return bitcoin::balanced_path(hashes.size(), part == 0 ? epoch - first_epoch : 0,
                                  [&](std::uint64_t i) { return hashes[i]; });
  }
  std::int64_t part_stack(std::size_t) const override { return stack_size + extra_stack; }
  std::size_t steps() const override { return steps_; }
  bitcoin::Script step_leaf(std::size_t step) const override {
    bitcoin::Script out = leaf(signers_, preimage('d', step == twice ? 0 : step));
    for (std::size_t left = padding; left > 0; left -= std::min<std::size_t>(left, 500))
      append(out, bitcoin::ScriptBuilder()
                      .push(Bytes(std::min<std::size_t>(left, 500), 7))
                      .op(bitcoin::OP_DROP)
                      .take());
    return out;
  }
  bitcoin::TapNode step_hash(std::size_t step) const override {
    return bitcoin::tapleaf_hash(step_leaf(step));
  }
  std::int64_t step_size(std::size_t step) const override {
    return static_cast<std::int64_t>(step_leaf(step).size());
  }
  std::int64_t step_stack(std::size_t) const override { return stack_size + 1 + extra_stack; }

 private:
  static constexpr std::int64_t stack_size = 1 + 64 + 1 + 3;
  static bitcoin::Script leaf(const crypto::XOnlyKey& key, const Bytes& preimage) {
    return bitcoin::ScriptBuilder()
        .push(key)
        .op(bitcoin::OP_CHECKSIGVERIFY)
        .op(bitcoin::OP_SHA256)
        .push(crypto::sha256(preimage))
        .op(bitcoin::OP_EQUAL)
        .take();
  }
  std::vector<bitcoin::TapNode> part_hashes(std::size_t part) const {
    std::vector<bitcoin::TapNode> out;
    for (std::uint32_t i = 0; i < (part == 0 ? epochs : 1); ++i)
      out.push_back(bitcoin::tapleaf_hash(part_leaf(part, first_epoch + i)));
    return out;
  }

  crypto::XOnlyKey signers_, operator_;
  std::size_t parts_, steps_;
};

inline crypto::SecretKey graph_secret(std::uint8_t seed) {
  ByteArray<32> bytes{};
  bytes.fill(seed);
  return crypto::SecretKey::from(bytes);
}

/// Parameters, deposit, stake and claim of one operator's graph, to be changed before build().
struct GraphFixture {
  static constexpr std::uint8_t operator_seed = 50;
  bridge::Params params = make_params();
  bridge::Custody custody;
  crypto::SecretKey operator_secret = graph_secret(operator_seed);
  crypto::XOnlyKey operator_key = crypto::xonly(operator_secret.public_key());
  bridge::Deposit deposit;
  std::shared_ptr<SmallClaim> claim;
  bitcoin::Transaction stake;
  std::uint32_t stake_vout = 0;

  explicit GraphFixture(std::uint32_t signers = 3, std::size_t parts = 2, std::size_t steps = 5)
      : custody(make_custody(signers)), deposit(make_deposit(custody, params)) {
    claim = std::make_shared<SmallClaim>(custody.internal_key(), operator_key, parts, steps);
    bitcoin::OutPoint funding;
    funding.txid.bytes.fill(0xd0);
    deposit.funding = {funding, params.challenge->denomination};
    stake.inputs.push_back({funding, {}, 0xfffffffd, {}});
    stake.inputs[0].prevout.vout = 1;
    stake.outputs = {{params.challenge->bond, bridge::stake_script(operator_key, claim->kickoff_leaf())}};
  }

  static bridge::Params make_params() {
    Json document = parse_json(R"({"type":"pegkit/params","version":1,"chain":"regtest","magic":"504b4954",
      "start_height":101,"deposit_confirmations":3,"refund_blocks":144,"sweep_margin":20,
      "payout_confirmations":3,"fee_floor_sat_vb":1,"fee_cap_sat_vb":100,"fee_cap_sat":500000,
      "l2":{"chain_id":31337,"contract":"0x5FbDB2315678afecb367f032d93F642f64180aa3","finality":2},
      "challenge":{"denomination_sat":10000000,"operator_fee_sat":100000,"bond_sat":2000000,
        "challenge_fee_sat":50000,"burn_sat":1000000,"fee_rate_sat_vb":2,"challenge_window":10,
        "assert_window":20,"final_window":30,"reclaim_window":40,"headers":2,
        "target":"7fffff0000000000000000000000000000000000000000000000000000000000"}})");
    document["challenge"]["sequencer"] = {{"key", to_hex(crypto::xonly(graph_secret(60).public_key()))},
                                          {"ots", to_hex(crypto::sha256(as_bytes("sequencer")))},
                                          {"first_epoch", 0},
                                          {"epochs", 3}};
    return bridge::Params::parse(document);
  }
  static crypto::SecretKey signer(std::uint32_t i) {
    return crypto::SecretKey::from(crypto::sha256(Bytes{1, static_cast<std::uint8_t>(i)}));
  }
  static bridge::Custody make_custody(std::uint32_t signers) {
    std::vector<crypto::PublicKey> keys;
    for (std::uint32_t i = 0; i < signers; ++i) keys.push_back(signer(i).public_key());
    return bridge::Custody::make(bridge::Policy::musig, signers, keys);
  }
  static bridge::Deposit make_deposit(const bridge::Custody& custody, const bridge::Params& params) {
    evm::Address recipient;
    recipient.bytes.fill(0xab);
    return bridge::Deposit::make(custody, recipient, crypto::xonly(graph_secret(70).public_key()),
                                 params.refund_blocks);
  }

  bridge::GraphInputs inputs() const { return {params, deposit, operator_key, stake, stake_vout, claim}; }
  bridge::Graph build() const { return bridge::Graph::build(inputs()); }
  /// What reads documents of graphs with this fixture's claim.
  bridge::ClaimMaker maker() const {
    return [this](const bridge::GraphSubject& subject, const JsonField& keys) {
      JsonObject object(keys);
      auto out = std::make_shared<SmallClaim>(subject.deposit.custody().internal_key(), subject.operator_key,
                                              claim->parts(), claim->steps());
      out->seed = static_cast<std::uint8_t>(object.required("seed").integer(0, 255));
      object.done();
      return out;
    };
  }

  /// One signature by all signers.
  crypto::SchnorrSignature sign(const bridge::GraphTask& task) const {
    std::vector<crypto::PublicKey> keys = custody.keys();
    crypto::key_sort(keys);
    crypto::KeyAgg aggregate(keys);
    if (task.tweak) aggregate.tweak_xonly(*task.tweak);
    std::vector<crypto::NoncePair> nonces;
    std::vector<crypto::PubNonce> pub;
    for (std::uint32_t i = 0; i < keys.size(); ++i) {
      crypto::SecretKey secret = secret_of(keys[i]);
      auto random = crypto::random_array<32>();
      nonces.push_back(crypto::nonce_gen(random, &secret, keys[i], task.message, &aggregate, {}));
      pub.push_back(nonces.back().pub);
    }
    crypto::MusigSession session(aggregate, crypto::nonce_agg(pub), task.message);
    std::vector<crypto::PartialSignature> partials;
    for (std::uint32_t i = 0; i < keys.size(); ++i)
      partials.push_back(session.sign(std::move(nonces[i].secret), secret_of(keys[i])));
    return session.combine(partials);
  }
  crypto::SecretKey secret_of(const crypto::PublicKey& key) const {
    for (std::uint32_t i = 0; i < custody.keys().size(); ++i)
      if (custody.keys()[i] == key) return signer(i);
    throw Error(Exit::bug, "test.signer", "not a signer of the fixture");
  }
  crypto::SchnorrSignature sign_challenge(const bridge::Graph& graph) const {
    return crypto::schnorr_sign(operator_secret, bridge::challenge_message(graph), ByteArray<32>{});
  }
  bridge::SignedGraph sign(const bridge::Graph& graph) const {
    std::vector<crypto::SchnorrSignature> all;
    for (const bridge::GraphTask& task : graph.tasks()) all.push_back(sign(task));
    return {graph, std::move(all), sign_challenge(graph)};
  }

  // What the operator and a disprover of the small claim put into a transaction.
  bitcoin::Transaction kickoff(const bridge::Graph& graph) const {
    auto leaf = graph.kickoff_leaf().hash();
    auto message = graph.kickoff().sighash(0, 0, &leaf);
    return graph.kickoff({claim->preimage('k', 0), operator_signature(message)});
  }
  /// Assert of one part, its fee paid by a coin that the operator's BIP86 key spends.
  bitcoin::Transaction assert_part(const bridge::Graph& graph, std::size_t part, std::uint32_t epoch,
                                   const bridge::GraphCoin& coin, Sat fee) const {
    bridge::GraphTransaction made = graph.assert_part(part);
    made.add_input(coin.outpoint, coin.output, 0xfffffffd);
    made.tx.outputs = {
        {bridge::Graph::connector + coin.output.value - fee, bridge::operator_script(operator_key)}};
    bridge::GraphLeaf leaf = graph.part_leaf(part, epoch);
    auto hash = leaf.hash();
    Bytes preimage = claim->preimage('a', part == 0 ? 100 + epoch : part);
    made.tx.inputs[0].witness = leaf.witness({preimage, operator_signature(made.sighash(0, 0, &hash))});
    made.tx.inputs[1].witness = {wallet_signature(made.sighash(1, 0))};
    return made.tx;
  }
  bitcoin::Transaction disprove(const bridge::SignedGraph& graph, std::size_t step, const bitcoin::Script& to,
                                FeeRate rate = FeeRate::per_vb(2)) const {
    return graph.disprove(
        step,
        [&](ByteView own) {
          return bitcoin::Witness{claim->preimage('d', step), to_bytes(own)};
        },
        to, rate);
  }
  Bytes operator_signature(ByteView message) const {
    return to_bytes(crypto::schnorr_sign(operator_secret, message, ByteArray<32>{}));
  }
  /// Of the BIP86 output of the operator's key.
  Bytes wallet_signature(ByteView message) const {
    auto tweaked = operator_secret.xonly_tweak_add(bitcoin::taptweak_hash(operator_key, {}));
    return to_bytes(crypto::schnorr_sign(tweaked, message, ByteArray<32>{}));
  }
};

}  // namespace pegkit::test
