#include "proofs/snarkjs_circuit.hpp"

#include <fmt/format.h>

namespace pegkit::proofs {

using bn254::Fr;
using proofs::PlonkDomain;

SnarkjsCircuit SnarkjsCircuit::read(JsonObject& key, SnarkjsReader& reader) {
  JsonField inputs = key.required("nPublic"), power = key.required("power"), w = key.required("w");
  JsonField k2 = key.required("k2"), tau = key.required("X_2");
  SnarkjsCircuit out{.inputs = inputs.u32(),
                     .domain = power.at([&] { return PlonkDomain::of_log_size(power.u32()); }),
                     .k1 = reader.scalar(key.required("k1")),
                     .k2 = reader.scalar(k2),
                     .tau = reader.g2(tau)};
  Fr generator = reader.scalar(w);
  reader.require_key();
  if (generator != out.domain.generator()) w.fail("vk.domain", "not the generator of the domain");
  if (!out.domain.cosets_differ(out.k1, out.k2)) k2.fail("vk.coset", "the domain and its shifts overlap");
  if (out.inputs > out.domain.size()) inputs.fail("vk.inputs", "more public inputs than rows");
  if (out.tau.infinity) tau.fail("vk.kzg", "the point is infinity");
  return out;
}

SnarkjsCircuit::At SnarkjsCircuit::at(const Fr& x, const Fr& vanishing, std::span<const Fr> values) const {
  std::vector<std::uint64_t> rows{0};
  while (rows.size() < values.size()) rows.push_back(rows.size());
  const auto lagrange = domain.lagrange(x, vanishing, rows);
  At out{lagrange[0], Fr::zero()};
  for (std::size_t i = 0; i < values.size(); ++i) out.public_inputs += values[i] * lagrange[i];
  return out;
}

Verdict SnarkjsCircuit::check_count(std::span<const Fr> values) const {
  if (values.size() == inputs) return {};
  return Verdict::no(fmt::format("{} public inputs, where the key has {}", values.size(), inputs));
}

}  // namespace pegkit::proofs
