// Ours against an EVM's precompiles for BN254 (EIP-196, EIP-197), which revert for what is not valid.
#include <doctest/doctest.h>

#include "bn254/pairing.hpp"
#include "support/anvil.hpp"
#include "support/bn254_groups.hpp"
#include "support/needs.hpp"

using namespace pegkit;
using namespace pegkit::bridge::test;
using namespace pegkit::bn254;
using namespace pegkit::test;

namespace {

struct Question {
  std::string precompile;
  Bytes data;
  std::optional<Bytes> ours;  ///< what it should give; nullopt when it should fail
};

Bytes join(std::initializer_list<ByteView> parts) {
  Bytes out;
  for (ByteView part : parts) append(out, part);
  return out;
}

std::string address(int number) {
  return "0x" + to_hex(ByteArray<19>{}) + to_hex(ByteArray<1>{static_cast<std::uint8_t>(number)});
}

Question add(ByteView a, ByteView b) {
  Question out{address(6), join({a, b}), {}};
  auto first = read_g1(a), second = read_g1(b);
  if (first && second) out.ours = to_bytes(write((G1Sum::from(first.point) + second.point).affine()));
  return out;
}

Question multiple(ByteView point, ByteView scalar) {
  Question out{address(7), join({point, scalar}), {}};
  if (auto read = read_g1(point))
    out.ours = to_bytes(write(multiply(read.point, Fr::reduce(scalar)).affine()));
  return out;
}

Question product(const Bytes& list) {
  Question out{address(8), list, {}};
  std::vector<PairingTerm> terms;
  for (std::size_t at = 0; at < list.size(); at += 192) {
    auto p = read_g1(ByteView(list).subspan(at, 64));
    auto q = read_g2(ByteView(list).subspan(at + 64, 128));
    if (!p || !q) return out;
    terms.emplace_back(p.point, q.point);
  }
  ByteArray<32> verdict{};
  verdict[31] = pairing_is_one(terms);
  out.ours = to_bytes(verdict);
  return out;
}

std::optional<Anvil> start() {
  auto tools = layer2_tools();
  auto binary = tools ? anvil_binary(*tools) : std::nullopt;
  if (!binary) {
    skipped("no anvil (make deps, or set PEGKIT_L2)");
    return std::nullopt;
  }
  return std::optional<Anvil>(std::in_place, *binary);
}

/// Asks all of them; gives how many were valid.
std::size_t compare(Anvil& anvil, std::span<const Question> questions) {
  std::vector<Json> calls;
  for (const Question& q : questions)
    calls.push_back({{{"to", q.precompile}, {"data", "0x" + to_hex(q.data)}, {"gas", "0xffffff"}}, "latest"});
  std::vector<Json> answers = anvil.rpc_batch("eth_call", calls);
  REQUIRE(answers.size() == questions.size());
  std::size_t valid = 0;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& q = questions[i];
    INFO(q.precompile, " ", to_hex(q.data), " ", answers[i].dump());
    CHECK(answers[i].contains("result") == q.ours.has_value());
    if (!q.ours || !answers[i].contains("result")) continue;
    CHECK(answers[i]["result"] == "0x" + to_hex(*q.ours));
    ++valid;
  }
  return valid;
}

ByteArray<32> plus_one(ByteArray<32> number) {
  for (std::size_t i = 32; i-- > 0 && ++number[i] == 0;) {
  }
  return number;
}

ByteArray<32> big_endian(const Limbs& limbs) {
  ByteArray<32> out;
  for (std::size_t i = 0; i < 32; ++i) out[31 - i] = static_cast<std::uint8_t>(limbs[i / 8] >> (i % 8 * 8));
  return out;
}

/// G1 as bytes: infinity, members, and what no point is.
std::vector<Bytes> edge_points() {
  ByteArray<32> zero{}, one = Fp::one().bytes(), two = Fp::from_u64(2).bytes(), p = big_endian(base_modulus),
                        ones;
  ones.fill(0xff);
  G1 twice = G1Sum::from(g1_generator()).doubled().affine();
  return {join({zero, zero}),
          join({one, two}),
          to_bytes(write(-g1_generator())),
          to_bytes(write(twice)),
          join({one, one}),
          join({zero, one}),
          join({one, zero}),
          join({p, two}),
          join({one, p}),
          join({zero, p}),
          join({p, zero}),
          join({plus_one(p), two}),
          join({one, plus_one(plus_one(p))}),
          join({ones, ones}),
          join({zero, ones})};
}

std::vector<ByteArray<32>> edge_scalars() {
  ByteArray<32> r = big_endian(scalar_modulus), ones;
  ones.fill(0xff);
  std::vector<ByteArray<32>> out{r, plus_one(r), big_endian(base_modulus), ones, {0x80}};
  for (const Fr& edge : edge_elements<Fr>()) out.push_back(edge.bytes());
  return out;
}

ByteArray<32> random_number(Bn254Random& random) {
  return big_endian({random.word(), random.word(), random.word(), random.word()});
}

}  // namespace

TEST_CASE("sums and multiples of G1 are those of the EVM's precompiles") {
  auto anvil = start();
  if (!anvil) return;
  Bn254Random random(1);
  std::vector<Question> questions;
  std::vector<Bytes> edges = edge_points();
  for (const Bytes& a : edges) {
    for (const Bytes& b : edges) questions.push_back(add(a, b));
    for (const auto& scalar : edge_scalars()) questions.push_back(multiple(a, scalar));
  }
  for (int i = 0; i < 1000; ++i) {
    G1 a = random_g1(random), b = i % 20 == 0 ? a : i % 20 == 1 ? -a : random_g1(random);
    questions.push_back(add(write(a), write(b)));
    Bytes altered = to_bytes(write(a));
    altered[random.word() % 64] ^= static_cast<std::uint8_t>(1 << random.word() % 8);
    if (i % 5 == 0) questions.push_back(add(altered, write(b)));
    questions.push_back(multiple(write(a), random_number(random)));
    if (i % 5 == 1) questions.push_back(multiple(altered, random_number(random)));
  }
  for (const auto& scalar : edge_scalars()) questions.push_back(multiple(write(random_g1(random)), scalar));
  std::size_t valid = compare(*anvil, questions);
  CHECK(valid > 2100);
  CHECK(questions.size() - valid > 600);
}

TEST_CASE("products of pairings are those of the EVM's precompile") {
  auto anvil = start();
  if (!anvil) return;
  Bn254Random random(2);
  std::vector<Question> questions;
  int truths = 0;
  // Lists of 0 to 4 terms whose product is one in every other list; infinity in some.
  for (int i = 0; i < 250; ++i) {
    Bytes list;
    Fr exponent = Fr::zero();
    int terms = i % 5;
    for (int term = 0; term < terms; ++term) {
      Fr a = random.field<Fr>(), b = random.word() % 8 == 0 ? Fr::zero() : random.field<Fr>();
      if (random.word() % 8 == 0) a = Fr::zero();
      if (term == terms - 1 && i % 2 == 0) {
        a = -exponent;
        b = Fr::one();
      }
      exponent += a * b;
      append(list, write(multiply(g1_generator(), a).affine()));
      append(list, write(multiply(g2_generator(), b).affine()));
    }
    questions.push_back(product(list));
    REQUIRE(questions.back().ours);
    bool one = questions.back().ours->back() == 1;
    CHECK(one == exponent.is_zero());
    truths += one;
  }
  CHECK(truths > 100);
  CHECK(truths < 200);
  CHECK(compare(*anvil, questions) == questions.size());
}

TEST_CASE("what is no point of G2 is refused as by the EVM's precompile") {
  auto anvil = start();
  if (!anvil) return;
  Bn254Random random(3);
  std::vector<Question> questions;
  auto ask = [&](ByteView p, ByteView q) { questions.push_back(product(join({p, q}))); };
  const Bytes generator = to_bytes(write(g2_generator()));
  for (const Bytes& p : edge_points()) {
    ask(p, generator);
    ask(p, Bytes(128));
  }
  ByteArray<32> ones;
  ones.fill(0xff);
  for (const auto& number : {ByteArray<32>{}, Fp::one().bytes(), big_endian(base_modulus),
                             plus_one(big_endian(base_modulus)), ones}) {
    for (std::size_t place = 0; place < 4; ++place) {
      Bytes altered = generator, lonely(128);
      std::ranges::copy(number, altered.begin() + static_cast<std::ptrdiff_t>(32 * place));
      std::ranges::copy(number, lonely.begin() + static_cast<std::ptrdiff_t>(32 * place));
      ask(write(g1_generator()), altered);
      ask(write(g1_generator()), lonely);
    }
  }
  std::size_t members = 0;
  for (int i = 0; i < 250; ++i) {
    G1 p = i % 4 == 0 ? G1{} : random_g1(random);  // infinity does not hide the other side's fault
    G2 outside = random_on_twist(random), member = random_g2(random);
    ask(write(p), write(outside));
    ask(write(p), write((G2Sum::from(outside) + member).affine()));
    ask(write(p), write(plain_multiple(outside, scalar_modulus).affine()));
    Bytes altered = to_bytes(write(member));
    altered[random.word() % 128] ^= static_cast<std::uint8_t>(1 << random.word() % 8);
    ask(write(p), altered);
    ask(write(p), write(member));
    ++members;
  }
  std::size_t valid = compare(*anvil, questions);
  CHECK(valid >= members);
  CHECK(valid < members + 30);
}
