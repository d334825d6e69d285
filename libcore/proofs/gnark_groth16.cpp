#include "proofs/gnark_groth16.hpp"

#include <fmt/core.h>

#include "proofs/gnark_reader.hpp"

namespace pegkit::proofs {
namespace {

using bn254::Fr;
using proofs::Groth16Key;

/// Reads for each commitment the numbers of the inputs in its hash. `points` is the number of the key's
/// points for inputs.
std::vector<std::vector<std::uint32_t>> read_committed(GnarkReader& reader, std::size_t points) {
  std::vector<std::vector<std::uint32_t>> out(reader.count());
  if (points <= out.size()) throw input_error("vk.empty", "the key has no points for its inputs");
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t known =
        points - 1 - out.size() + i;  // public inputs and the hashes of earlier commitments
    out[i].resize(reader.count());
    for (std::uint32_t& number : out[i]) {
      std::uint64_t value = reader.u64();
      if (value == 0 || value > known)
        throw input_error("vk.commitments",
                          fmt::format("commitment {} refers to input {}, which does not exist", i, value));
      number = static_cast<std::uint32_t>(value);
    }
  }
  return out;
}

std::vector<Groth16Key::Commitment> read_commitments(GnarkReader& reader, std::size_t points) {
  auto committed = read_committed(reader, points);
  const std::uint32_t keys = reader.count();
  if (keys != committed.size())
    throw input_error("vk.commitments",
                      fmt::format("{} commitment keys for {} commitments", keys, committed.size()));
  std::vector<Groth16Key::Commitment> out(keys);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].g = reader.g2(fmt::format("commitment_keys[{}].g", i));
    out[i].minus_sigma_g = reader.g2(fmt::format("commitment_keys[{}].g_sigma_neg", i));
    out[i].committed = std::move(committed[i]);
    if (out[i].g != out[0].g)
      throw input_error("vk.commitments", "the commitment keys have different generators");
    if (out[i].g.infinity || out[i].minus_sigma_g.infinity)
      throw input_error("vk.infinity", fmt::format("commitment_keys[{}] is infinity", i));
  }
  return out;
}

}  // namespace

void require_finite(const Groth16Key& key, const std::array<const char*, 4>& names) {
  const std::array infinite = {key.alpha.infinity, key.beta.infinity, key.gamma.infinity, key.delta.infinity};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (infinite[i]) throw input_error("vk.infinity", fmt::format("{} is infinity", names[i]));
}

Groth16Key read_gnark_groth16_key(ByteView file) {
  GnarkReader reader(file, "vk");
  Groth16Key key;
  key.alpha = reader.g1("alpha_1");
  reader.g1("beta_1");  // only a prover uses it
  key.beta = reader.g2("beta_2");
  key.gamma = reader.g2("gamma_2");
  reader.g1("delta_1");
  key.delta = reader.g2("delta_2");
  reader.require_key();  // before a length is read, because this may be another kind of file
  key.ic = reader.g1_list("k");
  key.commitments = read_commitments(reader, key.ic.size());
  reader.finish();
  reader.require_key();
  require_finite(key, {"alpha_1", "beta_2", "gamma_2", "delta_2"});
  return key;
}

Groth16ProofRead read_gnark_groth16_proof(ByteView file) {
  GnarkReader reader(file, "proof");
  Groth16ProofRead out;
  out.proof.a = reader.g1("ar");
  out.proof.b = reader.g2("bs");
  out.proof.c = reader.g1("krs");
  out.proof.commitments = reader.g1_list("commitments");
  out.proof.knowledge = reader.g1("commitment_pok");
  reader.finish();
  out.verdict = reader.verdict();
  return out;
}

Groth16ProofRead read_bare_groth16_proof(ByteView bytes256) {
  auto a = bn254::read_g1(bytes256.subspan(0, 64));
  auto b = bn254::read_g2(bytes256.subspan(64, 128));
  auto c = bn254::read_g1(bytes256.subspan(192, 64));
  Groth16ProofRead out;
  auto note = [&](const char* name, bn254::PointFault fault) {
    if (out.verdict && fault != bn254::PointFault::none)
      out.verdict = Verdict::no(fmt::format("{}: {}", name, bn254::point_fault_text(fault)));
  };
  note("ar", a.fault);
  note("bs", b.fault);
  note("krs", c.fault);
  out.proof.a = a.point;
  out.proof.b = b.point;
  out.proof.c = c.point;
  return out;
}

InputsRead read_gnark_witness(ByteView file) {
  GnarkReader reader(file, "public");
  std::uint32_t shown = reader.u32(), secret = reader.u32();
  if (secret != 0)
    throw input_error("public.secret",
                      fmt::format("the witness has {} secret values, a public witness has none", secret));
  InputsRead out;
  out.inputs = reader.scalars("public");
  if (out.inputs.size() != shown)
    throw input_error("public.count",
                      fmt::format("{} values, where {} are announced", out.inputs.size(), shown));
  reader.finish();
  out.verdict = reader.verdict();
  return out;
}

}  // namespace pegkit::proofs
