#include <fmt/core.h>
#include <string>

#include "app/commit_state/commands.hpp"
#include "app/commit_state/thread_options.hpp"
#include "base/verdict.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/layer2/epochs.hpp"
#include "services/results.hpp"

namespace pegkit::app::commit_state {
namespace {

using bridge::Commitment;

/// Compares a commitment with the layer 2. In optimistic mode it must also show the sequencer's one-time
/// signature of the withdrawals root.
Verdict verify_commitment(Ports& ports, const bridge::Params& params, const Commitment& commitment) {
  if (params.challenge && !commitment.withdrawals_root)
    return Verdict::no(
        fmt::format("the commitment of epoch {} shows no withdrawals root that the sequencer signed for it",
                    commitment.record.epoch));
  return services::compare_with_layer2(ports, params, commitment);
}

/// `commit-state verify`: checks every commitment of a thread against the layer 2.
class VerifyCommitments : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ThreadOptions thread_;
};

}  // namespace

void VerifyCommitments::options(Options& options) {
  thread_.declare(options);
  options.node();
  options.layer2();
  options.datadir();
}

Exit VerifyCommitments::run(Ports& ports) {
  bridge::Params params = thread_.params(ports);
  services::ThreadView thread = thread_.read(ports, params);
  Verdict verdict;
  for (const Commitment& commitment : thread.commitments()) {
    verdict = verify_commitment(ports, params, commitment);
    if (!verdict) break;
  }
  if (verdict && !thread.end().empty()) verdict = Verdict::no(thread.end());

  Json out = services::verdict_document(verdict);
  out["thread"] = thread_.thread();
  out["commitments"] = thread.commitments().size();
  out["first_epoch"] = thread.commitments().front().record.epoch;
  out["last_epoch"] = thread.last().record.epoch;
  ports.print(out);
  return verdict ? Exit::ok : Exit::no;
}

std::unique_ptr<Command> verify_command() {
  return std::make_unique<VerifyCommitments>();
}

}  // namespace pegkit::app::commit_state
