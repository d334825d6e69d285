// Ours against ffjavascript, with which snarkjs computes.
#include <doctest/doctest.h>

#include "bn254/pairing.hpp"
#include "support/anvil.hpp"
#include "support/bn254_groups.hpp"
#include "support/needs.hpp"
#include "support/paths.hpp"
#include "support/process.hpp"

using namespace pegkit;
using namespace pegkit::bn254;
using namespace pegkit::test;

namespace {

/// nullopt, said plainly, where there is no node or no ffjavascript.
std::optional<Json> ask(const Json& questions) {
  auto tools = bridge::test::layer2_tools();
  if (!tools || !std::filesystem::exists(*tools / "node_modules" / "ffjavascript")) {
    skipped("no ffjavascript (make deps, or set PEGKIT_L2)");
    return std::nullopt;
  }
  const std::string script = source_folder() / "tests/proofs/makers/ffjavascript_check.mjs";
  const std::string folder = std::filesystem::absolute(*tools).string();
  auto answer = run_child(
      [&] {
        ::execlp("node", "node", script.c_str(), folder.c_str(), nullptr);
        return 127;
      },
      questions.dump());
  if (answer.code == 127) {
    skipped("no node");
    return std::nullopt;
  }
  REQUIRE_MESSAGE(answer.code == 0, answer.err);
  return parse_json(answer.out);
}

template <class F>
struct Triple {
  Affine<F> p, q;
  Fr scalar;
};

/// Random ones, equal and opposite points, infinity on either side, and scalars from the edges.
template <class F, class Make>
std::vector<Triple<F>> triples(Bn254Random& random, std::size_t count, Make make) {
  const std::vector<Fr> edges = edge_elements<Fr>();
  std::vector<Triple<F>> out;
  for (std::size_t i = 0; i < count; ++i) {
    Affine<F> p = i % 23 == 1 ? Affine<F>{} : make();
    Affine<F> q = i % 23 == 2 ? Affine<F>{} : i % 23 == 3 ? p : i % 23 == 4 ? -p : make();
    out.push_back({p, q, i % 4 == 0 ? edges[i / 4 % edges.size()] : random.field<Fr>()});
  }
  return out;
}

template <class F>
Json asked(const std::vector<Triple<F>>& triples) {
  Json out = Json::array();
  for (const auto& [p, q, scalar] : triples)
    out.push_back({to_hex(write(p)), to_hex(write(q)), to_hex(scalar.bytes())});
  return out;
}

template <class F>
void compare(const std::vector<Triple<F>>& triples, const Json& answers) {
  REQUIRE(answers.size() == triples.size());
  for (std::size_t i = 0; i < triples.size(); ++i) {
    const auto& [p, q, scalar] = triples[i];
    CAPTURE(i);
    CHECK(to_hex(write((Jacobian<F>::from(p) + q).affine())) == answers[i][0]);
    CHECK(to_hex(write(multiply(p, scalar).affine())) == answers[i][1]);
  }
}

Fp12 twelve(const Json& numbers) {
  REQUIRE(numbers.size() == 12);
  std::array<Fp, 12> n;
  for (std::size_t i = 0; i < 12; ++i) n[i] = *Fp::from_bytes(from_hex(numbers[i].get<std::string>()));
  return {{{n[0], n[1]}, {n[2], n[3]}, {n[4], n[5]}}, {{n[6], n[7]}, {n[8], n[9]}, {n[10], n[11]}}};
}

}  // namespace

TEST_CASE("points, multiples and pairings are those of snarkjs' library") {
  Bn254Random random(1);
  auto g1 = triples<Fp>(random, 1000, [&] { return random_g1(random); });
  auto g2 = triples<Fp2>(random, 400, [&] { return random_g2(random); });
  std::vector<std::pair<G1, G2>> pairs;
  for (int i = 0; i < 120; ++i)  // without G2's infinity, of which its pairing makes zero
    pairs.emplace_back(i == 1 ? G1{} : random_g1(random), random_g2(random));
  pairs.emplace_back(g1_generator(), g2_generator());
  Json pairings = Json::array();
  for (const auto& [p, q] : pairs) pairings.push_back({to_hex(write(p)), to_hex(write(q))});

  auto answers = ask({{"g1", asked(g1)}, {"g2", asked(g2)}, {"pairings", pairings}});
  if (!answers) return;
  compare(g1, answers->at("g1"));
  compare(g2, answers->at("g2"));
  REQUIRE(answers->at("pairings").size() == pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    CAPTURE(i);
    std::array terms{PairingTerm(pairs[i].first, pairs[i].second)};
    CHECK(pairing(terms) == twelve(answers->at("pairings")[i]));
  }
}
