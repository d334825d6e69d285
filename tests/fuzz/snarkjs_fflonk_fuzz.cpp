// Keys and proofs of snarkjs' fflonk. tests/proofs/makers/make_plonk_proofs.sh makes good seeds.

#include "fuzz/snarkjs_documents.hpp"
#include "proofs/snarkjs_fflonk.hpp"

using namespace pegkit;
using namespace pegkit::proofs;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto g1 = bn254::g1_generator();
  static const SnarkjsFflonkVerifier verifier({fuzz::small_circuit(), g1});
  fuzz::read_document<SnarkjsFflonkVerifier, read_snarkjs_fflonk_key, read_snarkjs_fflonk_proof>(
      verifier, {data, size});
  return 0;
}
