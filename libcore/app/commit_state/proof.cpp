#include "app/commit_state/proof.hpp"

#include <fmt/core.h>

#include "base/verdict.hpp"
#include "bridge/state_proof.hpp"
#include "services/layer2/state_proofs.hpp"

namespace pegkit::app::commit_state {

void OfferedProof::declare(Options& options) {
  options.file(proof_file_, "--proof",
               "a state proof of the epoch, which must extend the thread's last state");
  options.file(key_file_, "--vk", "the verifying key that the parameters name, for --proof");
}

void OfferedProof::require_both() const {
  if (proof_file_.empty() != key_file_.empty()) throw usage_error("--proof and --vk go together");
  if (proof_file_ == "-" && key_file_ == "-")
    throw usage_error("only one of --proof and --vk can be on standard input");
}

void OfferedProof::read_proof(Ports& ports) {
  proof_ = services::read_state_proof(ports, proof_file_);
}

void OfferedProof::read_key(Ports& ports, const bridge::Params& params) {
  key_.emplace(services::read_proof_key(ports, params, key_file_));
}

void OfferedProof::require_extends(const bridge::Params& params, const bridge::Commitment* before,
                                   const ByteArray<32>& state_root) const {
  if (!before)
    throw refused("proof.extends", "the first commitment of a thread has no state before it to extend")
        .hint("commit it without --proof; it settles when its window is over");
  const bridge::Params::Proofs& rules = params.require_proofs();
  bridge::StateTransition transition = bridge::state_transition(rules, *proof_);
  Verdict verdict = bridge::check_any_transition(rules, *key_, *proof_);
  if (!verdict) throw refused("proof.invalid", "the proof is not valid: " + verdict.reason);
  if (transition.from != before->record.state_root)
    throw refused(
        "proof.extends",
        fmt::format("the proof goes on from the state root {}, epoch {} ended in {}", to_hex(transition.from),
                    before->record.epoch, to_hex(before->record.state_root)));
  if (transition.to != state_root)
    throw refused("proof.extends", fmt::format("the proof is of the state root {}, the epoch's is {}",
                                               to_hex(transition.to), to_hex(state_root)));
}

}  // namespace pegkit::app::commit_state
