#include "proofs/gnark_plonk.hpp"

#include <fmt/format.h>

#include "proofs/gnark_reader.hpp"

namespace pegkit::proofs {
namespace {

using proofs::PlonkKey;
using proofs::PlonkProof;

constexpr std::uint64_t version_mark = 0, version = 1;   // the mark replaces the domain's size, never zero
constexpr std::size_t lines_size = 2 * 2 * 66 * 4 * 32;  // points, halves of the loop, its steps, Fp2 pairs
constexpr std::size_t wire_values = 5;
constexpr std::size_t bare_size = 9 * 64 + 6 * 32, bare_commitment_size = 64 + 32;

std::uint64_t read_size(GnarkReader& reader) {
  std::uint64_t first = reader.u64();
  if (first != version_mark) return first;
  if (std::uint64_t written = reader.u64(); written != version)
    throw input_error("vk.version", fmt::format("the key has the unknown version {}", written));
  return reader.u64();
}

PlonkProof read_bare(GnarkReader& reader, std::size_t commitments) {
  PlonkProof proof;
  for (std::size_t i = 0; i < 3; ++i) proof.lro[i] = reader.g1_raw(fmt::format("lro[{}]", i));
  for (std::size_t i = 0; i < 3; ++i) proof.h[i] = reader.g1_raw(fmt::format("h[{}]", i));
  for (const char* name : {"l", "r", "o", "s1", "s2"}) proof.values.push_back(reader.scalar(name));
  proof.z = reader.g1_raw("z");
  proof.z_shifted = reader.scalar("z_shifted");
  proof.opening = reader.g1_raw("opening");
  proof.shifted_opening = reader.g1_raw("shifted_opening");
  for (std::size_t i = 0; i < commitments; ++i)
    proof.values.push_back(reader.scalar(fmt::format("qcp[{}]", i)));
  for (std::size_t i = 0; i < commitments; ++i)
    proof.commitments.push_back(reader.g1_raw(fmt::format("commitments[{}]", i)));
  return proof;
}

}  // namespace

PlonkKey read_gnark_plonk_key(ByteView file) {
  GnarkReader reader(file, "vk");
  PlonkKey key;
  key.size = read_size(reader);
  key.size_inverse = reader.scalar("size_inv");
  key.generator = reader.scalar("generator");
  key.inputs = reader.u64();
  key.coset_shift = reader.scalar("coset_shift");
  for (std::size_t i = 0; i < key.s.size(); ++i) key.s[i] = reader.g1(fmt::format("s[{}]", i));
  key.ql = reader.g1("ql");
  key.qr = reader.g1("qr");
  key.qm = reader.g1("qm");
  key.qo = reader.g1("qo");
  key.qk = reader.g1("qk");
  reader.require_key();  // before a length is read, because this may be another kind of file
  key.qcp = reader.g1_list("qcp");
  key.kzg_g1 = reader.g1("kzg.g1");
  key.kzg_g2[0] = reader.g2("kzg.g2[0]");
  key.kzg_g2[1] = reader.g2("kzg.g2[1]");
  reader.bytes(lines_size);
  key.commitment_indexes.resize(reader.count());
  for (std::uint64_t& index : key.commitment_indexes) index = reader.u64();
  reader.finish();
  reader.require_key();
  return key;
}

PlonkProofRead read_gnark_plonk_proof(ByteView file) {
  GnarkReader reader(file, "proof");
  PlonkProofRead out;
  PlonkProof& proof = out.proof;
  for (std::size_t i = 0; i < 3; ++i) proof.lro[i] = reader.g1(fmt::format("lro[{}]", i));
  proof.z = reader.g1("z");
  for (std::size_t i = 0; i < 3; ++i) proof.h[i] = reader.g1(fmt::format("h[{}]", i));
  proof.opening = reader.g1("opening");
  proof.values = reader.scalars("values");
  if (proof.values.size() < 1 + wire_values)
    throw input_error("proof.values",
                      fmt::format("{} values, fewer than {}", proof.values.size(), 1 + wire_values));
  proof.linearisation = proof.values.front();
  proof.values.erase(proof.values.begin());
  proof.shifted_opening = reader.g1("shifted_opening");
  proof.z_shifted = reader.scalar("z_shifted");
  proof.commitments = reader.g1_list("commitments");
  reader.finish();
  out.verdict = reader.verdict();
  return out;
}

PlonkProofRead read_bare_plonk_proof(ByteView bytes, std::size_t commitments) {
  PlonkProofRead out;
  if (bytes.size() != bare_size + commitments * bare_commitment_size) {
    out.verdict = Verdict::no(fmt::format("{} bytes, where a proof of {} commitments has {}", bytes.size(),
                                          commitments, bare_size + commitments * bare_commitment_size));
    return out;
  }
  GnarkReader reader(bytes, "proof");
  out.proof = read_bare(reader, commitments);
  out.verdict = reader.verdict();
  return out;
}

}  // namespace pegkit::proofs
