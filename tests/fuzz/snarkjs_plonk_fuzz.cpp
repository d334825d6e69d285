// Keys and proofs of snarkjs' PLONK. tests/proofs/makers/make_plonk_proofs.sh makes good seeds.

#include "fuzz/snarkjs_documents.hpp"
#include "proofs/snarkjs_plonk.hpp"

using namespace pegkit;
using namespace pegkit::proofs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto g1 = bn254::g1_generator();
  static const SnarkjsPlonkVerifier verifier({fuzz::small_circuit(), g1, g1, g1, g1, g1, {g1, g1, g1}});
  fuzz::read_document<SnarkjsPlonkVerifier, read_snarkjs_plonk_key, read_snarkjs_plonk_proof>(verifier,
                                                                                              {data, size});
  return 0;
}
