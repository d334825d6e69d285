#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/spend_view.hpp"
#include "bridge/claim_trace.hpp"
#include "bridge/claim_verdict.hpp"
#include "bridge/graph_document.hpp"
#include "bridge/graph_program.hpp"
#include "bridge/params.hpp"
#include "bridge/sequencer_root.hpp"
#include "bridge/withdrawal.hpp"

namespace pegkit::app {

/// A graph document with its claim.
struct LoadedGraph {
  bridge::Params params;
  bridge::GraphDocument document;
  std::shared_ptr<const bridge::ProgramClaim> claim;

  const bridge::Graph& graph() const { return document.graph; }
  const bridge::ClaimProgram& program() const { return claim->program(); }
  /// The sequencer's key of an epoch; nullptr for one that the parameters do not have.
  const crypto::OtsPublicKey* sequencer_key(std::uint32_t epoch) const;
};

/// From files; throws what GraphDocument::parse throws.
LoadedGraph load_graph(Ports& ports, const bridge::Params& params, const std::string& graph,
                       const std::string& sequencer_keys);

/// --params, --graph and --sequencer-keys.
class OneGraphOptions {
 public:
  void declare(Options& options);
  LoadedGraph load(Ports& ports) const;
  /// Another operator's graph for the same deposit; throws `graph.deposit` (exit 3) for another deposit's.
  LoadedGraph load_rival(Ports& ports, const LoadedGraph& own, const std::string& file) const;

 private:
  std::string params_, graph_, sequencer_keys_;
};

/// The operator's key of --key-file; throws `key.mismatch` (exit 3) when it is another one's.
crypto::SecretKey load_operator_key(Ports& ports, const bridge::Graph& graph);

/// Where a transaction of a graph stands, for people: "absent", "in the mempool", "confirmed at 812".
std::string place_text(const std::optional<SpendSeen>& seen);

/// How the bond of a kickoff ended, or is about to end in the mempool.
enum class GraphEnding { none, take_fast, take_final, reclaim, assert_timeout, disprove };
const char* graph_ending_name(GraphEnding ending);

/// What best chain and mempool show of one graph. Every transaction is none while it is in neither.
struct GraphStatus {
  std::uint32_t tip = 0;
  std::optional<std::uint32_t> deposit_height, stake_height;  ///< of the blocks that made them
  std::optional<SpendSeen> lock;
  std::optional<SpendSeen> refund;  ///< the deposit was spent by something that is not the lock
  std::optional<SpendSeen> kickoff;
  std::optional<SpendSeen> stake_return;  ///< the stake was spent by something that is not the kickoff
  std::optional<SpendSeen> taken;         ///< what spends the locked coin, one of our takes or not
  std::optional<SpendSeen> challenge;     ///< spends the connector and is no take
  std::vector<std::optional<SpendSeen>> asserts;  ///< by part: spends its output and not the bond
  std::optional<SpendSeen> end;                   ///< spends the bond
  GraphEnding ending = GraphEnding::none;

  /// Confirmations: 0 in the mempool or nowhere.
  std::uint32_t depth(const std::optional<SpendSeen>& seen) const;
  /// Blocks until a spend with the relative lock `window` on the kickoff may enter the mempool; 0: now.
  /// Throws Error `kickoff.unconfirmed` (exit 4) without a confirmed kickoff.
  std::uint32_t blocks_left(std::uint32_t window) const;
  /// The locked coin went to somebody else than this graph's operator.
  bool lost_deposit(const bridge::Graph& graph) const;
};

/// Watches every output of a graph from now on.
void follow_graph(SpendView& view, const bridge::Graph& graph);
/// Of a graph that is watched; the view must be synced.
GraphStatus graph_status(SpendView& view, const bridge::Graph& graph);

/// What the layer 2's withdrawals were at the end of an epoch.
struct EpochWithdrawals {
  std::uint32_t epoch = 0;
  std::vector<bridge::Withdrawal> withdrawals;  ///< ids 0, 1, …
  bridge::WithdrawalTree tree;
};
/// The ones of `final` (RequestedWithdrawals) up to the epoch's block.
EpochWithdrawals withdrawals_of_epoch(const std::vector<bridge::Withdrawal>& final,
                                      const bridge::Params& params, std::uint32_t epoch);

/// A commitment in the best chain that reveals the sequencer's signature of its epoch's root.
struct SignedRoot {
  std::uint32_t epoch = 0;
  bridge::RevealedRoot revealed;
  bitcoin::Txid commitment;
  std::uint32_t height = 0;
};
/// All of an epoch, in the chain's order, each signed with the sequencer's key of that epoch. The watcher
/// must stand at the tip.
std::vector<SignedRoot> signed_roots(Ports& ports, const LoadedGraph& loaded, std::uint32_t epoch);

/// An operator's payout in the best chain: record, withdrawal, change.
struct OperatorPayout {
  bitcoin::Transaction tx;
  bitcoin::Txid txid;
  std::uint32_t id = 0;
  std::uint32_t height = 0;
  bitcoin::BlockHash block;
};
/// The payouts with a record of this withdrawal, oldest first, of every operator, whatever they pay. The
/// watcher must stand at the tip.
std::vector<OperatorPayout> operator_payouts(Ports& ports, const bridge::Params& params, std::uint32_t id);

/// A claim held against layer 2 and best chain.
struct ClaimFinding {
  bridge::ClaimTruth truth = bridge::ClaimTruth::no;  ///< never unknown
  std::string reason;                                 ///< why it is not true
  std::optional<bridge::ClaimInputs> inputs;          ///< where the chain has them all
  std::optional<bridge::ClaimTrace> trace;            ///< of a true claim
  bool epoch_ended = true;                            ///< the layer 2 has all of the claim's epoch
};
/// The true root of the epoch is the layer 2's; whether a sequencer signed it is not asked. The watcher must
/// stand at the tip. Throws Error of read_withdrawals; `node.pruned` (exit 6) when the node no longer has the
/// payout's block.
ClaimFinding examine_claim(Ports& ports, const bridge::Params& params, const bridge::ClaimProgram& program,
                           const bridge::ClaimSaid& said);

}  // namespace pegkit::app
