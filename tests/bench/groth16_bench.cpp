// One Groth16 proof with 2 public inputs, all checks included, as snarkjs and as Ziren have it; keys; and
// batches.
#include <benchmark/benchmark.h>

#include "proofs/snarkjs_batch.hpp"
#include "proofs/snarkjs_groth16.hpp"
#include "support/groth16_simulator.hpp"
#include "support/snarkjs_writer.hpp"

namespace {

using namespace pegkit;
using namespace pegkit::test;
using bn254::Fr;

const std::vector<Fr> inputs = {Fr::from_u64(33), -Fr::one()};

/// From text to answer: JSON, ranges, curve, subgroup, equation.
void groth16_snarkjs_proof(benchmark::State& state) {
  Groth16Simulator simulator;
  proofs::Groth16Verifier verifier(simulator.key());
  std::string proof = snarkjs::json(simulator.prove(inputs)).dump(), values = snarkjs::json(inputs).dump();
  for (auto _ : state) {
    auto read = proofs::read_snarkjs_groth16_proof(JsonField(parse_json(proof), "proof"));
    auto shown = proofs::read_snarkjs_inputs(JsonField(parse_json(values), "public"));
    if (!read.verdict || !shown.verdict || !verifier.verify(read.proof, shown.inputs))
      state.SkipWithError("false");
  }
}

void groth16_equation(benchmark::State& state) {
  Groth16Simulator simulator;
  proofs::Groth16Verifier verifier(simulator.key());
  auto proof = simulator.prove(inputs);
  for (auto _ : state)
    if (!verifier.verify(proof, inputs)) state.SkipWithError("false");
}

void groth16_ziren_proof(benchmark::State& state) {
  Groth16Simulator simulator;
  proofs::ZirenKey key(proofs::ZirenSystem::groth16, simulator.key_file());
  auto proof = simulator.ziren({}, Bytes(64, 1));
  for (auto _ : state)
    if (!key.verify(proof)) state.SkipWithError("false");
}

void groth16_snarkjs_key(benchmark::State& state) {
  std::string key = snarkjs::json(Groth16Simulator().key()).dump();
  for (auto _ : state)
    benchmark::DoNotOptimize(proofs::Groth16Verifier(proofs::read_snarkjs_groth16_key(parse_json(key))));
}

void groth16_ziren_key(benchmark::State& state) {
  Bytes file = Groth16Simulator().key_file();
  for (auto _ : state) benchmark::DoNotOptimize(proofs::ZirenKey(proofs::ZirenSystem::groth16, file));
}

/// Lines of text as `verify-proof groth16 --batch` reads them.
void groth16_batch(benchmark::State& state) {
  auto count = static_cast<std::size_t>(state.range(0));
  Groth16Simulator simulator;
  proofs::Groth16Verifier verifier(simulator.key());
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < count; ++i)
    lines.push_back(
        Json{{"proof", snarkjs::json(simulator.prove(inputs))}, {"public", snarkjs::json(inputs)}}.dump());
  for (auto _ : state) {
    std::size_t next = 0;
    auto result = proofs::verify_groth16_batch(verifier, [&]() -> std::optional<std::string> {
      return next < lines.size() ? std::optional(lines[next++]) : std::nullopt;
    });
    if (!result.verdict()) state.SkipWithError("false");
  }
  state.counters["proofs/s"] =
      benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

BENCHMARK(groth16_snarkjs_proof)->Unit(benchmark::kMicrosecond);
BENCHMARK(groth16_equation)->Unit(benchmark::kMicrosecond);
BENCHMARK(groth16_ziren_proof)->Unit(benchmark::kMicrosecond);
BENCHMARK(groth16_snarkjs_key)->Unit(benchmark::kMicrosecond);
BENCHMARK(groth16_ziren_key)->Unit(benchmark::kMicrosecond);
BENCHMARK(groth16_batch)->Arg(10)->Arg(100)->Arg(1000)->Unit(benchmark::kMillisecond);
