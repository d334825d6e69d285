#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "services/layer2/settled_epochs.hpp"
#include "services/layer2/state_proofs.hpp"

namespace pegkit::app {

/// --thread, --proofs and --vk: a thread of commitments, and where its proofs are published.
class ProvenThreadOptions {
 public:
  void declare(Options& options);
  bool given() const { return !thread_.empty() || !folder_.empty() || !key_.empty(); }
  bool has_thread() const { return !thread_.empty(); }
  /// Throws a usage error without --thread.
  bitcoin::Txid thread() const;
  /// nullopt with neither --proofs nor --vk; with one of them alone, or a folder that is none, throws a usage
  /// error. Throws as read_proof_key.
  std::optional<services::StateProofs> proofs(Ports& ports, const bridge::Params& params) const;

 private:
  std::string thread_, folder_, key_;
};

/// What the options ask for; nullopt where there is no --thread and `need` does not ask for one. Throws a
/// usage error when the bridge's withdrawals wait for no epochs, or when options are missing, and as
/// ProvenThreadOptions.
std::optional<services::ThreadToSettle> thread_to_settle(Ports& ports, const bridge::Params& params,
                                                         const ProvenThreadOptions& options, Need need);

}  // namespace pegkit::app
