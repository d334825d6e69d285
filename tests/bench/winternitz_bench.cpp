// The public one-time keys of 1,024 epochs of 32 bytes, about a million HASH160, and the check of one
// signature, natively.
#include <benchmark/benchmark.h>

#include "app/keygen/ots.hpp"

namespace {

using namespace pegkit;

crypto::SecretKey seed() {
  Bytes bytes(32);
  bytes[31] = 1;
  return crypto::SecretKey::from(bytes);
}

void ots_public_keys_1024_epochs(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(app::keygen::sequencer_ots_keys(seed(), 0, 1024));
  state.counters["HASH160/s"] = benchmark::Counter(static_cast<double>(state.iterations() * 1024 * 67 * 16),
                                                   benchmark::Counter::kIsRate);
}

void ots_keys_document_1024_epochs(benchmark::State& state) {
  std::string text = app::keygen::sequencer_ots_keys(seed(), 0, 1024).to_json().dump();
  for (auto _ : state) benchmark::DoNotOptimize(optimistic::OtsKeySet::parse(parse_json(text)));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void ots_verify(benchmark::State& state) {
  auto secret = optimistic::sequencer_ots_secret(seed(), 0);
  auto key = crypto::ots_public_key(secret, 32);
  auto signature = crypto::ots_sign(secret, Bytes(32, 0x5a));
  for (auto _ : state) benchmark::DoNotOptimize(crypto::ots_verify(key, signature));
}

}  // namespace

BENCHMARK(ots_public_keys_1024_epochs)->Unit(benchmark::kMillisecond);
BENCHMARK(ots_keys_document_1024_epochs)->Unit(benchmark::kMillisecond);
BENCHMARK(ots_verify)->Unit(benchmark::kMicrosecond);
