// Keys and proofs of snarkjs' fflonk. Good seeds are what tests/zk/make_plonk_proofs.sh makes.

#include "bridge/snarkjs_fflonk.hpp"
#include "fuzz/snarkjs_documents.hpp"

using namespace pegkit;
using namespace pegkit::bridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto g1 = crypto::bn254::g1_generator();
  static const SnarkjsFflonkVerifier verifier({fuzz::small_circuit(), g1});
  fuzz::read_document<SnarkjsFflonkVerifier, read_snarkjs_fflonk_key, read_snarkjs_fflonk_proof>(
      verifier, {data, size});
  return 0;
}
