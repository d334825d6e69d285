#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/verify_proof/proof_files.hpp"
#include "bridge/commitment.hpp"
#include "bridge/state_proof.hpp"

namespace pegkit::app {

/// `verify-proof groth16`: one proof of snarkjs or gnark, or many of snarkjs under one key.
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

/// `verify-proof ziren`: a proof as Ziren publishes it; whether it proves what the parameters ask for, and
/// whether a commitment of the thread carries it.
class VerifyZiren : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  struct Finding {
    Verdict verdict;
    std::optional<bridge::StateTransition> roots;  ///< with --params, when the proof verifies
    std::optional<bridge::Commitment> commitment;  ///< that carries it
  };
  Finding examine(Ports& ports, const proofs::ZirenProof& proof, const proofs::ZirenKey& key) const;
  std::vector<bridge::Commitment> read_thread(Ports& ports) const;

  std::string key_, input_ = "-", params_, commitments_;
};

}  // namespace pegkit::app
