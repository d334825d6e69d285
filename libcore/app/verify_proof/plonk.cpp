#include "app/verify_proof/plonk.hpp"

#include "proofs/gnark_plonk.hpp"
#include "proofs/snarkjs_fflonk.hpp"
#include "proofs/snarkjs_plonk.hpp"
#include "services/results.hpp"

namespace pegkit::app {
namespace {

template <class Verifier, class ProofRead>
Exit check(Ports& ports, const ProofFiles& files, const Verifier& verifier, const ProofRead& proof) {
  auto values = files.read_inputs(ports, verifier.inputs());
  Verdict verdict = proof.verdict ? values.verdict : proof.verdict;
  if (verdict) verdict = verifier.verify(proof.proof, values.inputs);
  Json out = services::verdict_document(verdict);
  out["public_inputs"] = values.inputs.size();
  ports.print(out);
  return verdict ? Exit::ok : Exit::no;
}

}  // namespace

void VerifyPlonk::options(Options& options) {
  files_.declare(options);
  files_.declare_format(options);
}

Exit VerifyPlonk::run(Ports& ports) {
  files_.check_usage();
  if (files_.gnark()) {
    proofs::PlonkVerifier verifier(proofs::read_gnark_plonk_key(as_bytes(ports.read(files_.key))));
    return check(ports, files_, verifier, proofs::read_gnark_plonk_proof(as_bytes(ports.read(files_.proof))));
  }
  proofs::SnarkjsPlonkVerifier verifier(proofs::read_snarkjs_plonk_key(files_.read_key_json(ports)));
  const Json proof = files_.read_proof_json(ports);
  return check(ports, files_, verifier, proofs::read_snarkjs_plonk_proof(JsonField(proof, "proof")));
}

void VerifyFflonk::options(Options& options) {
  files_.declare(options);
}

Exit VerifyFflonk::run(Ports& ports) {
  files_.check_usage();
  proofs::SnarkjsFflonkVerifier verifier(proofs::read_snarkjs_fflonk_key(files_.read_key_json(ports)));
  const Json proof = files_.read_proof_json(ports);
  return check(ports, files_, verifier, proofs::read_snarkjs_fflonk_proof(JsonField(proof, "proof")));
}

}  // namespace pegkit::app
