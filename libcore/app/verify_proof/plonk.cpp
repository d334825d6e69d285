#include "proofs/plonk.hpp"

#include "app/verify_proof/commands.hpp"
#include "app/verify_proof/print_verdict.hpp"
#include "app/verify_proof/proof_files.hpp"
#include "proofs/gnark_plonk.hpp"
#include "proofs/snarkjs_plonk.hpp"

namespace pegkit::app::verify_proof {
namespace {

/// `verify-proof plonk`: checks a PLONK proof of snarkjs or gnark.
class VerifyPlonk : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ProofFiles files_;
};

}  // namespace

void VerifyPlonk::options(Options& options) {
  files_.declare(options);
  files_.declare_format(options);
}

Exit VerifyPlonk::run(Ports& ports) {
  files_.check_usage();
  if (files_.gnark()) {
    proofs::PlonkVerifier verifier(proofs::read_gnark_plonk_key(as_bytes(ports.read(files_.key))));
    return print_verdict(ports, files_, verifier,
                         proofs::read_gnark_plonk_proof(as_bytes(ports.read(files_.proof))));
  }
  proofs::SnarkjsPlonkVerifier verifier(proofs::read_snarkjs_plonk_key(files_.read_key_json(ports)));
  const Json proof = files_.read_proof_json(ports);
  return print_verdict(ports, files_, verifier, proofs::read_snarkjs_plonk_proof(JsonField(proof, "proof")));
}

std::unique_ptr<Command> plonk_command() {
  return std::make_unique<VerifyPlonk>();
}

}  // namespace pegkit::app::verify_proof
