// The parts of a Groth16 verification over BN254, and sums of multiples. `groth16_parts` has all that one
// proof with two public inputs costs: points read, subgroup, inputs, one fresh and two prepared loops, final
// exponentiation.
#include <benchmark/benchmark.h>

#include "bn254/pairing.hpp"
#include "support/bn254_groups.hpp"

namespace {

using namespace pegkit;
using namespace pegkit::bn254;

test::Bn254Random& random_points() {
  static test::Bn254Random random(1);
  return random;
}

template <class Run>
void repeat(benchmark::State& state, Run run) {
  for (auto _ : state) benchmark::DoNotOptimize(run());
}

std::vector<PairingTerm> fresh_terms(std::size_t count) {
  std::vector<PairingTerm> out;
  for (std::size_t i = 0; i < count; ++i)
    out.emplace_back(test::random_g1(random_points()), test::random_g2(random_points()));
  return out;
}

const PreparedG2& prepared() {
  static const PreparedG2 lines(test::random_g2(random_points()));
  return lines;
}

void pairing_terms(benchmark::State& state) {
  auto terms = fresh_terms(static_cast<std::size_t>(state.range(0)));
  repeat(state, [&] { return pairing(terms); });
}

void miller_loop_fresh(benchmark::State& state) {
  auto terms = fresh_terms(static_cast<std::size_t>(state.range(0)));
  repeat(state, [&] { return miller_loop(terms); });
}

void miller_loop_prepared(benchmark::State& state) {
  std::vector<PairingTerm> terms;
  for (std::int64_t i = 0; i < state.range(0); ++i)
    terms.emplace_back(test::random_g1(random_points()), prepared());
  repeat(state, [&] { return miller_loop(terms); });
}

void prepare_g2(benchmark::State& state) {
  G2 q = test::random_g2(random_points());
  repeat(state, [&] { return PreparedG2(q); });
}

void final_exponentiation_of_one_loop(benchmark::State& state) {
  Fp12 f = miller_loop(fresh_terms(1));
  repeat(state, [&] { return final_exponentiation(f); });
}

void g2_subgroup_check(benchmark::State& state) {
  G2 q = test::random_g2(random_points());
  repeat(state, [&] { return is_in_subgroup(q); });
}

void g1_multiply(benchmark::State& state) {
  G1 p = test::random_g1(random_points());
  Fr scalar = random_points().field<Fr>();
  repeat(state, [&] { return multiply(p, scalar); });
}

void g2_multiply(benchmark::State& state) {
  G2 q = test::random_g2(random_points());
  Fr scalar = random_points().field<Fr>();
  repeat(state, [&] { return multiply(q, scalar); });
}

void g1_multi_scalar(benchmark::State& state) {
  std::vector<G1> points;
  std::vector<Fr> scalars;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    points.push_back(test::random_g1(random_points()));
    scalars.push_back(random_points().field<Fr>());
  }
  repeat(state, [&] { return multi_scalar(points, scalars); });
}

void groth16_parts(benchmark::State& state) {
  auto& random = random_points();
  const ByteArray<64> a = write(test::random_g1(random)), c = write(test::random_g1(random));
  const ByteArray<128> b = write(test::random_g2(random));
  const std::array inputs{test::random_g1(random), test::random_g1(random)};
  const std::array scalars{random.field<Fr>(), random.field<Fr>()};
  repeat(state, [&] {
    G1 sum = multi_scalar(inputs, scalars).affine();
    std::array terms{PairingTerm(read_g1(a).point, read_g2(b).point), PairingTerm(sum, prepared()),
                     PairingTerm(read_g1(c).point, prepared())};
    return pairing(terms);
  });
}

}  // namespace

BENCHMARK(groth16_parts)->Unit(benchmark::kMicrosecond);
BENCHMARK(pairing_terms)->Arg(1)->Arg(2)->Arg(4)->Unit(benchmark::kMicrosecond);
BENCHMARK(miller_loop_fresh)->Arg(1)->Arg(4)->Unit(benchmark::kMicrosecond);
BENCHMARK(miller_loop_prepared)->Arg(1)->Arg(4)->Unit(benchmark::kMicrosecond);
BENCHMARK(prepare_g2)->Unit(benchmark::kMicrosecond);
BENCHMARK(final_exponentiation_of_one_loop)->Unit(benchmark::kMicrosecond);
BENCHMARK(g2_subgroup_check)->Unit(benchmark::kMicrosecond);
BENCHMARK(g1_multiply)->Unit(benchmark::kMicrosecond);
BENCHMARK(g2_multiply)->Unit(benchmark::kMicrosecond);
BENCHMARK(g1_multi_scalar)->Arg(2)->Arg(16)->Arg(128)->Arg(1000)->Unit(benchmark::kMicrosecond);
