#pragma once

#include <string>

#include "app/command.hpp"
#include "proofs/gnark_groth16.hpp"

namespace pegkit::app::verify_proof {

/// Where `verify-proof groth16`, `plonk` and `fflonk` read a key, a proof and its public inputs from.
struct ProofFiles {
  std::string key, proof = "-", inputs, format = "snarkjs";

  /// Declares --vk, --proof and --public.
  void declare(Options& options);
  /// Declares --format: snarkjs or gnark.
  void declare_format(Options& options);
  bool gnark() const { return format == "gnark"; }
  /// Throws a usage error when more than one of the three files is standard input.
  void check_usage() const;
  Json read_key_json(Ports& ports) const;
  Json read_proof_json(Ports& ports) const;
  /// Reads --public: a JSON array of decimal strings, or, with --format gnark, also a binary witness. Throws
  /// a usage error when --public is missing and the key expects inputs.
  proofs::InputsRead read_inputs(Ports& ports, std::size_t expected) const;
};

}  // namespace pegkit::app::verify_proof
