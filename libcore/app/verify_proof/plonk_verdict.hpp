#pragma once

#include "app/command.hpp"
#include "app/verify_proof/proof_files.hpp"

namespace pegkit::app::verify_proof {

template <class Verifier, class ProofRead>
Exit check(Ports& ports, const ProofFiles& files, const Verifier& verifier, const ProofRead& proof);

}  // namespace pegkit::app::verify_proof
