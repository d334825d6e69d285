// Any bytes are refused as gnark's key, proof or witness (an Error), say something false (a reason), or are
// read; what is read of a proof is written back as it was.

#include <cstdlib>

#include "base/error.hpp"
#include "proofs/gnark_groth16.hpp"

using namespace pegkit;
using namespace pegkit::proofs;

namespace {

template <class F>
void refused_or(F&& what) {
  try {
    what();
  } catch (const Error&) {
  }
}

void check_bare_proof(ByteView bytes) {
  auto read = proofs::read_bare_groth16_proof(bytes);
  if (!read.verdict) return;
  Bytes written = to_bytes(bn254::write(read.proof.a));
  append(written, bn254::write(read.proof.b));
  append(written, bn254::write(read.proof.c));
  if (!equal(written, bytes)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView bytes{data, size};
  refused_or([&] {
    Groth16Verifier key(proofs::read_gnark_groth16_key(bytes));
    std::vector<bn254::Fr> values(key.inputs());
    Groth16Proof proof;
    proof.commitments.resize(key.key().commitments.size());
    const Groth16Verifier::Claim claim{proof, values};
    if (key.verify(proof, values).valid != key.verify_batch({&claim, 1}, {}).valid) std::abort();
  });
  refused_or([&] {
    auto read = proofs::read_gnark_groth16_proof(bytes);
    if (read.verdict && !is_in_subgroup(read.proof.b)) std::abort();
  });
  refused_or([&] {
    auto read = proofs::read_gnark_witness(bytes);
    if (read.verdict && 12 + 32 * read.inputs.size() != size) std::abort();
  });
  if (size >= 256) check_bare_proof(bytes.first(256));
  return 0;
}
