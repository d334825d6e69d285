#include "support/optimistic_world.hpp"

#include "app/keygen/ots.hpp"

namespace pegkit::test {

OptimisticWorld::OptimisticWorld() : deposit(first_deposit()) {
  params = make_params();
  params.challenge->sequencer.ots = sequencer_keys.hash();
  layer2->params = params;
  deposit.funding = {{pay(deposit.script_pubkey(), params.challenge->denomination.value()), 0},
                     params.challenge->denomination};
  mine(1);
  graph_document = make_graph(operator_key);
}

bridge::Params OptimisticWorld::make_params() {
  Json document = parse_json(R"({"type":"pegkit/params","version":1,"chain":"regtest","magic":"504b4954",
    "start_height":105,"deposit_confirmations":2,"refund_blocks":144,"sweep_margin":20,
    "payout_confirmations":3,"fee_floor_sat_vb":1,"fee_cap_sat_vb":100,"fee_cap_sat":2000000,
    "l2":{"chain_id":31337,"contract":"0x5FbDB2315678afecb367f032d93F642f64180aa3","finality":2,
      "epoch_blocks":5},
    "challenge":{"denomination_sat":10000000,"operator_fee_sat":1000000,"bond_sat":5000000,
      "challenge_fee_sat":50000,"burn_sat":1000000,"fee_rate_sat_vb":2,"challenge_window":6,
      "assert_window":12,"final_window":18,"reclaim_window":24,"headers":1,
      "target":"7fffff0000000000000000000000000000000000000000000000000000000000"}})");
  document["challenge"]["sequencer"] = {
      {"key", to_hex(crypto::xonly(secret_of(sequencer_seed).public_key()))},
      {"ots", to_hex(ByteArray<32>{})},
      {"first_epoch", 0},
      {"epochs", epochs}};
  return bridge::Params::parse(document);
}

const optimistic::ProgramClaim& OptimisticWorld::claim() const {
  return dynamic_cast<const optimistic::ProgramClaim&>(graph().claim());
}

std::shared_ptr<const optimistic::GraphDocument> OptimisticWorld::make_graph(const crypto::SecretKey& key) {
  return make_graph(key, key);
}

std::shared_ptr<const optimistic::GraphDocument> OptimisticWorld::make_graph(const crypto::SecretKey& key,
                                                                             const crypto::SecretKey& seed) {
  static std::map<std::string, std::shared_ptr<const optimistic::GraphDocument>> made;
  auto xonly = crypto::xonly(key.public_key());
  optimistic::ClaimProgram program(optimistic::claim_constants(params, deposit.funding->outpoint, xonly));
  optimistic::OtsKeySet set = operator_keys(program, xonly, seed);
  bitcoin::Script leaf = optimistic::kickoff_leaf(program, optimistic::ClaimLayout(program),
                                                  optimistic::claim_keys(program, set), xonly);
  bitcoin::Transaction stake =
      make_payment({{params.challenge->bond, optimistic::stake_script(xonly, leaf)}});
  chain->call("sendrawtransaction", {to_hex(stake.serialize())});
  mine(1);
  auto& out = made[stake.txid().display()];
  if (out) return out;
  auto built = std::make_shared<const optimistic::ProgramClaim>(
      optimistic::GraphSubject{params, deposit, xonly}, std::move(set), sequencer_keys);
  optimistic::GraphDocument document(optimistic::Graph::build({params, deposit, xonly, stake, 0, built}));
  auto tasks = document.graph.tasks();
  for (std::size_t i = 0; i < tasks.size(); ++i) document.signatures[i] = sign(tasks[i]);
  document.challenge =
      crypto::schnorr_sign(key, optimistic::challenge_message(document.graph), ByteArray<32>{});
  out = std::make_shared<const optimistic::GraphDocument>(std::move(document));
  return out;
}

std::unique_ptr<FakePorts> OptimisticWorld::party(std::uint8_t seed,
                                                  const std::filesystem::path& directory) const {
  auto out = ports(directory);
  out->files["graph.json"] = graph_document->to_json().dump();
  out->files["sequencer.json"] = sequencer_keys.to_json().dump();
  out->key = as_text(crypto::keyfile::make(secret_of(seed)).view());
  return out;
}

FakeOptions::Values OptimisticWorld::options(FakeOptions::Values more) {
  FakeOptions::Values out = {
      {"--graph", "graph.json"}, {"--sequencer-keys", "sequencer.json"}, {"--params", "params.json"}};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

void OptimisticWorld::lock() {
  chain->call("sendrawtransaction", {to_hex(signed_graph().lock().serialize())});
  mine(2);
}

void OptimisticWorld::ask_withdrawal() {
  layer2->withdraw(payee, params.challenge->withdrawal_amount().value(), deposit.funding->outpoint);
  layer2->tip = 5 + params.layer2.finality;
}

bridge::WithdrawalTree::Node OptimisticWorld::root_of(std::uint32_t epoch) const {
  bridge::WithdrawalTree tree;
  for (const auto& withdrawal : layer2->withdrawals)
    if (withdrawal.l2_block <= epoch * params.layer2.epoch_blocks) tree.append(withdrawal.leaf());
  return tree.root();
}

bitcoin::Txid OptimisticWorld::commit(std::uint32_t epoch, const bridge::WithdrawalTree::Node& root) {
  crypto::SecretKey sequencer = secret_of(sequencer_seed);
  auto xonly = crypto::xonly(sequencer.public_key());
  auto secret = optimistic::sequencer_ots_secret(sequencer, epoch);
  auto output = bridge::EpochOutput::of(xonly, *sequencer_keys.find_epoch(epoch));
  optimistic::GraphTransaction made;
  made.add_input({pay(output.script_pubkey, 20'000), 0}, {Sat(20'000), output.script_pubkey}, 0xfffffffd);
  made.tx.outputs = {{Sat(10'000), script_of(61)},
                     {Sat(0), bridge::record_script(params.magic, bridge::CommitmentRecord{epoch, {}, {}})}};
  auto leaf = bitcoin::tapleaf_hash(output.leaf);
  auto signature = crypto::schnorr_sign(sequencer, made.sighash(0, 0, &leaf), ByteArray<32>{});
  made.tx.inputs[0].witness = output.witness(crypto::ots_sign(secret, root), signature.view());
  chain->call("sendrawtransaction", {to_hex(made.tx.serialize())});
  mine(1);
  return made.tx.txid();
}

void OptimisticWorld::fund(std::uint8_t seed, const std::vector<std::int64_t>& amounts) {
  std::vector<bitcoin::TxOut> outputs;
  for (std::int64_t amount : amounts)
    outputs.push_back({Sat(amount), bridge::key_script(crypto::xonly(secret_of(seed).public_key()))});
  pay(outputs);
  mine(1);
}

bitcoin::Transaction OptimisticWorld::challenge() {
  crypto::SecretKey key = secret_of(challenger_seed);
  auto internal = crypto::xonly(key.public_key());
  bitcoin::TxOut output{Sat(100'000), bridge::key_script(internal)};
  bitcoin::OutPoint coin{pay({output}), 0};
  mine(1);
  bitcoin::Psbt psbt = signed_graph().challenge({{coin, output}}, {{Sat(40'000), output.script_pubkey}});
  auto tweaked = key.xonly_tweak_add(bitcoin::taptweak_hash(internal, {}));
  psbt.inputs[1].final_witness = bitcoin::Witness{
      to_bytes(crypto::schnorr_sign(tweaked, psbt.taproot_sighash(1, nullptr), ByteArray<32>{}))};
  return psbt.extract();
}

void OptimisticWorld::send(const bitcoin::Transaction& tx) {
  chain->call("sendrawtransaction", {to_hex(tx.serialize()), 0, "1.00000000"});
}

bridge::Custody OptimisticWorld::signers() {
  return bridge::Custody::make(bridge::Policy::musig, 2,
                               {secret_of(1).public_key(), secret_of(2).public_key()});
}

bridge::Deposit OptimisticWorld::first_deposit() {
  evm::Address recipient;
  recipient.bytes.fill(0xab);
  return bridge::Deposit::make(signers(), recipient, crypto::xonly(secret_of(99).public_key()), 144);
}

optimistic::OtsKeySet OptimisticWorld::operator_keys(const optimistic::ClaimProgram& program,
                                                     const crypto::XOnlyKey& owner,
                                                     const crypto::SecretKey& seed) const {
  std::vector<app::keygen::OtsValue> values;
  for (const auto& value : program.values()) values.push_back({value.name, value.bytes});
  return app::keygen::operator_ots_keys(seed, optimistic::graph_id(params, deposit.funding->outpoint, owner),
                                        values);
}

crypto::SchnorrSignature OptimisticWorld::sign(const optimistic::GraphTask& task) const {
  std::vector<crypto::SecretKey> secrets;
  secrets.push_back(secret_of(1));
  secrets.push_back(secret_of(2));
  if (secrets[1].public_key() < secrets[0].public_key()) std::swap(secrets[0], secrets[1]);
  std::vector<crypto::PublicKey> keys = {secrets[0].public_key(), secrets[1].public_key()};
  crypto::KeyAgg aggregate(keys);
  if (task.tweak) aggregate.tweak_xonly(*task.tweak);
  std::vector<crypto::NoncePair> nonces;
  std::vector<crypto::PubNonce> pub;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto random = crypto::random_array<32>();
    nonces.push_back(crypto::nonce_gen(random, &secrets[i], keys[i], task.message, &aggregate, {}));
    pub.push_back(nonces.back().pub);
  }
  crypto::MusigSession session(aggregate, crypto::nonce_agg(pub), task.message);
  std::vector<crypto::PartialSignature> partials;
  for (std::size_t i = 0; i < keys.size(); ++i)
    partials.push_back(session.sign(std::move(nonces[i].secret), secrets[i]));
  return session.combine(partials);
}

}  // namespace pegkit::test
