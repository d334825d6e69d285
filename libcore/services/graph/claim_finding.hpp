#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bridge/sequencer_root.hpp"
#include "bridge/withdrawal.hpp"
#include "optimistic/claim_trace.hpp"
#include "optimistic/claim_verdict.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// The layer 2's withdrawals at the end of an epoch.
struct EpochWithdrawals {
  std::uint32_t epoch = 0;
  std::vector<bridge::Withdrawal> withdrawals;  ///< ids 0, 1, …
  bridge::WithdrawalTree tree;
};
/// Takes the withdrawals of `final` (RequestedWithdrawals) up to the epoch's block.
EpochWithdrawals withdrawals_of_epoch(const std::vector<bridge::Withdrawal>& final,
                                      const bridge::Params& params, std::uint32_t epoch);

/// A commitment in the best chain that reveals the sequencer's signature of its epoch's root.
struct SignedRoot {
  std::uint32_t epoch = 0;
  bridge::RevealedRoot revealed;
  bitcoin::Txid commitment;
  std::uint32_t height = 0;
};
/// All signed roots of an epoch, in the chain's order, each under the sequencer's key of that epoch. The
/// watcher must stand at the tip.
std::vector<SignedRoot> signed_roots(Ports& ports, const LoadedGraph& loaded, std::uint32_t epoch);

/// An operator's payout in the best chain. Its outputs are record, withdrawal and change.
struct OperatorPayout {
  bitcoin::Transaction tx;
  bitcoin::Txid txid;
  std::uint32_t id = 0;
  std::uint32_t height = 0;
  bitcoin::BlockHash block;
};
/// The payouts of every operator whose record names this withdrawal, oldest first, whatever they pay. The
/// watcher must stand at the tip.
std::vector<OperatorPayout> operator_payouts(Ports& ports, const bridge::Params& params, std::uint32_t id);

/// A claim compared with the layer 2 and the best chain.
struct ClaimFinding {
  optimistic::ClaimTruth truth = optimistic::ClaimTruth::no;  ///< never unknown
  std::string reason;                                         ///< why it is not true
  std::optional<optimistic::ClaimInputs> inputs;              ///< when the chain has all of them
  std::optional<optimistic::ClaimTrace> trace;                ///< of a true claim
  bool epoch_ended = true;                                    ///< the epoch's block is final on the layer 2
};
/// Judges a claim. The true root of the epoch is the layer 2's; it does not ask whether the sequencer signed
/// it. The watcher must stand at the tip. Throws as read_withdrawals, and Error `node.pruned` (exit 6) when
/// the node no longer has the payout's block.
ClaimFinding examine_claim(Ports& ports, const bridge::Params& params,
                           const optimistic::ClaimProgram& program, const optimistic::ClaimSaid& said);

}  // namespace pegkit::services
