#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "services/follow/commitment_thread.hpp"

namespace pegkit::app::commit_state {

inline constexpr const char* sequencer_keys_help =
    "optimistic mode: the sequencer's public one-time keys (default: those of the data directory)";

/// --params, --sequencer-keys and --thread: the thread of commitments that a command reads.
class ThreadOptions {
 public:
  void declare(Options& options);
  bridge::Params params(Ports& ports) const;
  /// The thread in the best chain. Keeps the sequencer's keys in optimistic mode. Throws as SequencerKeys and
  /// ThreadView.
  services::ThreadView read(Ports& ports, const bridge::Params& params) const;
  const std::string& thread() const { return thread_; }

 private:
  std::string params_, sequencer_keys_, thread_;
};

}  // namespace pegkit::app::commit_state
