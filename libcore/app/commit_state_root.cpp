#include "app/commit_state_root.hpp"

#include <fmt/core.h>

#include "app/commit_state_epoch.hpp"
#include "app/withdrawals.hpp"
#include "base/files.hpp"
#include "crypto/keyfile.hpp"
#include "store/ots_store.hpp"

namespace pegkit::app {
namespace {

crypto::SecretKey load_seed(Ports& ports, const std::string& file) {
  if (file.empty()) throw usage_error("--ots-key-file is needed: the seed of the one-time keys");
  Bytes data = read_secret_file(file);
  auto content = crypto::SecretBytes::copy_of(data);
  crypto::wipe(data);
  return crypto::keyfile::open(content,
                               [&] { return ports.passphrase("passphrase of the one-time keys: "); });
}

}  // namespace

ByteArray<32> checked_withdrawals_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch,
                                       const std::optional<ByteArray<32>>& given) {
  std::uint64_t block = epoch_block(params, epoch);
  withdrawals_until(ports.layer2(), params, block);
  ByteArray<32> theirs = contract_root(ports.layer2(), params, block);
  if (given && *given != theirs)
    throw refused("withdrawals_root.differs",
                  fmt::format("the layer 2's withdrawals root of block {} is {}", block, to_hex(theirs)))
        .hint("--unchecked commits to roots that the layer 2 does not have");
  return theirs;
}

bridge::RootReveal sign_root(Ports& ports, const SequencerKeys& keys, const std::string& seed_file,
                             std::uint32_t epoch, const ByteArray<32>& root) {
  bridge::RootReveal out;
  out.output = keys.output(epoch);
  out.next = keys.next_script(epoch);
  crypto::SecretKey seed = load_seed(ports, seed_file);
  crypto::OtsSecret secret = bridge::sequencer_ots_secret(seed, epoch);
  if (crypto::ots_public_key(secret, bridge::root_bytes) != keys.key(epoch))
    throw refused("ots.seed", "this seed does not give the sequencer's one-time keys");
  store::OtsStore record(ports.database(), ports.directory() / "ots-record");
  if (!record.warning().empty()) ports.say(record.warning());
  out.signature = record.sign(secret, root, fmt::format("sequencer/{}", epoch));
  return out;
}

}  // namespace pegkit::app
