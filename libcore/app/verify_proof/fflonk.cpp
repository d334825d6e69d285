#include "app/verify_proof/commands.hpp"
#include "app/verify_proof/print_verdict.hpp"
#include "app/verify_proof/proof_files.hpp"
#include "proofs/snarkjs_fflonk.hpp"

namespace pegkit::app::verify_proof {
namespace {

/// `verify-proof fflonk`: checks an fflonk proof of snarkjs.
class VerifyFflonk : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ProofFiles files_;
};

}  // namespace

void VerifyFflonk::options(Options& options) {
  files_.declare(options);
}

Exit VerifyFflonk::run(Ports& ports) {
  files_.check_usage();
  proofs::SnarkjsFflonkVerifier verifier(proofs::read_snarkjs_fflonk_key(files_.read_key_json(ports)));
  const Json proof = files_.read_proof_json(ports);
  return print_verdict(ports, files_, verifier, proofs::read_snarkjs_fflonk_proof(JsonField(proof, "proof")));
}

std::unique_ptr<Command> fflonk_command() {
  return std::make_unique<VerifyFflonk>();
}

}  // namespace pegkit::app::verify_proof
