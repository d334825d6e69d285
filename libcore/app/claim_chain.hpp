#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/spend_view.hpp"
#include "bridge/claim_program.hpp"
#include "bridge/claim_trace.hpp"
#include "bridge/graph_document.hpp"
#include "bridge/params.hpp"
#include "bridge/withdrawal.hpp"
#include "crypto/winternitz.hpp"

namespace pegkit::app {

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
  bool all_asserted() const;
};

/// Watches every output of a graph from now on.
void watch_graph(SpendView& view, const bridge::Graph& graph);
/// Of a graph that is watched; the view must be synced.
GraphStatus graph_status(SpendView& view, const bridge::Graph& graph);

/// The claim program of a graph.
bridge::ClaimProgram claim_program(const bridge::Graph& graph);

/// What the layer 2's withdrawals were at the end of an epoch.
struct EpochWithdrawals {
  std::uint32_t epoch = 0;
  std::vector<bridge::Withdrawal> withdrawals;  ///< ids 0, 1, …
  bridge::WithdrawalTree tree;
};
/// The ones of `final` (RequestedWithdrawals) up to the epoch's block.
EpochWithdrawals withdrawals_of_epoch(const std::vector<bridge::Withdrawal>& final,
                                      const bridge::Params& params, std::uint32_t epoch);

/// A root of withdrawals as a commitment in the best chain reveals it, signed by the sequencer of the
/// parameters.
struct SignedRoot {
  std::uint32_t epoch = 0;
  bridge::WithdrawalTree::Node root{};
  crypto::OtsSignature signature;
  bitcoin::Txid commitment;
  std::uint32_t height = 0;
};

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

/// What a kickoff says.
struct ClaimSaid {
  std::uint32_t epoch = 0, id = 0;
  bitcoin::Txid payout;
  friend bool operator==(const ClaimSaid&, const ClaimSaid&) = default;
};

/// A claim held against layer 2 and best chain.
struct ClaimFinding {
  enum class Truth {
    yes,
    no,
    open  ///< not now, but it may become true: its payout, headers on top or epoch are still to come
  };
  Truth truth = Truth::no;
  std::string reason;                         ///< why it is not true
  std::optional<bridge::ClaimInputs> inputs;  ///< where the chain has them all
  std::optional<bridge::ClaimTrace> trace;    ///< of a true claim
};
/// The true root of the epoch is the layer 2's; whether a sequencer signed it is not asked. The watcher must
/// stand at the tip. Throws Error of read_withdrawals; `node.pruned` (exit 6) when the node no longer has the
/// payout's block.
ClaimFinding examine_claim(Ports& ports, const bridge::Params& params, const bridge::ClaimProgram& program,
                           const ClaimSaid& said);

}  // namespace pegkit::app
