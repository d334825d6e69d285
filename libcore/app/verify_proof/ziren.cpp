#include <fmt/core.h>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "app/verify_proof/commands.hpp"
#include "base/verdict.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "bridge/state_proof.hpp"
#include "crypto/hash.hpp"
#include "proofs/ziren_proof.hpp"
#include "services/input.hpp"
#include "services/results.hpp"

namespace pegkit::app::verify_proof {
namespace {

/// `verify-proof ziren`: checks a proof that Ziren published; with --params, that it proves a transition of
/// the bridge's program; with --commitments, that a commitment of the thread carries it.
class VerifyZiren : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  struct Finding {
    Verdict verdict;
    std::optional<bridge::StateTransition> roots;  ///< with --params, when the proof verifies
    std::optional<bridge::Commitment> commitment;  ///< the commitment that carries the proof
  };
  Finding examine(Ports& ports, const proofs::ZirenProof& proof, const proofs::ZirenKey& key) const;
  std::vector<bridge::Commitment> read_thread(Ports& ports) const;

  std::string key_, input_ = "-", params_, commitments_;
};

}  // namespace

void VerifyZiren::options(Options& options) {
  options.argument(input_, "DOC", "the document that Ziren published (default: stdin)");
  options.file(key_, "--vk", "the verifying key, in gnark's format", Need::required);
  options.file(params_, "--params", "the bridge's parameters; the proof must be of their program");
  options.file(commitments_, "--commitments",
               "output of commit-state list, which must contain this proof; needs --params");
}

std::vector<bridge::Commitment> VerifyZiren::read_thread(Ports& ports) const {
  std::vector<bridge::Commitment> out;
  for (const Json& document : services::read_documents(ports, commitments_)) {
    out.push_back(bridge::Commitment::parse(document));
    if (out.size() > 1 && out.back().record.epoch != std::uint64_t{out[out.size() - 2].record.epoch} + 1)
      throw input_error(
          "commitments.order",
          fmt::format("epoch {} does not follow the epoch in the line before", out.back().record.epoch));
  }
  return out;
}

VerifyZiren::Finding VerifyZiren::examine(Ports& ports, const proofs::ZirenProof& proof,
                                          const proofs::ZirenKey& key) const {
  Finding out;
  if (params_.empty()) {
    out.verdict = key.verify(proof);
    return out;
  }
  const bridge::Params params = bridge::Params::parse(services::read_json(ports, params_));
  const bridge::Params::Proofs& rules = params.require_proofs();
  out.verdict = bridge::check_any_transition(rules, key, proof);
  if (!out.verdict) return out;
  out.roots = bridge::state_transition(rules, proof);
  if (commitments_.empty()) return out;

  const auto thread = read_thread(ports);
  const crypto::Hash256 hash = proof.hash();
  out.verdict = Verdict::no(fmt::format("none of {} commitments carries this proof", thread.size()));
  for (std::size_t i = 0; i < thread.size(); ++i) {
    if (thread[i].record.proof_hash != hash) continue;
    out.verdict = i == 0 ? bridge::check_first_commitment_proof(rules, key, proof, thread[i])
                         : bridge::check_commitment_proof(rules, key, proof, thread[i - 1], thread[i]);
    out.commitment = thread[i];
    if (out.verdict) break;
  }
  return out;
}

Exit VerifyZiren::run(Ports& ports) {
  if (!commitments_.empty() && params_.empty())
    throw usage_error("--commitments needs --params, which give the place of the state roots");
  if ((input_ == "-") + (key_ == "-") + (params_ == "-") + (commitments_ == "-") > 1)
    throw usage_error("only one of DOC, --vk, --params and --commitments can be on standard input");
  auto proof = proofs::ZirenProof::parse(services::read_json(ports, input_));
  Finding finding = examine(ports, proof, proofs::ZirenKey(proof.system, as_bytes(ports.read(key_))));

  Json out = services::verdict_document(finding.verdict);
  out["system"] = proofs::system_name(proof.system);
  out["program"] = to_hex(proof.program);
  out["public_values_hash"] = to_hex(crypto::sha256(proof.public_values));
  out["proof_hash"] = to_hex(proof.hash());
  if (finding.roots) {
    out["previous_root"] = to_hex(finding.roots->from);
    out["root"] = to_hex(finding.roots->to);
  }
  if (finding.commitment) {
    out["epoch"] = finding.commitment->record.epoch;
    out["commitment"] = finding.commitment->txid.display();
  }
  ports.print(out);
  return finding.verdict ? Exit::ok : Exit::no;
}

std::unique_ptr<Command> ziren_command() {
  return std::make_unique<VerifyZiren>();
}

}  // namespace pegkit::app::verify_proof
