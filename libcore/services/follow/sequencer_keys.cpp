#include "services/follow/sequencer_keys.hpp"

#include <fmt/core.h>

#include "bridge/commitment.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

optimistic::OtsKeySet read_sequencer_set(const Json& document, const bridge::Params& params) {
  const auto& sequencer = params.require_challenge().sequencer;
  auto set = optimistic::OtsKeySet::parse(document);
  if (!set.is_sequencer() || set.hash() != sequencer.ots || set.first_epoch() != sequencer.first_epoch ||
      set.keys().size() != sequencer.epochs)
    throw refused("sequencer.keys_differ",
                  "these one-time keys are not the set that the bridge's parameters name");
  return set;
}

bool SequencerKeys::keep(Ports& ports, const bridge::Params& params, const optimistic::OtsKeySet& set) {
  store::Database& database = ports.database();
  store::RootStore store(database);
  if (store.keys() == set.keys().size()) return false;
  store::Transaction transaction(database);
  for (std::size_t i = 0; i < set.keys().size(); ++i)
    store.add_key(static_cast<std::uint32_t>(set.first_epoch() + i), set.keys()[i].key.bytes());
  // The watcher follows the thread from its opening on; blocks that were searched before are searched again.
  auto opening = bridge::EpochOutput::of(params.challenge->sequencer.key, set.keys()[0].key);
  watch_thread_script(ports, opening.script_pubkey, params.start_height);
  transaction.commit();
  return true;
}

SequencerKeys::SequencerKeys(Ports& ports, const bridge::Params& params, const std::string& file)
    : sequencer_(params.require_challenge().sequencer), store_(ports.database()) {
  if (!file.empty()) {
    keep(ports, params, read_sequencer_set(read_json(ports, file), params));
  } else if (store_.keys() != sequencer_.epochs) {
    throw Error(Exit::usage, "sequencer.keys", "the sequencer's one-time keys are not known here yet")
        .hint("give --sequencer-keys once; they are kept in the data directory");
  }
}

crypto::OtsPublicKey SequencerKeys::key(std::uint32_t epoch) const {
  auto found = store_.key_of(epoch);
  if (!found)
    throw refused("epoch.range",
                  fmt::format("the sequencer has no key for epoch {}: its keys are of {} to {}", epoch,
                              sequencer_.first_epoch, sequencer_.first_epoch + sequencer_.epochs - 1));
  return crypto::OtsPublicKey::from(found->key);
}

bridge::EpochOutput SequencerKeys::output(std::uint32_t epoch) const {
  return bridge::EpochOutput::of(sequencer_.key, key(epoch));
}

bitcoin::Script SequencerKeys::next_script(std::uint32_t epoch) const {
  return has(epoch + 1) ? output(epoch + 1).script_pubkey : bridge::key_script(sequencer_.key);
}

std::vector<RootSeen> roots_shown(store::RootStore& store, const bitcoin::Transaction& tx) {
  std::vector<RootSeen> out;
  auto lookup = [&](ByteView hash20) -> std::optional<crypto::OtsPublicKey> {
    auto found = store.key_beginning(hash20);
    if (!found) return std::nullopt;
    return crypto::OtsPublicKey::from(found->key);
  };
  for (bridge::RevealedRoot& revealed : bridge::shown_roots(tx, lookup)) {
    auto key = store.key_beginning(revealed.key.hashes[0]);
    out.push_back({key.value().epoch, std::move(revealed)});
  }
  return out;
}

}  // namespace pegkit::services
