#pragma once

#include <cstdlib>

#include "base/error.hpp"
#include "base/json.hpp"
#include "proofs/snarkjs_circuit.hpp"

/// For the fuzz targets of snarkjs' PLONK and fflonk, whose verifiers have one shape.
namespace pegkit::fuzz {

/// A circuit of one input. Its keys consist of generators, so no proof verifies under them.
inline proofs::SnarkjsCircuit small_circuit() {
  using bn254::Fr;
  return {.inputs = 1,
          .domain = proofs::PlonkDomain::of_log_size(3),
          .k1 = Fr::from_u64(2),
          .k2 = Fr::from_u64(3),
          .tau = bn254::g2_generator()};
}

template <class F>
void refused_or(F&& what) {
  try {
    what();
  } catch (const Error&) {
  }
}

/// Reads any JSON as a proof under `verifier` and as a key. Each gives an Error, a reason, or a verdict, and
/// never a crash. No empty proof verifies under a key.
template <class Verifier, auto read_key, auto read_proof>
void read_document(const Verifier& verifier, ByteView data) {
  constexpr std::size_t most_inputs = 1000;
  using bn254::Fr;
  refused_or([&] {
    Json json = parse_json(as_text(data));
    refused_or([&] {
      auto read = read_proof(JsonField(json, "proof"));
      if (read.verdict.valid != read.verdict.reason.empty()) std::abort();
      const std::array inputs{Fr::one()};
      if (read.verdict) verifier.verify(read.proof, inputs);
    });
    refused_or([&] {
      Verifier key(read_key(json));
      if (key.inputs() > most_inputs) return;
      const std::vector<Fr> inputs(key.inputs());
      if (key.verify({}, inputs)) std::abort();
    });
  });
}

}  // namespace pegkit::fuzz
