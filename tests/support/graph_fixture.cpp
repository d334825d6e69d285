#include "support/graph_fixture.hpp"

#include "optimistic/graph_program.hpp"
#include "support/errors.hpp"

namespace pegkit::test {

bitcoin::TapNode SmallClaim::part_root(std::size_t part) const {
  auto hashes = part_hashes(part);
  return bitcoin::balanced_root(hashes);
}

bitcoin::Script SmallClaim::part_leaf(std::size_t part, std::uint32_t epoch) const {
  return leaf(operator_, preimage('a', part == 0 ? 100 + epoch : part));
}

std::vector<bitcoin::TapNode> SmallClaim::part_path(std::size_t part, std::uint32_t epoch) const {
  auto hashes = part_hashes(part);
  return bitcoin::balanced_path(hashes.size(), part == 0 ? epoch - first_epoch : 0,
                                [&](std::uint64_t i) { return hashes[i]; });
}

bitcoin::Script SmallClaim::step_leaf(std::size_t step) const {
  bitcoin::Script out = leaf(signers_, preimage('d', step == twice ? 0 : step));
  for (std::size_t left = padding; left > 0; left -= std::min<std::size_t>(left, 500))
    append(out, bitcoin::ScriptBuilder()
                    .push(Bytes(std::min<std::size_t>(left, 500), 7))
                    .op(bitcoin::OP_DROP)
                    .take());
  return out;
}

bitcoin::TapNode SmallClaim::step_hash(std::size_t step) const {
  return bitcoin::tapleaf_hash(step_leaf(step));
}

std::int64_t SmallClaim::step_size(std::size_t step) const {
  return static_cast<std::int64_t>(step_leaf(step).size());
}

bitcoin::Script SmallClaim::leaf(const crypto::XOnlyKey& key, const Bytes& preimage) {
  return bitcoin::ScriptBuilder()
      .push(key)
      .op(bitcoin::OP_CHECKSIGVERIFY)
      .op(bitcoin::OP_SHA256)
      .push(crypto::sha256(preimage))
      .op(bitcoin::OP_EQUAL)
      .take();
}

std::vector<bitcoin::TapNode> SmallClaim::part_hashes(std::size_t part) const {
  std::vector<bitcoin::TapNode> out;
  for (std::uint32_t i = 0; i < (part == 0 ? epochs : 1); ++i)
    out.push_back(bitcoin::tapleaf_hash(part_leaf(part, first_epoch + i)));
  return out;
}

crypto::SecretKey graph_secret(std::uint8_t seed) {
  ByteArray<32> bytes{};
  bytes.fill(seed);
  return crypto::SecretKey::from(bytes);
}

std::string refused_params_field(Json document, const char* pointer, const Json& value) {
  document[Json::json_pointer(pointer)] = value;
  return error_field([&] { bridge::Params::parse(document); });
}

GraphFixture::GraphFixture(std::uint32_t signers, std::size_t parts, std::size_t steps)
    : custody(make_custody(signers)), deposit(make_deposit(custody, params)) {
  claim = std::make_shared<SmallClaim>(custody.internal_key(), operator_key, parts, steps);
  bitcoin::OutPoint funding;
  funding.txid.bytes.fill(0xd0);
  deposit.funding = {funding, params.challenge->denomination};
  stake.inputs.push_back({funding, {}, 0xfffffffd, {}});
  stake.inputs[0].prevout.vout = 1;
  stake.outputs = {{params.challenge->bond, optimistic::stake_script(operator_key, claim->kickoff_leaf())}};
}

bridge::Params GraphFixture::make_params() {
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

crypto::SecretKey GraphFixture::signer(std::uint32_t i) {
  return crypto::SecretKey::from(crypto::sha256(Bytes{1, static_cast<std::uint8_t>(i)}));
}

bridge::Custody GraphFixture::make_custody(std::uint32_t signers) {
  std::vector<crypto::PublicKey> keys;
  for (std::uint32_t i = 0; i < signers; ++i) keys.push_back(signer(i).public_key());
  return bridge::Custody::make(bridge::Policy::musig, signers, keys);
}

bridge::Deposit GraphFixture::make_deposit(const bridge::Custody& custody, const bridge::Params& params) {
  evm::Address recipient;
  recipient.bytes.fill(0xab);
  return bridge::Deposit::make(custody, recipient, crypto::xonly(graph_secret(70).public_key()),
                               params.refund_blocks);
}

optimistic::ClaimMaker GraphFixture::maker() const {
  return [this](const optimistic::GraphSubject& subject, const JsonField& keys) {
    JsonObject object(keys);
    auto out = std::make_shared<SmallClaim>(subject.deposit.custody().internal_key(), subject.operator_key,
                                            claim->parts(), claim->steps());
    out->seed = static_cast<std::uint8_t>(object.required("seed").integer(0, 255));
    object.done();
    return out;
  };
}

crypto::SchnorrSignature GraphFixture::sign(const optimistic::GraphTask& task) const {
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

crypto::SecretKey GraphFixture::secret_of(const crypto::PublicKey& key) const {
  for (std::uint32_t i = 0; i < custody.keys().size(); ++i)
    if (custody.keys()[i] == key) return signer(i);
  throw Error(Exit::bug, "test.signer", "not a signer of the fixture");
}

crypto::SchnorrSignature GraphFixture::sign_challenge(const optimistic::Graph& graph) const {
  return crypto::schnorr_sign(operator_secret, optimistic::challenge_message(graph), ByteArray<32>{});
}

optimistic::SignedGraph GraphFixture::sign(const optimistic::Graph& graph) const {
  std::vector<crypto::SchnorrSignature> all;
  for (const optimistic::GraphTask& task : graph.tasks()) all.push_back(sign(task));
  return {graph, std::move(all), sign_challenge(graph)};
}

bitcoin::Transaction GraphFixture::kickoff(const optimistic::Graph& graph) const {
  auto leaf = graph.kickoff_leaf().hash();
  auto message = graph.kickoff().sighash(0, 0, &leaf);
  return graph.kickoff({claim->preimage('k', 0), operator_signature(message)});
}

bitcoin::Transaction GraphFixture::assert_part(const optimistic::Graph& graph, std::size_t part,
                                               std::uint32_t epoch, const optimistic::GraphCoin& coin,
                                               Sat fee) const {
  optimistic::GraphTransaction made = graph.assert_part(part);
  made.add_input(coin.outpoint, coin.output, 0xfffffffd);
  made.tx.outputs = {
      {optimistic::Graph::connector + coin.output.value - fee, optimistic::operator_script(operator_key)}};
  optimistic::GraphLeaf leaf = graph.part_leaf(part, epoch);
  auto hash = leaf.hash();
  Bytes preimage = claim->preimage('a', part == 0 ? 100 + epoch : part);
  made.tx.inputs[0].witness = leaf.witness({preimage, operator_signature(made.sighash(0, 0, &hash))});
  made.tx.inputs[1].witness = {wallet_signature(made.sighash(1, 0))};
  return made.tx;
}

bitcoin::Transaction GraphFixture::disprove(const optimistic::SignedGraph& graph, std::size_t step,
                                            const bitcoin::Script& to, FeeRate rate) const {
  return graph.disprove(
      step,
      [&](ByteView own) {
        return bitcoin::Witness{claim->preimage('d', step), to_bytes(own)};
      },
      to, rate);
}

Bytes GraphFixture::operator_signature(ByteView message) const {
  return to_bytes(crypto::schnorr_sign(operator_secret, message, ByteArray<32>{}));
}

Bytes GraphFixture::wallet_signature(ByteView message) const {
  auto tweaked = operator_secret.xonly_tweak_add(bitcoin::taptweak_hash(operator_key, {}));
  return to_bytes(crypto::schnorr_sign(tweaked, message, ByteArray<32>{}));
}

}  // namespace pegkit::test
