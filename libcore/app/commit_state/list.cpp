#include <string>

#include "app/commit_state/commands.hpp"
#include "app/commit_state/thread_options.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "services/follow/commitment_thread.hpp"

namespace pegkit::app::commit_state {
namespace {

using bridge::Commitment;

/// `commit-state list`: prints the commitments of a thread as JSON Lines.
class ListCommitments : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ThreadOptions thread_;
};

}  // namespace

void ListCommitments::options(Options& options) {
  thread_.declare(options);
  options.node();
  options.datadir();
}

Exit ListCommitments::run(Ports& ports) {
  bridge::Params params = thread_.params(ports);
  services::ThreadView thread = thread_.read(ports, params);
  for (const Commitment& commitment : thread.commitments()) ports.print_line(commitment.to_json());
  if (!thread.end().empty()) ports.say("the thread has ended: " + thread.end());
  return Exit::ok;
}

std::unique_ptr<Command> list_command() {
  return std::make_unique<ListCommitments>();
}

}  // namespace pegkit::app::commit_state
