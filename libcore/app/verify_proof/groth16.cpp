#include "app/verify_proof/groth16.hpp"

#include <fmt/core.h>
#include <sstream>

#include "app/command.hpp"
#include "proofs/snarkjs_batch.hpp"
#include "proofs/snarkjs_groth16.hpp"
#include "services/input.hpp"
#include "services/results.hpp"

namespace pegkit::app {

void VerifyGroth16::options(Options& options) {
  files_.declare(options);
  files_.declare_format(options);
  options.file(batch_, "--batch", "many proofs instead, {\"proof\":…,\"public\":[…]} a line");
}

void VerifyGroth16::check_usage() const {
  if (batch_.empty()) return files_.check_usage();
  if (files_.proof != "-" || !files_.inputs.empty())
    throw usage_error("--batch stands instead of --proof and --public");
  if (files_.gnark()) throw usage_error("--batch takes proofs of snarkjs");
  if (files_.key == "-" && batch_ == "-")
    throw usage_error("--vk and --batch cannot both be on standard input");
}

proofs::Groth16Key VerifyGroth16::read_key(Ports& ports) const {
  if (files_.gnark()) return proofs::read_gnark_groth16_key(as_bytes(ports.read(files_.key)));
  return proofs::read_snarkjs_groth16_key(files_.read_key_json(ports));
}

proofs::Groth16ProofRead VerifyGroth16::read_proof(Ports& ports) const {
  if (files_.gnark()) return proofs::read_gnark_groth16_proof(as_bytes(ports.read(files_.proof)));
  return proofs::read_snarkjs_groth16_proof(JsonField(files_.read_proof_json(ports), "proof"));
}

Json VerifyGroth16::verify_one(Ports& ports, const proofs::Groth16Verifier& verifier) const {
  auto proof = read_proof(ports);
  auto values = files_.read_inputs(ports, verifier.inputs());
  Verdict verdict = proof.verdict ? values.verdict : proof.verdict;
  if (verdict) verdict = verifier.verify(proof.proof, values.inputs);
  Json out = services::verdict_document(verdict);
  out["public_inputs"] = values.inputs.size();
  return out;
}

Exit VerifyGroth16::run(Ports& ports) {
  check_usage();
  proofs::Groth16Verifier verifier(read_key(ports));
  Json out;
  if (batch_.empty()) {
    out = verify_one(ports, verifier);
  } else {
    std::istringstream file(batch_ == "-" ? std::string() : ports.read(batch_));
    auto result = proofs::verify_groth16_batch(verifier, [&]() -> std::optional<std::string> {
      if (batch_ == "-") return ports.read_line();
      std::string line;
      return std::getline(file, line) ? std::optional(std::move(line)) : std::nullopt;
    });
    out = services::verdict_document(result.verdict());
    out["proofs"] = result.proofs;
    out["invalid"] = result.invalid;
  }
  ports.print(out);
  return out["valid"] == true ? Exit::ok : Exit::no;
}

void VerifyZiren::options(Options& options) {
  options.argument(input_, "DOC", "the document that Ziren published (default: stdin)");
  options.file(key_, "--vk", "the verifying key, as gnark writes it", Need::required);
  options.file(params_, "--params", "a bridge's parameters: key and program must be theirs");
  options.file(commitments_, "--commitments",
               "with --params: a thread that must have it, of commit-state list");
}

std::vector<bridge::Commitment> VerifyZiren::read_thread(Ports& ports) const {
  std::vector<bridge::Commitment> out;
  for (const Json& document : services::read_documents(ports, commitments_)) {
    out.push_back(bridge::Commitment::parse(document));
    if (out.size() > 1 && out.back().record.epoch != std::uint64_t{out[out.size() - 2].record.epoch} + 1)
      throw input_error("commitments.order",
                        fmt::format("epoch {} does not follow the line before it", out.back().record.epoch));
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
    throw usage_error("--commitments needs --params, which say where the state roots are");
  if ((input_ == "-") + (key_ == "-") + (params_ == "-") + (commitments_ == "-") > 1)
    throw usage_error("only one of them can be on standard input");
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

}  // namespace pegkit::app
