#include <cstdint>
#include <optional>
#include <string>

#include "app/build_taptree/commands.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/params.hpp"
#include "optimistic/ots_keys.hpp"
#include "optimistic/sequencer_stake.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/input.hpp"

namespace pegkit::app::build_taptree {
namespace {

/// `build-taptree stake`: prints the sequencer's bond output (`pegkit/sequencer-stake`), or one of its leaves
/// with its control block (`pegkit/leaf`).
class BuildStake : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, keys_ = "-";
  std::int64_t blocks_ = 0;
  std::optional<std::int64_t> epoch_;
  bool recovery_ = false;
};

}  // namespace

void BuildStake::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(keys_, "--sequencer-keys", "the sequencer's public one-time keys (default: stdin)");
  options.integer(blocks_, "--recovery-blocks", "BLOCKS",
                  "blocks until the sequencer can take back an unused stake", 1, 65'535, Need::required);
  options.maybe_integer(epoch_, "--epoch", "N", "print the leaf that takes the stake for this epoch", 0,
                        UINT32_MAX);
  options.flag(recovery_, "--recovery", "print the leaf that takes the stake back");
}

Exit BuildStake::run(Ports& ports) {
  if (epoch_ && recovery_) throw usage_error("--epoch and --recovery exclude each other");
  auto params = bridge::Params::parse(services::read_json(ports, params_));
  optimistic::OtsKeySet set = services::read_sequencer_set(services::read_json(ports, keys_), params);
  optimistic::SequencerStake stake(params, set, static_cast<std::uint32_t>(blocks_));
  if (!epoch_ && !recovery_) {
    ports.print(stake.to_json(params));
    return Exit::ok;
  }
  auto leaf = recovery_ ? stake.recovery_leaf() : stake.slash_leaf(static_cast<std::uint32_t>(*epoch_));
  Json out = new_document("leaf");
  if (recovery_)
    out["recovery"] = true;
  else
    out["epoch"] = *epoch_;
  out["script"] = to_hex(leaf.script);
  out["leaf_hash"] = to_hex(bitcoin::tapleaf_hash(leaf.script));
  out["control_block"] = to_hex(leaf.control_block);
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> stake_command() {
  return std::make_unique<BuildStake>();
}

}  // namespace pegkit::app::build_taptree
