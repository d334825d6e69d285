#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "services/layer2/settled_epochs.hpp"
#include "services/layer2/state_proofs.hpp"

namespace pegkit::app {

/// --thread, --proofs and --vk: a thread of commitments, the directory with its proofs, and their verifying
/// key.
class ProvenThreadOptions {
 public:
  void declare(Options& options);
  bool given() const { return !thread_.empty() || !folder_.empty() || !key_.empty(); }
  bool has_thread() const { return !thread_.empty(); }
  /// The txid of --thread. Throws a usage error (exit 2) when it was not given.
  bitcoin::Txid thread() const;
  /// The proofs of --proofs with the key of --vk; nullopt when neither was given. Throws a usage error (exit
  /// 2) when only one was given or --proofs is not a directory, and as read_proof_key.
  std::optional<services::StateProofs> proofs(Ports& ports, const bridge::Params& params) const;

 private:
  std::string thread_, folder_, key_;
};

/// The thread that settles withdrawals; nullopt when none of the options was given and none is needed. Throws
/// a usage error (exit 2) when options are missing, or when they were given but withdrawals of this bridge do
/// not wait for epochs; throws as ProvenThreadOptions.
std::optional<services::ThreadToSettle> thread_to_settle(Ports& ports, const bridge::Params& params,
                                                         const ProvenThreadOptions& options, Need need);

}  // namespace pegkit::app
