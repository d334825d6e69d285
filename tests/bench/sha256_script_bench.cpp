// The SHA-256 gadgets: how long the script takes to write, and to run. A gadget is written once per process;
// the first call's time stands as `first_ms`.

#include <benchmark/benchmark.h>
#include <chrono>
#include <map>

#include "gadgets/sha256_script.hpp"
#include "support/script_run.hpp"

namespace {

using namespace pegkit;
using namespace pegkit::gadgets;

void run_gadget(benchmark::State& state, const Sha256Gadget& (*gadget)()) {
  auto start = std::chrono::steady_clock::now();
  const Sha256Gadget& written = gadget();
  std::chrono::duration<double, std::milli> first = std::chrono::steady_clock::now() - start;
  std::vector<std::int64_t> entry;
  for (std::uint8_t nibble : sha256_entry(written, Bytes(64, 0x5a), Bytes(32, 0xc3), Bytes(32, 0x99)))
    entry.push_back(nibble);
  for (auto _ : state) {
    if (!test::run_script(written.script, entry).leaves(true)) state.SkipWithError("the claim passes");
  }
  static std::map<const void*, double> first_ms;
  state.counters["first_ms"] = first_ms.try_emplace(&written, first.count()).first->second;
  state.counters["bytes"] = static_cast<double>(written.script.size());
  state.counters["peak"] = static_cast<double>(written.peak);
}

BENCHMARK_CAPTURE(run_gadget, compress, sha256_compress_gadget)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_gadget, compress_iv, sha256_compress_iv_gadget)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run_gadget, hash64, sha256_hash64_gadget)->Unit(benchmark::kMillisecond);

}  // namespace
