#include "bitcoin/address.hpp"

#include <cstdint>
#include <optional>
#include <string>

#include "app/commit_state/commands.hpp"
#include "app/commit_state/thread_options.hpp"
#include "bridge/params.hpp"
#include "bridge/sequencer_root.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/params_file.hpp"

namespace pegkit::app::commit_state {
namespace {

/// `commit-state address`: prints, in optimistic mode, the output that an epoch's commitment spends. A
/// payment to the first epoch's address opens a thread.
class ThreadAddress : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, sequencer_keys_;
  std::optional<std::int64_t> epoch_;
};

}  // namespace

void ThreadAddress::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(sequencer_keys_, "--sequencer-keys", sequencer_keys_help);
  options.maybe_integer(epoch_, "--epoch", "N",
                        "epoch of the commitment that spends the output (default: the first)", 0, UINT32_MAX);
  options.datadir();
}

Exit ThreadAddress::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  services::SequencerKeys keys(ports, params, sequencer_keys_);
  auto epoch = static_cast<std::uint32_t>(epoch_.value_or(keys.first_epoch()));
  bridge::EpochOutput output = keys.output(epoch);
  Json out = new_document("epoch-output");
  out["epoch"] = epoch;
  out["address"] = bitcoin::script_address(output.script_pubkey, params.chain).value();
  out["script_pubkey"] = to_hex(output.script_pubkey);
  out["internal_key"] = to_hex(bridge::sequencer_internal_key(keys.sequencer()));
  out["leaf"] = to_hex(output.leaf);
  out["control_block"] = to_hex(output.control_block);
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> address_command() {
  return std::make_unique<ThreadAddress>();
}

}  // namespace pegkit::app::commit_state
