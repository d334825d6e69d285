// The tree of a custody with 9 of 18 subsets (48,620 MuSig2 aggregates): time and peak memory of the process,
// and one aggregate by libsecp256k1's own KeyAgg beside it.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "bridge/custody.hpp"
#include "crypto/musig.hpp"

namespace {

using namespace pegkit;

std::vector<crypto::PublicKey> keys(std::uint8_t count) {
  std::vector<crypto::PublicKey> out;
  for (std::uint8_t i = 1; i <= count; ++i) {
    ByteArray<32> secret{};
    secret[31] = i;
    out.push_back(crypto::SecretKey::from(secret).public_key());
  }
  return out;
}

void custody_subsets_9_of_18(benchmark::State& state) {
  for (auto _ : state) {
    auto custody = bridge::Custody::make(bridge::Policy::subsets, 9, keys(18));
    benchmark::DoNotOptimize(custody.merkle_root());
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["leaves"] = 48'620;
  state.counters["peak_MiB"] = static_cast<double>(usage.ru_maxrss) / 1024;
}
BENCHMARK(custody_subsets_9_of_18)->Unit(benchmark::kMillisecond)->UseRealTime();

void keyagg_of_9(benchmark::State& state) {
  auto nine = keys(9);
  crypto::key_sort(nine);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::KeyAgg(nine).xonly());
}
BENCHMARK(keyagg_of_9)->Unit(benchmark::kMicrosecond);

}  // namespace
