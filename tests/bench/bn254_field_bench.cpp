// BN254's fields and tower. Every operation feeds the next one, so these are latencies, as in a pairing.
#include <benchmark/benchmark.h>

#include "support/bn254_random.hpp"

namespace {

using namespace pegkit;
using namespace pegkit::bn254;

template <class T, class Step>
void chain(benchmark::State& state, T value, Step step) {
  for (auto _ : state) {
    for (int i = 0; i < 16; ++i) {
      value = step(value);
      benchmark::DoNotOptimize(value);
    }
  }
  state.SetItemsProcessed(state.iterations() * 16);
  state.counters["each"] = benchmark::Counter(static_cast<double>(state.iterations()) * 16,
                                              benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

test::Bn254Random random_elements(1);

void fp_multiply(benchmark::State& state) {
  Fp b = random_elements.field<Fp>();
  chain(state, random_elements.field<Fp>(), [&](const Fp& a) { return a * b; });
}
void fp_square(benchmark::State& state) {
  chain(state, random_elements.field<Fp>(), [](const Fp& a) { return a.square(); });
}
void fp_add(benchmark::State& state) {
  Fp b = random_elements.field<Fp>();
  chain(state, random_elements.field<Fp>(), [&](const Fp& a) { return a + b; });
}
void fp_inverse(benchmark::State& state) {
  chain(state, random_elements.field<Fp>(), [](const Fp& a) { return a.inverse(); });
}
void fp_sqrt(benchmark::State& state) {
  chain(state, random_elements.field<Fp>().square(), [](const Fp& a) { return a.square().sqrt().value(); });
}
void fr_multiply(benchmark::State& state) {
  Fr b = random_elements.field<Fr>();
  chain(state, random_elements.field<Fr>(), [&](const Fr& a) { return a * b; });
}
void fp2_multiply(benchmark::State& state) {
  Fp2 b = random_elements.fp2();
  chain(state, random_elements.fp2(), [&](const Fp2& a) { return a * b; });
}
void fp2_square(benchmark::State& state) {
  chain(state, random_elements.fp2(), [](const Fp2& a) { return a.square(); });
}
void fp6_multiply(benchmark::State& state) {
  Fp6 b = random_elements.fp6();
  chain(state, random_elements.fp6(), [&](const Fp6& a) { return a * b; });
}
void fp12_multiply(benchmark::State& state) {
  Fp12 b = random_elements.fp12();
  chain(state, random_elements.fp12(), [&](const Fp12& a) { return a * b; });
}
void fp12_square(benchmark::State& state) {
  chain(state, random_elements.fp12(), [](const Fp12& a) { return a.square(); });
}
void fp12_cyclotomic_square(benchmark::State& state) {
  chain(state, random_elements.cyclotomic(), [](const Fp12& a) { return a.cyclotomic_square(); });
}
void fp12_times_line(benchmark::State& state) {
  Fp2 l1 = random_elements.fp2(), l3 = random_elements.fp2();
  chain(state, random_elements.fp12(), [&](const Fp12& a) { return a.times_line(l1, l3); });
}
void fp12_inverse(benchmark::State& state) {
  chain(state, random_elements.fp12(), [](const Fp12& a) { return a.inverse(); });
}
void fp12_frobenius(benchmark::State& state) {
  chain(state, random_elements.fp12(), [](const Fp12& a) { return a.frobenius(1); });
}

BENCHMARK(fp_multiply);
BENCHMARK(fp_square);
BENCHMARK(fp_add);
BENCHMARK(fp_inverse);
BENCHMARK(fp_sqrt);
BENCHMARK(fr_multiply);
BENCHMARK(fp2_multiply);
BENCHMARK(fp2_square);
BENCHMARK(fp6_multiply);
BENCHMARK(fp12_multiply);
BENCHMARK(fp12_square);
BENCHMARK(fp12_cyclotomic_square);
BENCHMARK(fp12_times_line);
BENCHMARK(fp12_inverse);
BENCHMARK(fp12_frobenius);

}  // namespace
