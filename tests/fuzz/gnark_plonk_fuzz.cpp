// Any bytes are refused as gnark's PLONK key or proof (an Error), say something false (a reason), or are
// read, and verify nothing. The first byte chooses what they are: "k" a key, whose 33,792 bytes of lines are
// put in before the last bytes that the second byte counts; "p" a proof, "b" a bare one of as many
// commitments as the second byte says.

#include <cstdlib>

#include "base/error.hpp"
#include "proofs/gnark_plonk.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using namespace pegkit::proofs;

namespace {

constexpr std::size_t lines_size = 33'792, most_inputs = 1000;

PlonkProof empty_proof(std::size_t commitments) {
  PlonkProof proof;
  proof.commitments.resize(commitments);
  proof.values.resize(5 + commitments);
  return proof;
}

void check_key(ByteView bytes, std::size_t after_lines) {
  after_lines = std::min(after_lines, bytes.size());
  Bytes file = to_bytes(bytes.first(bytes.size() - after_lines));
  file.resize(file.size() + lines_size);
  append(file, bytes.last(after_lines));
  PlonkVerifier verifier(proofs::read_gnark_plonk_key(file));
  if (verifier.inputs() > most_inputs) return;
  const std::vector<bn254::Fr> inputs(verifier.inputs());
  // The permutation's start, α²·L₀(ζ), is left over in any key.
  if (verifier.verify(empty_proof(verifier.key().qcp.size()), inputs)) std::abort();
}

/// A valid key made of generators, under which no proof verifies.
const PlonkVerifier& verifier(std::size_t commitments) {
  static const auto make = [](std::size_t count) {
    const auto domain = PlonkDomain::of_log_size(4);
    const auto g1 = bn254::g1_generator();
    const auto g2 = bn254::g2_generator();
    PlonkKey key;
    key.size = domain.size();
    key.size_inverse = domain.size_inverse();
    key.generator = domain.generator();
    key.coset_shift = bn254::Fr::from_u64(5);
    key.inputs = 1;
    key.s = {g1, g1, g1};
    for (bn254::G1* point : {&key.ql, &key.qr, &key.qm, &key.qo, &key.qk, &key.kzg_g1}) *point = g1;
    for (std::size_t i = 0; i < count; ++i) {
      key.qcp.push_back(g1);
      key.commitment_indexes.push_back(i);
    }
    key.kzg_g2 = {g2, multiply(g2, bn254::Fr::from_u64(3)).affine()};
    return PlonkVerifier(key);
  };
  static const PlonkVerifier out[] = {make(0), make(1), make(2), make(3)};
  return out[commitments];
}

void check_proof(const proofs::PlonkProofRead& read) {
  if (read.verdict.valid != read.verdict.reason.empty()) std::abort();
  if (!read.verdict || read.proof.commitments.size() > 3) return;
  const std::array inputs{bn254::Fr::one()};
  verifier(read.proof.commitments.size()).verify(read.proof, inputs);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  ByteView rest = ByteView{data, size}.subspan(2);
  try {
    if (data[0] == 'k') check_key(rest, data[1]);
    if (data[0] == 'p') check_proof(proofs::read_gnark_plonk_proof(rest));
    if (data[0] == 'b') check_proof(proofs::read_bare_plonk_proof(rest, data[1]));
  } catch (const Error&) {
  }
  return 0;
}
