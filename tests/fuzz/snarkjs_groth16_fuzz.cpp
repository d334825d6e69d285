// Any JSON read as a Groth16 key, proof, inputs or batch line of snarkjs gives an Error, a reason, or a
// verdict, and never a crash.
//
// tests/proofs/makers/make_proofs.sh makes good seeds.

#include <cstdlib>
#include <optional>

#include "base/json.hpp"
#include "proofs/snarkjs_batch.hpp"
#include "proofs/snarkjs_groth16.hpp"

using namespace pegkit;
using namespace pegkit::proofs;

namespace {

/// A valid key made of generators, under which no proof verifies.
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
