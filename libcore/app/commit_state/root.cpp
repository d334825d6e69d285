#include "app/commit_state/root.hpp"

#include <fmt/core.h>

#include "bridge/params.hpp"
#include "bridge/sequencer_root.hpp"
#include "crypto/keys.hpp"
#include "crypto/winternitz.hpp"
#include "optimistic/ots_keys.hpp"
#include "services/layer2/epochs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "store/ots_store.hpp"

namespace pegkit::app::commit_state {
ByteArray<32> checked_withdrawals_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch,
                                       const std::optional<ByteArray<32>>& given) {
  std::uint64_t block = services::epoch_block(params, epoch);
  services::withdrawals_until(ports.layer2(), params, block);
  ByteArray<32> theirs = services::contract_root(ports.layer2(), params, block);
  if (given && *given != theirs)
    throw refused("withdrawals_root.differs",
                  fmt::format("the layer 2's withdrawals root of block {} is {}", block, to_hex(theirs)))
        .hint("--unchecked commits to roots that the layer 2 does not have");
  return theirs;
}

bridge::RootReveal sign_root(Ports& ports, const services::SequencerKeys& keys, const crypto::SecretKey& seed,
                             std::uint32_t epoch, const ByteArray<32>& root) {
  bridge::RootReveal out;
  out.output = keys.output(epoch);
  out.next = keys.next_script(epoch);
  crypto::OtsSecret secret = optimistic::sequencer_ots_secret(seed, epoch);
  if (crypto::ots_public_key(secret, bridge::root_bytes) != keys.key(epoch))
    throw refused("sequencer.seed", "this seed does not give the sequencer's one-time keys")
        .hint("give --ots-key-file the key file that keygen ots read");
  store::OtsStore record(ports.database(), ports.directory() / "ots-record");
  if (!record.warning().empty()) ports.say(record.warning());
  out.signature = record.sign(secret, root, fmt::format("sequencer/{}", epoch));
  return out;
}

}  // namespace pegkit::app::commit_state
