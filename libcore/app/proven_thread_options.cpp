#include "app/proven_thread_options.hpp"

#include <filesystem>

namespace pegkit::app {

void ProvenThreadOptions::declare(Options& options) {
  options.text(thread_, "--thread", "TXID", "the thread's first commitment");
  options.file(folder_, "--proofs", "directory of published state proofs: EPOCH.json for each epoch");
  options.file(key_, "--vk", "the verifying key that the parameters name, for --proofs");
}

bitcoin::Txid ProvenThreadOptions::thread() const {
  if (!has_thread()) throw usage_error("--proofs and --vk need --thread, the thread that they prove");
  return bitcoin::Txid::from_display(thread_);
}

std::optional<services::StateProofs> ProvenThreadOptions::proofs(Ports& ports,
                                                                 const bridge::Params& params) const {
  if (folder_.empty() && key_.empty()) return std::nullopt;
  if (folder_.empty() || key_.empty()) throw usage_error("--proofs and --vk go together");
  std::error_code failed;
  if (!std::filesystem::is_directory(folder_, failed))
    throw usage_error("--proofs " + folder_ + " is not a directory");
  return services::StateProofs(params.require_proofs(), services::read_proof_key(ports, params, key_),
                               folder_);
}

std::optional<services::ThreadToSettle> thread_to_settle(Ports& ports, const bridge::Params& params,
                                                         const ProvenThreadOptions& options, Need need) {
  if (services::waits_for_epochs(params)) {
    if (need == Need::optional && !options.given()) return std::nullopt;
    if (!options.has_thread())
      throw usage_error("withdrawals of this bridge wait for their epochs' commitments: --thread is needed")
          .hint("--thread takes the txid of the thread's first commitment");
    return services::ThreadToSettle{options.thread(), options.proofs(ports, params)};
  }
  if (!options.given()) return std::nullopt;
  throw usage_error(
      params.challenge
          ? "in optimistic mode withdrawals do not wait for epochs: --thread, --proofs and --vk do not apply"
          : "the parameters have no proofs, so withdrawals do not wait for epochs: --thread, --proofs and "
            "--vk do not apply");
}

}  // namespace pegkit::app
