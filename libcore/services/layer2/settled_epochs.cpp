#include "services/layer2/settled_epochs.hpp"

#include "services/follow/commitment_thread.hpp"
#include "services/layer2/epochs.hpp"
#include "services/ports.hpp"
#include "store/header_store.hpp"

namespace pegkit::services {
namespace {

/// Whether a proof settles the epoch; the reason is for people, after "is not proven".
Verdict proof_verdict(const std::optional<StateProofs>& proofs, const bridge::Commitment& before,
                      const bridge::Commitment& commitment) {
  if (!proofs) return Verdict::no("");
  ProofFinding finding = proofs->examine(&before, commitment);
  switch (finding.standing) {
    case ProofStanding::none:
      return Verdict::no("");
    case ProofStanding::unpublished:
      return Verdict::no("its proof is not published");
    case ProofStanding::valid:
      return {};
    case ProofStanding::invalid:
      return Verdict::no("its proof is not valid: " + finding.reason);
  }
  return Verdict::no("");
}

}  // namespace

bool waits_for_epochs(const bridge::Params& params) {
  return params.proofs && !params.challenge;
}

bridge::Settlement settle(Ports& ports, const bridge::Params& params, const ThreadToSettle& thread,
                          const RequestedWithdrawals& requested) {
  ThreadView view(ports, params, thread.thread);
  const std::vector<bridge::Commitment>& commitments = view.commitments();
  std::vector<std::uint32_t> epochs;
  for (const bridge::Commitment& commitment : commitments) epochs.push_back(commitment.record.epoch);
  auto roots = epoch_state_roots(ports, params, epochs);
  require_unmoved(ports.layer2(), requested);

  bridge::Settlement out(params, store::HeaderStore(ports.database()).best_tip().value().height);
  for (std::size_t i = 0; i < commitments.size(); ++i)
    out.add(commitments[i], roots[i],
            [&] { return proof_verdict(thread.proofs, commitments[i - 1], commitments[i]); });
  if (!view.end().empty()) {
    out.end(view.end());
    ports.say("the thread has ended: " + view.end());
  }
  if (!out.fault().empty()) ports.say("nothing from that epoch on is settled: " + out.fault());
  return out;
}

std::vector<std::uint32_t> proven_among(const std::vector<std::uint32_t>& ids,
                                        const std::vector<bridge::Withdrawal>& withdrawals,
                                        const bridge::Settlement& settlement) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t id : ids)
    if (settlement.of_withdrawal(withdrawals.at(id).l2_block).settled == bridge::Settled::proven)
      out.push_back(id);
  return out;
}

}  // namespace pegkit::services
