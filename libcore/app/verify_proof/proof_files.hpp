#pragma once

#include <string>

#include "app/command.hpp"
#include "proofs/gnark_groth16.hpp"

namespace pegkit::app::verify_proof {

/// Where `verify-proof groth16`, `plonk` and `fflonk` read a key, a proof and its public inputs from.
struct ProofFiles {
  std::string key, proof = "-", inputs, format = "snarkjs";

  /// --vk, --proof, --public.
  void declare(Options& options);
  /// --format: snarkjs or gnark.
  void declare_format(Options& options);
  bool gnark() const { return format == "gnark"; }
  /// Throws a usage error when two of them are standard input.
  void check_usage() const;
  Json read_key_json(Ports& ports) const;
  Json read_proof_json(Ports& ports) const;
  /// A JSON array of decimal strings, or with --format gnark also the binary witness. Throws a usage error
  /// when there is no --public and the key has inputs.
  proofs::InputsRead read_inputs(Ports& ports, std::size_t expected) const;
};

}  // namespace pegkit::app::verify_proof
