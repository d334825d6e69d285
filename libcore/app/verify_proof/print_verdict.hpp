#pragma once

#include "app/command.hpp"
#include "app/verify_proof/proof_files.hpp"
#include "base/verdict.hpp"
#include "services/results.hpp"

namespace pegkit::app::verify_proof {

/// Verifies a proof and prints the verdict. Returns Exit::no when the proof or its public inputs are invalid
/// or the equation does not hold.
template <class Verifier, class ProofRead>
Exit print_verdict(Ports& ports, const ProofFiles& files, const Verifier& verifier, const ProofRead& proof) {
  auto values = files.read_inputs(ports, verifier.inputs());
  Verdict verdict = proof.verdict ? values.verdict : proof.verdict;
  if (verdict) verdict = verifier.verify(proof.proof, values.inputs);
  Json out = services::verdict_document(verdict);
  out["public_inputs"] = values.inputs.size();
  ports.print(out);
  return verdict ? Exit::ok : Exit::no;
}

}  // namespace pegkit::app::verify_proof
