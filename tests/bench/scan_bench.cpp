// Reading a raw mainnet block as watch-chain does: every transaction parsed and hashed, its outputs and
// inputs looked up among what is watched, the merkle root computed.
#include <benchmark/benchmark.h>
#include <string>
#include <unordered_set>

#include "base/files.hpp"
#include "bitcoin/block.hpp"
#include "support/vectors.hpp"

namespace {

using namespace pegkit;

std::optional<Bytes> mainnet_block() {
  if (!std::filesystem::exists(test::vectors_folder())) return std::nullopt;
  return test::vectors_file("chain/mainnet-block-c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
}

void scan_mainnet_block(benchmark::State& state) {
  auto raw = mainnet_block();
  if (!raw) {
    state.SkipWithError("the test vectors are not there");
    return;
  }
  std::unordered_set<std::string> scripts, txids;
  for (int i = 0; i < 1000; ++i) {
    scripts.insert("a watched script number " + std::to_string(i));
    txids.insert("a watched coin number " + std::to_string(i));
  }
  std::size_t found = 0;
  for (auto _ : state) {
    auto scan =
        bitcoin::scan_block(*raw, [&](const bitcoin::Transaction& tx, ByteView, const bitcoin::Txid&) {
          for (const auto& output : tx.outputs)
            found += scripts.count(std::string(as_text(output.script_pubkey)));
          for (const auto& input : tx.inputs) found += txids.count(std::string(as_text(input.prevout.txid)));
        });
    if (scan.mutated || scan.header.merkle_root != scan.merkle_root)
      state.SkipWithError("a wrong merkle root");
  }
  benchmark::DoNotOptimize(found);
  state.SetBytesProcessed(static_cast<std::int64_t>(raw->size()) * state.iterations());
}
BENCHMARK(scan_mainnet_block)->Unit(benchmark::kMillisecond);

}  // namespace
