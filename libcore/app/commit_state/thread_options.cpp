#include "app/commit_state/thread_options.hpp"

#include "bridge/params.hpp"

namespace pegkit::app::commit_state {

services::ThreadView read_thread(Ports& ports, const bridge::Params& params, const std::string& thread) {
  return {ports, params, bitcoin::Txid::from_display(thread)};
}

}  // namespace pegkit::app::commit_state
