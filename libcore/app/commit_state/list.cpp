#include <string>

#include "app/commit_state/commands.hpp"
#include "app/commit_state/thread_options.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/params_file.hpp"

namespace pegkit::app::commit_state {
namespace {

using bridge::Commitment;

/// `commit-state list`: prints the commitments of a thread as JSON Lines.
class ListCommitments : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, thread_, sequencer_keys_;
};

}  // namespace

void ListCommitments::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(sequencer_keys_, "--sequencer-keys", sequencer_keys_help);
  options.text(thread_, "--thread", "TXID", "the thread's first commitment", Need::required);
  options.node();
  options.datadir();
}

Exit ListCommitments::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  if (params.challenge) services::SequencerKeys(ports, params, sequencer_keys_);
  services::ThreadView thread = read_thread(ports, params, thread_);
  for (const Commitment& commitment : thread.commitments()) ports.print_line(commitment.to_json());
  if (!thread.end().empty()) ports.say("the thread has ended: " + thread.end());
  return Exit::ok;
}

std::unique_ptr<Command> list_command() {
  return std::make_unique<ListCommitments>();
}

}  // namespace pegkit::app::commit_state
