#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/keygen/ots.hpp"
#include "bridge/commitment.hpp"
#include "bridge/sequencer_root.hpp"
#include "crypto/keyfile.hpp"
#include "crypto/musig.hpp"
#include "optimistic/claim_leaves.hpp"
#include "optimistic/graph_program.hpp"
#include "support/bridge_world.hpp"

namespace pegkit::test {

/// An optimistic bridge on an embedded regtest chain: two signers, an operator with a stake, a sequencer of
/// four epochs, one deposit. The graph is signed; lock, withdrawals and commitments are the test's to make.
///
/// Every world is built the same way, so that graphs and their signatures are made once in a process.
class OptimisticWorld : public BridgeWorld {
 public:
  static constexpr std::uint8_t operator_seed = 50, sequencer_seed = 60, challenger_seed = 70,
                                rival_seed = 80;
  static constexpr std::uint32_t epochs = 4;

  crypto::SecretKey operator_key = secret_of(operator_seed);
  optimistic::OtsKeySet sequencer_keys =
      app::keygen::sequencer_ots_keys(secret_of(sequencer_seed), 0, epochs);
  bridge::Deposit deposit;
  std::shared_ptr<const optimistic::GraphDocument> graph_document;
  bitcoin::Script payee = script_of(33);

  OptimisticWorld();

  static bridge::Params make_params();

  const optimistic::Graph& graph() const { return graph_document->graph; }
  optimistic::SignedGraph signed_graph() const { return graph_document->signed_graph(); }
  const optimistic::ProgramClaim& claim() const;

  /// A signed graph of the deposit for an operator, whose stake is paid and confirmed.
  std::shared_ptr<const optimistic::GraphDocument> make_graph(const crypto::SecretKey& key);
  /// With one-time keys of another seed.
  std::shared_ptr<const optimistic::GraphDocument> make_graph(const crypto::SecretKey& key,
                                                              const crypto::SecretKey& seed);

  /// Ports of a party with its key, and the files graph.json, sequencer.json and params.json.
  std::unique_ptr<FakePorts> party(std::uint8_t seed, const std::filesystem::path& directory) const;
  /// The options that every command on the graph takes, and more.
  static FakeOptions::Values options(FakeOptions::Values more = {});

  /// The lock, buried.
  void lock();
  /// A withdrawal against the deposit, and layer-2 blocks until epoch 1 is final.
  void ask_withdrawal();
  /// The withdrawals root of an epoch as the layer 2 has it.
  bridge::WithdrawalTree::Node root_of(std::uint32_t epoch) const;
  /// A commitment in a block that reveals the sequencer's signature of a root. Not one thread with others.
  bitcoin::Txid commit(std::uint32_t epoch, const bridge::WithdrawalTree::Node& root);
  /// Confirmed coins for the key of a party.
  void fund(std::uint8_t seed, const std::vector<std::int64_t>& amounts);
  /// The challenge of the graph's kickoff, paid by a coin that is made for it.
  bitcoin::Transaction challenge();
  void send(const bitcoin::Transaction& tx);

 private:
  static bridge::Custody signers();
  static bridge::Deposit first_deposit();
  optimistic::OtsKeySet operator_keys(const optimistic::ClaimProgram& program, const crypto::XOnlyKey& owner,
                                      const crypto::SecretKey& seed) const;
  /// One signature by both signers.
  crypto::SchnorrSignature sign(const optimistic::GraphTask& task) const;
};

}  // namespace pegkit::test
