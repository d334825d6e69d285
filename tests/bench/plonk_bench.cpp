// One PLONK proof of gnark's, as Ziren publishes it, and one of snarkjs' systems each, all checks included;
// and their keys. Those of snarkjs are what tests/proofs/makers/make_plonk_proofs.sh makes, in $PEGKIT_ZK
// (default build/zk).
#include <benchmark/benchmark.h>

#include "base/files.hpp"
#include "proofs/snarkjs_fflonk.hpp"
#include "proofs/snarkjs_groth16.hpp"
#include "proofs/snarkjs_plonk.hpp"
#include "proofs/ziren_proof.hpp"
#include "support/paths.hpp"
#include "support/plonk_simulator.hpp"
#include "support/vectors.hpp"

namespace {

using namespace pegkit;
using namespace pegkit::test;
using bn254::Fr;

void plonk_ziren_proof(benchmark::State& state) {
  if (!std::filesystem::exists(vectors_folder())) return state.SkipWithError("no published vectors");
  const proofs::ZirenKey key(proofs::ZirenSystem::plonk, vectors_file("zk/ziren-plonk-vk.bin"));
  const auto proof = proofs::ZirenProof::parse(vectors_json("zk/ziren-fibonacci-plonk.json"));
  for (auto _ : state)
    if (!key.verify(proof)) state.SkipWithError("false");
}

void plonk_ziren_key(benchmark::State& state) {
  if (!std::filesystem::exists(vectors_folder())) return state.SkipWithError("no published vectors");
  const Bytes bytes = vectors_file("zk/ziren-plonk-vk.bin");
  for (auto _ : state) benchmark::DoNotOptimize(proofs::ZirenKey(proofs::ZirenSystem::plonk, bytes));
}

void plonk_public_inputs(benchmark::State& state) {
  const std::vector<Fr> inputs(static_cast<std::size_t>(state.range(0)), Fr::from_u64(7));
  PlonkSimulator simulator(inputs.size(), 1, 14);
  const proofs::PlonkVerifier verifier(simulator.key());
  const auto proof = simulator.prove(inputs);
  for (auto _ : state)
    if (!verifier.verify(proof, inputs)) state.SkipWithError("false");
}

/// From text to answer, as the program does it but for the key.
template <class Verifier>
void snarkjs_proof(benchmark::State& state, const std::string& name, auto read_key, auto read_proof) {
  const char* chosen = std::getenv("PEGKIT_ZK");
  const auto folder =
      (chosen ? std::filesystem::path(chosen) : pegkit::test::source_folder() / "build/zk") / name;
  if (!std::filesystem::exists(folder)) return state.SkipWithError("no proof made by snarkjs");
  auto text = [&](const char* file) { return std::string(as_text(read_file(folder / file))); };
  const Verifier verifier(read_key(parse_json(text("verification_key.json"))));
  const std::string proof = text("proof.json"), inputs = text("public.json");
  for (auto _ : state) {
    auto read = read_proof(JsonField(parse_json(proof), "proof"));
    auto values = proofs::read_snarkjs_inputs(JsonField(parse_json(inputs), "public"));
    if (!read.verdict || !values.verdict || !verifier.verify(read.proof, values.inputs))
      state.SkipWithError("false");
  }
}

void plonk_snarkjs_proof(benchmark::State& state) {
  snarkjs_proof<proofs::SnarkjsPlonkVerifier>(state, "plonk_2", proofs::read_snarkjs_plonk_key,
                                              proofs::read_snarkjs_plonk_proof);
}
void fflonk_snarkjs_proof(benchmark::State& state) {
  snarkjs_proof<proofs::SnarkjsFflonkVerifier>(state, "fflonk_2", proofs::read_snarkjs_fflonk_key,
                                               proofs::read_snarkjs_fflonk_proof);
}

}  // namespace

BENCHMARK(plonk_ziren_proof)->Unit(benchmark::kMicrosecond);
BENCHMARK(plonk_ziren_key)->Unit(benchmark::kMicrosecond);
BENCHMARK(plonk_public_inputs)->Arg(2)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);
BENCHMARK(plonk_snarkjs_proof)->Unit(benchmark::kMicrosecond);
BENCHMARK(fflonk_snarkjs_proof)->Unit(benchmark::kMicrosecond);
