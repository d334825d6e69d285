// The claim of one graph with k = 5: its trees, its trace, and what a challenger does with it; beside the
// trees OpenSSL's plain SHA-256 of as many bytes.
#include <benchmark/benchmark.h>

#include "crypto/hash.hpp"
#include "optimistic/claim_actors.hpp"
#include "optimistic/claim_summary.hpp"

namespace {

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;

constexpr std::uint32_t epochs = 1024;

struct ClaimBench {
  optimistic::test::ClaimWorld world;
  optimistic::test::ClaimActors actors{world.program()};
  ClaimTrace trace = true_trace(actors.program, world.inputs);
  ClaimSignatures signatures = actors.sign(trace);
  std::vector<crypto::OtsPublicKey> sequencer;

  ClaimBench() {
    for (std::uint32_t epoch = 0; epoch < epochs; ++epoch) sequencer.push_back(actors.epoch_key(epoch));
  }
};
const ClaimBench& setting() {
  static const ClaimBench one;
  return one;
}

std::size_t script_bytes(const ClaimTree& tree) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < tree.size(); ++i) out += tree.leaf_size(i);
  return out;
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * static_cast<std::int64_t>(state.iterations()));
}

void claim_disprove_tree(benchmark::State& state) {
  const ClaimBench& b = setting();
  std::size_t bytes = 0;
  for (auto _ : state)
    bytes = script_bytes(disprove_tree(b.actors.program, b.actors.keys, b.actors.signers_key));
  count_bytes(state, bytes);
}

void claim_epoch_tree(benchmark::State& state) {
  const ClaimBench& b = setting();
  std::size_t bytes = 0;
  for (auto _ : state)
    bytes = script_bytes(epoch_tree(b.actors.program, b.actors.keys, b.actors.operator_key, b.sequencer, 0));
  count_bytes(state, bytes);
}

/// All that both trees hash, hashed as one message.
void claim_plain_sha256(benchmark::State& state) {
  const ClaimBench& b = setting();
  std::size_t bytes =
      script_bytes(disprove_tree(b.actors.program, b.actors.keys, b.actors.signers_key)) +
      script_bytes(epoch_tree(b.actors.program, b.actors.keys, b.actors.operator_key, b.sequencer, 0));
  const Bytes message(bytes, 0x5a);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::sha256(message));
  count_bytes(state, bytes);
}

void claim_trace(benchmark::State& state) {
  const ClaimBench& b = setting();
  for (auto _ : state) benchmark::DoNotOptimize(true_trace(b.actors.program, b.world.inputs));
}

/// From the raw witnesses of kickoff and asserts to the false step and its witness.
void claim_find_false_step(benchmark::State& state) {
  const ClaimBench& b = setting();
  const optimistic::test::ClaimActors& a = b.actors;
  std::size_t lie = a.program.step("block_hash_5");
  ClaimSignatures signatures = a.sign(optimistic::test::falsified(a.program, b.trace, lie));
  auto whole = [](bitcoin::Witness stack) {
    stack.resize(stack.size() + 2);
    return stack;
  };
  const Bytes signature(64);
  auto committed = crypto::ots_sign(a.epoch_secret(41), b.trace[a.program.value("root")]);
  bitcoin::Witness kickoff = whole(kickoff_witness(a.program, a.layout, signatures, signature)),
                   first = whole(epoch_witness(a.program, a.layout, signatures, committed, signature));
  std::vector<bitcoin::Witness> parts;
  for (std::size_t part = 1; part < a.layout.parts(); ++part)
    parts.push_back(whole(assert_witness(a.program, a.layout, signatures, part, signature)));
  for (auto _ : state) {
    ClaimSignatures all = read_kickoff(a.program, a.layout, a.keys, kickoff).value();
    merge_signatures(all, read_epoch(a.program, a.layout, a.keys, b.sequencer, 0, first).value().signatures);
    for (std::size_t part = 1; part < a.layout.parts(); ++part)
      merge_signatures(all, read_assert(a.program, a.layout, a.keys, part, parts[part - 1]).value());
    auto step = first_false_step(a.program, signed_values(all));
    if (step != lie) state.SkipWithError("another step was found");
    benchmark::DoNotOptimize(disprove_witness(a.program, lie, all, signature));
  }
}

/// The spend of the largest leaf, by the interpreter.
void claim_run_largest_leaf(benchmark::State& state) {
  const ClaimBench& b = setting();
  const optimistic::test::ClaimActors& a = b.actors;
  std::size_t step = a.program.step("node_1");
  ClaimSignatures signatures = a.sign(optimistic::test::falsified(a.program, b.trace, step));
  auto spend =
      optimistic::test::LeafSpend::alone(disprove_leaf(a.program, step, a.keys, a.signers_key), 1);
  auto stack = disprove_witness(a.program, step, signatures, spend.sign(a.signers_secret, 3));
  for (auto _ : state)
    if (spend.run(stack) != bitcoin::ScriptError::OK) state.SkipWithError("the leaf refused");
}

BENCHMARK(claim_disprove_tree)->Unit(benchmark::kMillisecond);
BENCHMARK(claim_epoch_tree)->Unit(benchmark::kMillisecond);
BENCHMARK(claim_plain_sha256)->Unit(benchmark::kMillisecond);
BENCHMARK(claim_trace)->Unit(benchmark::kMicrosecond);
BENCHMARK(claim_find_false_step)->Unit(benchmark::kMillisecond);
BENCHMARK(claim_run_largest_leaf)->Unit(benchmark::kMillisecond);

}  // namespace
