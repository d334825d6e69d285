#include "services/layer2/compare_commitments.hpp"

#include <algorithm>

#include "services/follow/commitment_thread.hpp"
#include "services/follow/event_data.hpp"
#include "services/layer2/epochs.hpp"
#include "store/root_store.hpp"

namespace pegkit::services {
namespace {

/// The comparison; nullopt while the epoch's block is not final.
std::optional<Verdict> verdict_of(Ports& ports, const bridge::Params& params,
                                  const bridge::Commitment& commitment) {
  try {
    return compare_with_layer2(ports, params, commitment);
  } catch (const Error& e) {
    if (e.code() != "l2.not_final") throw;
    return std::nullopt;
  }
}

/// True when a difference of this commitment is recorded: a block that was searched again may have given the
/// commitment a second event.
bool is_known(store::EventStore& events, const bitcoin::Txid& commitment) {
  return std::ranges::any_of(events.live(DifferenceData::kind), [&](const store::Event& event) {
    return DifferenceData::from(event).commitment.txid == commitment;
  });
}

}  // namespace

std::vector<store::Event> compare_commitments(Ports& ports, const bridge::Params& params) {
  store::EventStore events(ports.database());
  store::RootStore roots(ports.database());
  std::vector<store::Event> out;
  for (const store::Event& seen : events.live(CommitmentData::kind)) {
    if (ports.interrupted()) break;
    if (roots.is_checked(seen.seq)) continue;
    bridge::Commitment commitment = commitment_from(seen);
    auto verdict = verdict_of(ports, params, commitment);
    if (!verdict) continue;
    store::Transaction transaction(ports.database());
    roots.set_checked(seen.seq);
    if (!*verdict && !is_known(events, commitment.txid)) {
      DifferenceData difference{CommitmentData::from(seen), verdict->reason};
      store::Event event{0,           DifferenceData::kind, seen.block,
                         seen.height, difference.to_json(), std::nullopt};
      event.seq = events.append(event.kind, event.block, event.height, event.data);
      out.push_back(std::move(event));
    }
    transaction.commit();
  }
  return out;
}

}  // namespace pegkit::services
