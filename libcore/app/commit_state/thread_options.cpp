#include "app/commit_state/thread_options.hpp"

#include "services/follow/sequencer_keys.hpp"
#include "services/params_file.hpp"

namespace pegkit::app::commit_state {

void ThreadOptions::declare(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(sequencer_keys_, "--sequencer-keys", sequencer_keys_help);
  options.text(thread_, "--thread", "TXID", "the thread's first commitment", Need::required);
}

bridge::Params ThreadOptions::params(Ports& ports) const {
  return services::load_params(ports, params_);
}

services::ThreadView ThreadOptions::read(Ports& ports, const bridge::Params& params) const {
  if (params.challenge) services::SequencerKeys(ports, params, sequencer_keys_);
  return {ports, params, bitcoin::Txid::from_display(thread_)};
}

}  // namespace pegkit::app::commit_state
