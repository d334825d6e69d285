// One graph of the claim program with k = 5: making it from its inputs, and signing it beforehand with 3 and
// with 100 signers: the work of one signer in each round, and of the party that combines. Sizes and fees are
// counters.
#include <benchmark/benchmark.h>
#include <chrono>

#include "signing/combine.hpp"
#include "signing/request.hpp"
#include "support/program_graph.hpp"

namespace {

using namespace pegkit;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t headers = 5;

double milliseconds(Clock::time_point since) {
  return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
}

void graph_build(benchmark::State& state) {
  test::ProgramGraph world(3, headers);
  std::optional<optimistic::Graph> graph;
  for (auto _ : state) graph.emplace(world.build());
  auto show = [&](const std::string& name, const optimistic::GraphTransaction& made) {
    state.counters[name + "_fee"] = static_cast<double>(made.fee().value());
    state.counters[name + "_vB"] =
        static_cast<double>(made.fee().value() * 1000 / graph->rules().fee_rate.sat_per_kvb());
  };
  show("lock", graph->lock());
  show("kickoff", graph->kickoff());
  show("take_fast", graph->take_fast());
  show("take_final", graph->take_final());
  show("reclaim", graph->reclaim());
  double asserts = 0, largest = 0;
  for (std::size_t i = 0; i < graph->parts(); ++i) asserts += static_cast<double>(graph->assert_vsize(i));
  for (std::size_t k = 0; k < graph->steps(); ++k)
    largest = std::max(largest, static_cast<double>(graph->disprove_weight(k)));
  state.counters["parts"] = static_cast<double>(graph->parts());
  state.counters["steps"] = static_cast<double>(graph->steps());
  state.counters["messages"] = static_cast<double>(graph->tasks().size());
  state.counters["asserts_vB"] = asserts;
  state.counters["disprove_weight"] = largest;
}
BENCHMARK(graph_build)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The nonces of everybody, and what one of them took.
signing::NonceSet all_nonces(const test::ProgramGraph& world, const signing::RoundRequest& request,
                             const signing::RoundMath& math, double& one) {
  signing::NonceSet out(request);
  for (const crypto::PublicKey& key : request.key_set.keys) {
    crypto::SecretKey secret = world.base.secret_of(key);
    auto begin = Clock::now();
    auto made = math.make_nonces(secret, crypto::sha256(key));
    one = milliseconds(begin);
    out.add({request.session(), {}, key, std::move(made)});
  }
  return out;
}

void graph_pre_sign(benchmark::State& state) {
  test::ProgramGraph world(static_cast<std::uint32_t>(state.range(0)), headers);
  optimistic::GraphDocument document(world.build());
  document.challenge = world.base.sign_challenge(document.graph);
  signing::RoundRequest request = signing::graph_request(document);
  double nonce = 0, sign = 0, combine = 0;
  for (auto _ : state) {
    signing::RoundMath math(request);
    signing::NonceSet nonces = all_nonces(world, request, math, nonce);
    std::vector<Json> partials;
    for (const crypto::PublicKey& key : request.key_set.keys) {
      crypto::SecretKey secret = world.base.secret_of(key);
      auto begin = Clock::now();
      signing::PartialDocument part{
          .session = request.session(), .signer = key, .nonces_hash = nonces.hash()};
      part.partials = math.sign(secret, crypto::sha256(key), nonces);
      sign = milliseconds(begin);
      partials.push_back(part.to_json());
    }
    auto begin = Clock::now();
    auto signatures = signing::combine_partials(request, partials, &nonces);
    benchmark::DoNotOptimize(signing::combined_document(request, signatures));
    combine = milliseconds(begin);
  }
  state.counters["messages"] = static_cast<double>(request.messages.size());
  state.counters["signer_nonce_ms"] = nonce;
  state.counters["signer_sign_ms"] = sign;
  state.counters["combine_ms"] = combine;
}
BENCHMARK(graph_pre_sign)->Arg(3)->Arg(100)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

}  // namespace
