#pragma once

#include "app/command.hpp"
#include "app/verify_proof/proof_files.hpp"

namespace pegkit::app {

/// `verify-proof plonk`: a PLONK proof of snarkjs or gnark.
class VerifyPlonk : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ProofFiles files_;
};

/// `verify-proof fflonk`: an fflonk proof of snarkjs.
class VerifyFflonk : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  ProofFiles files_;
};

}  // namespace pegkit::app
