#pragma once

#include <fstream>

#include "app/challenge/commands.hpp"
#include "app/commit_state/commands.hpp"
#include "app/peg_out/commands.hpp"
#include "bridge/commitment.hpp"
#include "crypto/keyfile.hpp"
#include "support/bridge_world.hpp"
#include "support/state_proofs.hpp"

namespace pegkit::test {

/// A quorum bridge with state proofs: epochs of 10 layer-2 blocks, a window of 6 blocks, a sequencer with a
/// coin, and a folder in which proofs are published.
class ProvenWorld : public BridgeWorld {
 public:
  static constexpr std::uint32_t window = 6;
  StateProver prover;
  TempDirectory published;
  std::string thread;     ///< txid of the first commitment
  std::uint8_t fork = 0;  ///< the layer 2's history, in every state root
  std::unique_ptr<FakePorts> sequencer;

  ProvenWorld() {
    params.layer2.epoch_blocks = 10;
    params.proofs = prover.rules(window);
    layer2->params = params;
    layer2->show_blocks([this](std::uint64_t number) { return state_root(number); });
    sequencer = party();
    crypto::SecretKey key = secret_of(50);
    auto content = crypto::keyfile::make(key);
    sequencer->key = std::string(as_text(content.view()));
    pay(bridge::key_script(crypto::xonly(key.public_key())), 100'000);
    mine(1);
  }

  /// Ports of a party that has the verifying key.
  std::unique_ptr<FakePorts> party(const std::filesystem::path& directory = {}) const {
    auto out = ports(directory);
    Bytes key = prover.key_file();
    out->files["vk.bin"] = std::string(as_text(key));
    return out;
  }

  ByteArray<32> state_root(std::uint64_t block) const {
    ByteArray<32> out{};
    out[0] = fork;
    for (int i = 0; i < 8; ++i) out[31 - i] = static_cast<std::uint8_t>(block >> (8 * i));
    return out;
  }
  ByteArray<32> epoch_root(std::uint32_t epoch) const { return state_root(epoch * 10); }
  /// A proof of the transition from the epoch before to this one.
  proofs::ZirenProof proof_of(std::uint32_t epoch) {
    return prover.prove(epoch_root(epoch - 1), epoch_root(epoch));
  }

  void write(std::uint32_t epoch, const std::string& text) const {
    std::ofstream(published.path() / (std::to_string(epoch) + ".json"), std::ios::binary) << text;
  }
  void publish(std::uint32_t epoch, const proofs::ZirenProof& proof) const {
    write(epoch, proof.to_json().dump());
  }

  /// `commit-state build` of the next epoch, which the layer 2 is made to have ended.
  Json build(std::uint32_t epoch, FakeOptions::Values more = {}) {
    layer2->tip = std::max<std::uint64_t>(layer2->tip, epoch * 10 + 2);
    FakeOptions::Values values = {{"--params", "params.json"}, {"--epoch", std::to_string(epoch)}};
    if (!thread.empty()) values.emplace_back("--thread", thread);
    values.insert(values.end(), more.begin(), more.end());
    run(app::commit_state::build_command, *sequencer, values);
    return sequencer->last();
  }
  std::string send(const Json& document) {
    sequencer->input = document.dump();
    run(app::commit_state::send_command, *sequencer, {{"--params", "params.json"}});
    return sequencer->last().at("txid");
  }
  /// Builds and sends; the first one names the thread. Not mined.
  std::string commit(std::uint32_t epoch, const FakeOptions::Values& more = {}) {
    std::string txid = send(build(epoch, more));
    if (thread.empty()) thread = txid;
    return txid;
  }
  /// The options by which a proof is committed.
  FakeOptions::Values offer(const proofs::ZirenProof& proof) const {
    sequencer->files["proof.json"] = proof.to_json().dump();
    return {{"--proof", "proof.json"}, {"--vk", "vk.bin"}};
  }
  /// Commits, publishes and mines a proven epoch.
  std::string commit_proven(std::uint32_t epoch) {
    proofs::ZirenProof proof = proof_of(epoch);
    std::string txid = commit(epoch, offer(proof));
    publish(epoch, proof);
    mine(1);
    return txid;
  }

  /// --thread, and with the proofs of the folder.
  FakeOptions::Values by_window() const { return {{"--thread", thread}, {"--params", "params.json"}}; }
  FakeOptions::Values by_proof() const {
    auto out = by_window();
    out.emplace_back("--proofs", published.path().string());
    out.emplace_back("--vk", "vk.bin");
    return out;
  }
  /// Spends the coin of the thread's first and only commitment: with a commitment to an epoch, or with none.
  /// Not mined.
  void end_thread(std::optional<std::uint32_t> epoch = std::nullopt) {
    bridge::SequencerCoin coin{{bitcoin::Txid::from_display(thread), 0}, {}};
    auto raw = chain->call("getrawtransaction", {thread, false, block_at(112)});
    coin.output = bitcoin::Transaction::parse(from_hex(raw.get<std::string>())).outputs.at(0);
    bitcoin::Transaction tx;
    tx.inputs.push_back({coin.outpoint, {}, 0xfffffffd, {}});
    tx.outputs.push_back({coin.output.value - Sat(1000), script_of(70)});
    if (epoch)
      tx.outputs.push_back(
          {Sat(0),
           bridge::record_script(params.magic, bridge::CommitmentRecord{*epoch, epoch_root(*epoch), {}})});
    auto psbt = bitcoin::Psbt::from_transaction(tx);
    psbt.inputs[0].witness_utxo = coin.output;
    auto internal = crypto::xonly(secret_of(50).public_key());
    auto key = secret_of(50).xonly_tweak_add(bitcoin::taptweak_hash(internal, {}));
    psbt.inputs[0].tap_internal_key = internal;
    psbt.inputs[0].tap_key_sig =
        to_bytes(crypto::schnorr_sign(key, psbt.taproot_sighash(0, nullptr), ByteArray<32>{}).view());
    psbt.finalize();
    chain->call("sendrawtransaction", {to_hex(psbt.extract().serialize())});
  }
  /// Takes the newest block away and puts empty ones in its place.
  void reorganise() {
    chain->call("invalidateblock", {block_at(height())});
    std::string address = *bitcoin::script_address(script_of(78), bitcoin::Chain::regtest);
    for (int i = 0; i < 2; ++i) chain->call("generateblock", {address, Json::array()});
  }
};

}  // namespace pegkit::test
