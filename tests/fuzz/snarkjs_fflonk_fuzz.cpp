// Any JSON is no fflonk document of snarkjs (an Error), one that says something false (a reason), or one that
// verifies or not without a crash: as key and as proof.
//
// Good seeds are what tests/zk/make_plonk_proofs.sh makes.

#include <cstdlib>

#include "base/error.hpp"
#include "bridge/snarkjs_fflonk.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using crypto::bn254::Fr;

namespace {

constexpr std::size_t most_inputs = 1000;

const SnarkjsFflonkVerifier& verifier() {
  static const SnarkjsFflonkVerifier out({{.inputs = 1,
                                           .domain = crypto::PlonkDomain::of_log_size(3),
                                           .k1 = Fr::from_u64(2),
                                           .k2 = Fr::from_u64(3),
                                           .tau = crypto::bn254::g2_generator()},
                                          crypto::bn254::g1_generator()});
  return out;
}

template <class F>
void refused_or(F&& what) {
  try {
    what();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  refused_or([&] {
    Json json = parse_json(as_text({data, size}));
    refused_or([&] {
      auto read = read_snarkjs_fflonk_proof(JsonField(json, "proof"));
      if (read.verdict.valid != read.verdict.reason.empty()) std::abort();
      const std::array inputs{Fr::one()};
      if (read.verdict) verifier().verify(read.proof, inputs);
    });
    refused_or([&] {
      SnarkjsFflonkVerifier key(read_snarkjs_fflonk_key(json));
      if (key.inputs() > most_inputs) return;
      const std::vector<Fr> inputs(key.inputs());
      if (key.verify({}, inputs)) std::abort();  // z is not one where the permutation starts
    });
  });
  return 0;
}
