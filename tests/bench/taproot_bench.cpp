// A tree of 2^20 leaves `<32-byte key> OP_CHECKSIG` of 34 bytes: time, peak memory of the process, and
// OpenSSL's plain SHA-256 beside it for a ratio that does not depend on the machine.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstring>
#include <sys/resource.h>

#include "bitcoin/taproot.hpp"
#include "crypto/hash.hpp"

namespace {

using namespace pegkit;

constexpr std::size_t leaf_count = std::size_t{1} << 20;
constexpr std::size_t script_size = 34;
constexpr std::size_t chunk = 4096;

/// `chunk` scripts from number `first` on; their keys are just that number.
void fill_scripts(Bytes& scripts, std::uint64_t first) {
  for (std::size_t i = 0; i < chunk; ++i) {
    std::uint8_t* script = scripts.data() + i * script_size;
    script[0] = 0x20;
    const std::uint64_t number = first + i;
    std::memcpy(script + 1, &number, sizeof number);
    script[33] = 0xac;
  }
}

double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void taproot_tree(benchmark::State& state) {
  Bytes scripts(chunk * script_size);
  for (auto _ : state) {
    std::vector<bitcoin::TapNode> hashes;
    hashes.reserve(leaf_count);
    for (std::size_t first = 0; first < leaf_count; first += chunk) {
      fill_scripts(scripts, first);
      auto made = bitcoin::tapleaf_hashes(scripts, script_size);
      hashes.insert(hashes.end(), made.begin(), made.end());
    }
    benchmark::DoNotOptimize(bitcoin::balanced_root(hashes));
  }
  state.counters["leaves/s"] =
      benchmark::Counter(static_cast<double>(leaf_count * state.iterations()), benchmark::Counter::kIsRate);
  state.counters["peak MiB"] = peak_mib();
}

void taproot_tree_streamed(benchmark::State& state) {
  Bytes scripts(chunk * script_size);
  for (auto _ : state) {
    bitcoin::TapTreeStream tree;
    for (std::size_t first = 0; first < leaf_count; first += chunk) {
      fill_scripts(scripts, first);
      auto made = bitcoin::tapleaf_hashes(scripts, script_size);
      tree.add_many(made);
    }
    benchmark::DoNotOptimize(tree.root());
  }
  state.counters["peak MiB"] = peak_mib();
}

/// As many bytes as the tree's compressions take: one a leaf and two a branch.
void openssl_sha256(benchmark::State& state) {
  Bytes data(1 << 20);
  for (auto _ : state)
    for (std::size_t done = 0; done < 3 * leaf_count * 64; done += data.size())
      benchmark::DoNotOptimize(crypto::sha256(data));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * 3 * leaf_count * 64));
}

}  // namespace

// The streamed tree comes first: peak memory only grows.
BENCHMARK(taproot_tree_streamed)->Unit(benchmark::kMillisecond);
BENCHMARK(taproot_tree)->Unit(benchmark::kMillisecond);
BENCHMARK(openssl_sha256)->Unit(benchmark::kMillisecond);
