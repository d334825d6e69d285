#include "app/verify_proof/proof_files.hpp"

#include <fmt/core.h>

#include "base/text.hpp"
#include "proofs/snarkjs_groth16.hpp"
#include "services/input.hpp"

namespace pegkit::app::verify_proof {
namespace {

/// True when the text begins with '['. A binary witness begins with a zero byte, the top byte of a small
/// number.
bool is_json_array(const std::string& text) {
  return trimmed(text).starts_with('[');
}

}  // namespace

void ProofFiles::declare(Options& options) {
  options.file(key, "--vk", "the verifying key", Need::required);
  options.file(proof, "--proof", "the proof (default: stdin)");
  options.file(inputs, "--public", "the proof's public inputs (default: none)");
}

void ProofFiles::declare_format(Options& options) {
  options.choice(format, "--format", {"snarkjs", "gnark"},
                 "the program that wrote the files (default: snarkjs)");
}

void ProofFiles::check_usage() const {
  if ((key == "-") + (proof == "-") + (inputs == "-") > 1)
    throw usage_error("only one of --vk, --proof and --public can be on standard input");
}

Json ProofFiles::read_key_json(Ports& ports) const {
  return services::read_json(ports, key);
}

Json ProofFiles::read_proof_json(Ports& ports) const {
  return services::read_json(ports, proof);
}

proofs::InputsRead ProofFiles::read_inputs(Ports& ports, std::size_t expected) const {
  if (inputs.empty()) {
    if (expected != 0)
      throw usage_error(fmt::format("--public is needed: the key has {} public inputs", expected));
    return {};
  }
  const std::string text = ports.read(inputs);
  if (gnark() && !is_json_array(text)) return proofs::read_gnark_witness(as_bytes(text));
  return proofs::read_snarkjs_inputs(JsonField(services::parse_json_of(text, inputs), "public"));
}

}  // namespace pegkit::app::verify_proof
