#include "proofs/groth16.hpp"

#include <optional>
#include <sstream>
#include <string>

#include "app/verify_proof/commands.hpp"
#include "app/verify_proof/proof_files.hpp"
#include "base/verdict.hpp"
#include "proofs/gnark_groth16.hpp"
#include "proofs/snarkjs_batch.hpp"
#include "proofs/snarkjs_groth16.hpp"
#include "services/results.hpp"

namespace pegkit::app::verify_proof {
namespace {

/// `verify-proof groth16`: checks one Groth16 proof of snarkjs or gnark, or many of snarkjs under one key.
class VerifyGroth16 : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  void check_usage() const;
  proofs::Groth16Key read_key(Ports& ports) const;
  proofs::Groth16ProofRead read_proof(Ports& ports) const;
  Json verify_one(Ports& ports, const proofs::Groth16Verifier& verifier) const;

  ProofFiles files_;
  std::string batch_;
};

}  // namespace

void VerifyGroth16::options(Options& options) {
  files_.declare(options);
  files_.declare_format(options);
  options.file(batch_, "--batch", "instead of --proof: one {\"proof\":…,\"public\":[…]} per line");
}

void VerifyGroth16::check_usage() const {
  if (batch_.empty()) return files_.check_usage();
  if (files_.proof != "-" || !files_.inputs.empty())
    throw usage_error("--batch excludes --proof and --public");
  if (files_.gnark()) throw usage_error("--batch takes proofs of snarkjs only, not --format gnark");
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

std::unique_ptr<Command> groth16_command() {
  return std::make_unique<VerifyGroth16>();
}

}  // namespace pegkit::app::verify_proof
