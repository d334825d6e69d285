#include "gadgets/nibble_script.hpp"

#include <doctest/doctest.h>
#include <random>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/script_run.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::gadgets;
using namespace pegkit::gadgets::test;
using pegkit::test::error_and_exit;

namespace {

/// Named nibbles on a stack.
struct Stack {
  std::vector<std::string> names;
  std::vector<std::int64_t> numbers;

  void put(std::string name, std::int64_t number) {
    names.push_back(std::move(name));
    numbers.push_back(number);
  }
  void put(std::string_view run, const std::vector<std::uint8_t>& nibbles) {
    for (std::size_t i = 0; i < nibbles.size(); ++i) put(nibble_name(run, i), nibbles[i]);
  }
  NibbleValues values() const {
    NibbleValues out;
    for (std::size_t i = 0; i < names.size(); ++i)
      out.emplace(names[i], static_cast<std::uint8_t>(numbers[i]));
    return out;
  }
};

/// Runs the test's script on the stack and compares with its native result, which it returns.
bool agree(const NibbleTest& test, const Stack& stack) {
  StackAssembler script(stack.names);
  test.emit(script);
  REQUIRE(script.height() == stack.names.size() + 1);
  bool expected = test.holds(stack.values());
  CHECK(run_script(script.keep_top().take(), stack.numbers).leaves(expected));
  return expected;
}

std::vector<std::uint8_t> random_nibbles(std::mt19937& random, std::size_t count) {
  // Mostly zeros and fifteens now and then, where carries and ties are.
  unsigned mode = random() % 4;
  std::vector<std::uint8_t> out;
  for (std::size_t i = 0; i < count; ++i) {
    unsigned nibble = mode == 0 ? random() % 2 * 15 : mode == 1 ? 15 - random() % 2 : random() % 16;
    out.push_back(static_cast<std::uint8_t>(nibble));
  }
  return out;
}

/// Two runs x and y: unrelated, the same, or different in one nibble.
Stack random_pair(std::mt19937& random, std::size_t count) {
  std::vector<std::uint8_t> x = random_nibbles(random, count), y = x;
  unsigned mode = random() % 4;
  if (mode == 0) y = random_nibbles(random, count);
  if (mode > 1) y[random() % count] = static_cast<std::uint8_t>(random() % 16);
  Stack stack;
  stack.put("x", x);
  stack.put("y", y);
  return stack;
}

}  // namespace

TEST_CASE("nibbles of bytes") {
  CHECK(to_nibbles(from_hex("0f1e")) == std::vector<std::uint8_t>{0, 15, 1, 14});
  CHECK(nibble_run("v", 2, 2)[1].name == "v.3");
  CHECK(constant_run(from_hex("a5"))[1].constant == 5);
}

TEST_CASE("equal and ordered runs") {
  std::mt19937 random(1);
  int equal = 0, greater = 0;
  const int rounds = 600;
  for (int round = 0; round < rounds; ++round) {
    std::size_t count = 1 + (round < 500 ? random() % 10 : random() % 64);
    CAPTURE(round);
    Stack stack = random_pair(random, count);
    NibbleRun x = nibble_run("x", 0, count), y = nibble_run("y", 0, count);
    NibbleRun constant;
    for (const Nibble& nibble : y) constant.push_back({{}, stack.values().at(nibble.name)});
    equal += agree(NibbleTest::equal(x, y), stack) ? 1 : 0;
    greater += agree(NibbleTest::greater(x, y), stack) ? 1 : 0;
    agree(NibbleTest::equal(x, constant), stack);
    agree(NibbleTest::equal(constant, x), stack);
    agree(NibbleTest::greater(x, constant), stack);
    agree(NibbleTest::greater(constant, x), stack);
    agree(NibbleTest::at_most(x, constant), stack);
    agree(NibbleTest::at_most(y, x), stack);
  }
  CHECK(equal > rounds / 5);
  CHECK(greater > rounds / 5);
}

TEST_CASE("nibbles against constants, bits and ranges") {
  for (std::uint8_t value = 0; value < 16; ++value) {
    Stack stack;
    stack.put("x", {7, value});
    NibbleRun x = nibble_run("x", 0, 2);
    for (std::uint8_t other = 0; other < 16; ++other)
      CHECK(agree(NibbleTest::equal({x[1]}, {{{}, other}}), stack) == (value == other));
    for (std::size_t bit = 0; bit < 8; ++bit)
      CHECK(agree(NibbleTest::bit(x, bit), stack) == ((0x70 + value) >> bit & 1));
  }
  for (std::int64_t value : {-70'000, -1, 0, 1, 2, 14, 15, 16, 17, 255, 2'147'483'647, -2'147'483'647}) {
    StackAssembler script(std::vector<std::string>{"x"});
    NibbleTest::in_range({"x"}, 0, 15).emit(script).keep_top();
    CHECK(run_script(script.take(), {value}).leaves(value >= 0 && value <= 15));
  }
}

TEST_CASE("tests of tests") {
  for (std::int64_t p : {0, 1}) {
    for (std::int64_t q : {0, 1}) {
      for (std::int64_t r : {0, 1}) {
        Stack stack;
        stack.put("p", p);
        stack.put("q", q);
        stack.put("r", r);
        auto flag = [](const char* name) { return NibbleTest::flag(name); };
        CHECK(agree(NibbleTest::all({flag("p"), flag("q"), flag("r")}), stack) == (p && q && r));
        CHECK(agree(NibbleTest::any({flag("p"), flag("q"), flag("r")}), stack) == (p || q || r));
        CHECK(agree(NibbleTest::no(NibbleTest::any({flag("p"), NibbleTest::no(flag("q"))})), stack) ==
              !(p || !q));
      }
    }
  }
}

TEST_CASE("a step's check: a digit says which strings must not differ") {
  std::mt19937 random(2);
  int found = 0;
  for (int round = 0; round < 300; ++round) {
    Stack stack = random_pair(random, 64);
    stack.put("depth.0", random() % 3);
    NibbleTest check =
        NibbleTest::all({NibbleTest::equal(nibble_run("depth", 0, 1), {{{}, 2}}),
                         NibbleTest::no(NibbleTest::equal(nibble_run("x", 0, 64), nibble_run("y", 0, 64)))});
    found += agree(check, stack) ? 1 : 0;
  }
  CHECK(found > 30);
}

TEST_CASE("numbers") {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    std::size_t count = 1 + random() % 7;
    Stack stack;
    stack.put("x", random_nibbles(random, 9));
    NibbleNumber number{nibble_run("x", 9 - count, count)};
    if (round % 3 == 0) number.run[random() % count] = {{}, static_cast<std::uint8_t>(random() % 16)};
    StackAssembler script(stack.names);
    number.emit(script).keep_top();
    CHECK(run_script(script.take(), stack.numbers).numbers() ==
          std::vector<std::int64_t>{number.value(stack.values())});
  }
}

TEST_CASE("sums and differences") {
  std::mt19937 random(4);
  for (int round = 0; round < 600; ++round) {
    std::size_t count = round < 500 ? 8 : 1 + random() % 20;
    Stack stack = random_pair(random, count);
    NibbleSum sum{round % 2 == 0 ? NibbleSum::Kind::add : NibbleSum::Kind::subtract,
                  nibble_run("x", 0, count), nibble_run("y", 0, count)};
    if (round % 5 == 0) sum.b[random() % count] = {{}, static_cast<std::uint8_t>(random() % 16)};
    std::vector<std::uint8_t> expected = sum.value(stack.values());
    if (count == 8) {
      auto word = [&](const NibbleRun& run) {
        return static_cast<std::uint32_t>(NibbleNumber{run}.value(stack.values()));
      };
      std::uint32_t x = word(sum.a), y = word(sum.b), result = 0;
      for (std::uint8_t nibble : expected) result = result << 4 | nibble;
      CHECK(result == (round % 2 == 0 ? x + y : x - y));
    }
    StackAssembler script(stack.names);
    sum.emit(script, "z");
    CHECK(script.height() == 3 * count);
    for (std::size_t i = 0; i < count; ++i) script.roll(nibble_name("z", i));
    std::vector<std::int64_t> left = run_script(script.take(), stack.numbers).numbers();
    REQUIRE(left.size() == 3 * count);
    CHECK(std::vector<std::uint8_t>(left.end() - static_cast<std::ptrdiff_t>(count), left.end()) == expected);
  }
}

TEST_CASE("runs change places") {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    std::size_t count = 1 + random() % 12;
    Stack stack = random_pair(random, count);
    bool in_place = round % 2 == 0;
    if (!in_place) stack.put("between", 3);
    stack.put("flag", round / 2 % 2);
    NibbleSwap swap{nibble_run("x", 0, count), nibble_run("y", 0, count), "flag"};
    NibbleValues expected = swap.value(stack.values());
    StackAssembler script(stack.names);
    swap.emit(script);
    std::vector<std::string> names;
    for (std::size_t i = script.height(); i > 0; --i) names.push_back(script.top(i - 1).name);
    CHECK(names.size() == 2 * count + (in_place ? 0 : 1));
    CHECK(names.back() == nibble_name("y", count - 1));
    std::size_t size = script.size();
    CHECK((!in_place || size <= 3 * count + 2));
    std::vector<std::int64_t> left = run_script(script.take(), stack.numbers).numbers();
    REQUIRE(left.size() == names.size());
    for (std::size_t i = 0; i < names.size(); ++i) CHECK(left[i] == expected.at(names[i]));
  }
}

TEST_CASE("wrong use of nibbles") {
  NibbleRun two = nibble_run("x", 0, 2), three = nibble_run("y", 0, 3);
  CHECK(error_and_exit([&] { NibbleTest::equal(two, three); }) == "nibble.shape 70");
  CHECK(error_and_exit([&] { NibbleTest::greater({}, {}); }) == "nibble.shape 70");
  CHECK(error_and_exit([&] { NibbleTest::equal({{{}, 16}}, {{{}, 1}}); }) == "nibble.shape 70");
  CHECK(error_and_exit([&] { NibbleTest::bit(two, 8); }) == "nibble.shape 70");
  CHECK(error_and_exit([&] { NibbleTest::all({}); }) == "nibble.shape 70");
  CHECK(error_and_exit([&] { NibbleTest::in_range({"x"}, 2, 1); }) == "nibble.shape 70");
  CHECK(error_and_exit([&] { NibbleTest::bit(two, 0).holds({}); }) == "nibble.name 70");
  StackAssembler script(std::vector<std::string>{"x.0", "x.1", "flag"});
  CHECK(error_and_exit([&] { NibbleNumber{nibble_run("x", 0, 8)}.emit(script); }) == "nibble.shape 70");
  CHECK(error_and_exit([&] { NibbleNumber{three}.emit(script); }) == "stack.name 70");
  CHECK(error_and_exit([&] { NibbleSwap{{{{}, 1}}, {two[0]}, "flag"}.emit(script); }) == "nibble.shape 70");
}
