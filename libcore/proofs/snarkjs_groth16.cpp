#include "proofs/snarkjs_groth16.hpp"

#include <fmt/core.h>

#include "proofs/snarkjs_json.hpp"

namespace pegkit::proofs {
namespace {

constexpr const char* protocol = "groth16";
constexpr std::size_t max_inputs = 1u << 16;

}  // namespace

proofs::Groth16Key read_snarkjs_groth16_key(const Json& document) {
  JsonObject object = open_snarkjs(document, protocol);
  SnarkjsReader reader;
  proofs::Groth16Key key;
  key.alpha = reader.g1(object.required("vk_alpha_1"));
  key.beta = reader.g2(object.required("vk_beta_2"));
  key.gamma = reader.g2(object.required("vk_gamma_2"));
  key.delta = reader.g2(object.required("vk_delta_2"));
  std::int64_t inputs = object.required("nPublic").integer(0, max_inputs);
  JsonField ic = object.required("IC");
  for (const JsonField& point : ic.items(max_inputs + 1)) key.ic.push_back(reader.g1(point));
  if (key.ic.size() != static_cast<std::size_t>(inputs) + 1)
    ic.fail("vk.inputs", fmt::format("{} points for {} public inputs", key.ic.size(), inputs));
  object.ignore({"vk_alphabeta_12"});
  object.done();
  reader.require_key();
  require_finite(key, {"vk_alpha_1", "vk_beta_2", "vk_gamma_2", "vk_delta_2"});
  return key;
}

Groth16ProofRead read_snarkjs_groth16_proof(const JsonField& document) {
  JsonObject object = open_snarkjs(document.json(), protocol, document.path());
  SnarkjsReader reader;
  Groth16ProofRead out;
  out.proof.a = reader.g1(object.required("pi_a"));
  out.proof.b = reader.g2(object.required("pi_b"));
  out.proof.c = reader.g1(object.required("pi_c"));
  object.done();
  out.verdict = reader.verdict();
  return out;
}

InputsRead read_snarkjs_inputs(const JsonField& document) {
  SnarkjsReader reader;
  InputsRead out;
  out.inputs = reader.scalars(document);
  out.verdict = reader.verdict();
  return out;
}

}  // namespace pegkit::proofs
