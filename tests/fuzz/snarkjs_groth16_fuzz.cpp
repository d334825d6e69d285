// Any JSON is no Groth16 document of snarkjs (an Error), one that says something false (a reason), or one
// that verifies or not without a crash: as key, as proof, as inputs, and as a line of a batch.
//
// Good seeds are what tests/zk/make_proofs.sh makes.

#include <cstdlib>
#include <optional>

#include "base/json.hpp"
#include "proofs/snarkjs_batch.hpp"
#include "proofs/snarkjs_groth16.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using namespace pegkit::proofs;

namespace {

/// The generators for everything: a key that is one, under which nothing is proven.
const Groth16Verifier& verifier() {
  const auto g1 = bn254::g1_generator();
  const auto g2 = bn254::g2_generator();
  static const Groth16Verifier out({g1, g2, g2, g2, {g1, g1, g1}, {}});
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
  std::string_view text = as_text({data, size});
  refused_or([&] {
    Json json = parse_json(text);
    const std::array inputs = {bn254::Fr::one(), bn254::Fr::one()};
    refused_or([&] {
      auto read = proofs::read_snarkjs_groth16_proof(JsonField(json, "proof"));
      if (read.verdict && (!read.proof.a.infinity && !read.proof.a.is_on_curve())) std::abort();
      if (read.verdict && !is_in_subgroup(read.proof.b)) std::abort();
      if (read.verdict) verifier().verify(read.proof, inputs);
    });
    refused_or([&] {
      auto read = proofs::read_snarkjs_inputs(JsonField(json, "public"));
      if (read.verdict.valid != read.verdict.reason.empty()) std::abort();
    });
    refused_or([&] {
      Groth16Verifier key(proofs::read_snarkjs_groth16_key(json));
      std::vector<bn254::Fr> values(key.inputs());
      const Groth16Verifier::Claim claim{{}, values};
      if (key.verify({}, values).valid != key.verify_batch({&claim, 1}, {}).valid) std::abort();
    });
  });
  refused_or([&] {
    std::optional<std::string> line{std::string(text)};
    auto result = proofs::verify_groth16_batch(verifier(), [&] { return std::exchange(line, std::nullopt); });
    if (result.proofs != 1) std::abort();
  });
  return 0;
}
