#include "gadgets/stack_assembler.hpp"

#include <cstdlib>
#include <doctest/doctest.h>
#include <map>
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

using Names = std::vector<std::string>;

/// Assembles something that may not branch, from a seed: moves, copies, pushes and arithmetic, and the value
/// that each name must have at the end.
struct Walk {
  StackAssembler script{Names{"n0", "n1", "n2", "n3"}};
  std::map<std::string, std::int64_t> values{{"n0", 0}, {"n1", 101}, {"n2", 102}, {"n3", 103}};
  std::mt19937 random;
  int made = 4;

  explicit Walk(unsigned seed) : random(seed) {
    for (int i = 0; i < 60; ++i) step();
    while (script.alt_height() > 0) script.from_alt();
  }

  std::size_t any(std::size_t count) { return random() % count; }
  std::string fresh(std::int64_t value) {
    std::string name = "n" + std::to_string(made++);
    values[name] = value;
    return name;
  }
  std::string any_name() { return script.top(any(script.height())).name; }
  std::int64_t value(std::size_t depth) { return values[script.top(depth).name]; }

  void step() {
    if (script.height() < 3) {
      std::int64_t pushed = static_cast<std::int64_t>(any(70'000)) - 300;
      script.number(pushed, fresh(pushed));
      return;
    }
    std::string name = any_name();
    switch (any(12)) {
      case 0:
        script.number(-1, fresh(-1));
        break;
      case 1:
      case 2:
        script.pick(name, fresh(values[name]));
        break;
      case 3:
      case 4:
        script.roll(name);
        break;
      case 5:
        script.to_alt();
        break;
      case 6:
        if (script.alt_height() > 0) script.from_alt();
        break;
      case 7:
      case 8: {
        bool subtract = any(2) == 0;
        std::int64_t result = subtract ? value(1) - value(0) : value(1) + value(0);
        if (std::abs(result) > 1'000'000'000) break;
        script.op(subtract ? OP_SUB : OP_ADD).name(fresh(result));
        break;
      }
      case 9:
        script.remove(name);
        break;
      case 10: {
        std::int64_t constant = static_cast<std::int64_t>(any(400)) - 200;
        std::int64_t sum = value(0) + constant;
        script.add(constant).name(fresh(sum));
        break;
      }
      default: {
        const std::uint8_t moves[] = {OP_SWAP, OP_ROT, OP_TUCK, OP_OVER, OP_2DUP, OP_NIP, OP_DUP, OP_3DUP};
        script.op(moves[any(8)]);
      }
    }
  }
};

}  // namespace

TEST_CASE("the interpreter finds what the assembler says") {
  for (unsigned seed = 0; seed < 400; ++seed) {
    CAPTURE(seed);
    Walk walk(seed);
    std::vector<std::int64_t> expected;
    for (std::size_t i = walk.script.height(); i > 0; --i)
      expected.push_back(walk.values[walk.script.top(i - 1).name]);
    std::size_t peak = walk.script.peak();
    Script script = walk.script.take();

    std::vector<std::int64_t> entry(max_stack_size - peak, 5);
    for (std::int64_t value : {0, 101, 102, 103}) entry.push_back(value);
    ScriptRun run = run_script(script, entry);
    REQUIRE(run.error == ScriptError::OK);
    std::vector<std::int64_t> left = run.numbers();
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(max_stack_size - peak));
    CHECK(left == expected);

    entry.insert(entry.begin(), 5);
    CHECK(run_script(script, entry).error == ScriptError::STACK_SIZE);
  }
}

TEST_CASE("the cheapest opcodes") {
  auto built = [](auto&& with) {
    StackAssembler script(Names{"f", "e", "d", "c", "b", "a"});
    with(script);
    return script_asm(script.take());
  };
  CHECK(built([](StackAssembler& s) { s.pick("a"); }) == "OP_DUP");
  CHECK(built([](StackAssembler& s) { s.pick("b"); }) == "OP_OVER");
  CHECK(built([](StackAssembler& s) { s.pick("c"); }) == "2 OP_PICK");
  CHECK(built([](StackAssembler& s) { s.roll("a"); }).empty());
  CHECK(built([](StackAssembler& s) { s.roll("b"); }) == "OP_SWAP");
  CHECK(built([](StackAssembler& s) { s.roll("c"); }) == "OP_ROT");
  CHECK(built([](StackAssembler& s) { s.roll("f"); }) == "5 OP_ROLL");
  CHECK(built([](StackAssembler& s) { s.remove("a"); }) == "OP_DROP");
  CHECK(built([](StackAssembler& s) { s.remove("b"); }) == "OP_NIP");
  CHECK(built([](StackAssembler& s) { s.drop(5); }) == "OP_2DROP OP_2DROP OP_DROP");
  CHECK(built([](StackAssembler& s) { s.drop_all(); }) == "OP_2DROP OP_2DROP OP_2DROP");
  CHECK(built([](StackAssembler& s) { s.keep_top(); }) ==
        "OP_TOALTSTACK OP_2DROP OP_2DROP OP_DROP OP_FROMALTSTACK");
  CHECK(built([](StackAssembler& s) { s.add(1).add(-1).add(0).add(-16).add(17); }) ==
        "OP_1ADD OP_1SUB 16 OP_SUB 17 OP_ADD");
  CHECK(built([](StackAssembler& s) { s.doubled(2); }) == "OP_DUP OP_ADD OP_DUP OP_ADD");
}

TEST_CASE("names nearest the top, kept by moves and copies") {
  StackAssembler script(Names{"x", "y"});
  script.pick("x").number(7, "x");
  CHECK(script.depth("x") == 0);
  script.drop();
  CHECK(script.depth("x") == 0);
  script.name("z");
  CHECK(script.depth("x") == 2);
  CHECK(script.depth("y") == 1);
  CHECK(script.has("z"));
  script.op(OP_ADD);
  CHECK_FALSE(script.has("z"));
  CHECK(script.top().name.empty());
}

TEST_CASE("biases") {
  StackAssembler script(Names{"x", "y"});
  script.roll("x").bias(5).roll("y").bias(3);
  script.op(OP_2DUP).op(OP_SUB);
  CHECK(script.top().bias == 2);
  script.add(40);
  CHECK(script.top().bias == 2);
  script.drop().op(OP_ADD);
  CHECK(script.top().bias == 8);
  script.doubled(2);
  CHECK(script.top().bias == 32);
  script.op(OP_NOT);
  CHECK(script.top().bias == 0);
}

TEST_CASE("branches") {
  StackAssembler script(Names{"x", "flag"});
  script.if_().number(2, "y").number(3, "z").else_().number(4, "y").number(5, "w").endif();
  CHECK(script.depth("y") == 1);
  CHECK(script.top().name.empty());
  CHECK(script.peak() == 3);
  script.op(OP_ADD).op(OP_ADD);
  Script bytes = script.take();
  CHECK(run_script(bytes, {10, 1}).numbers() == std::vector<std::int64_t>{15});
  CHECK(run_script(bytes, {10, 0}).numbers() == std::vector<std::int64_t>{19});
  CHECK(run_script(bytes, {10, 2}).error == ScriptError::TAPSCRIPT_MINIMALIF);

  StackAssembler one(Names{"x", "flag"});
  one.not_if().add(-7).endif();
  bytes = one.take();
  CHECK(run_script(bytes, {10, 1}).numbers() == std::vector<std::int64_t>{10});
  CHECK(run_script(bytes, {10, 0}).numbers() == std::vector<std::int64_t>{3});
}

TEST_CASE("fragments") {
  StackAssembler script(Names{"x", "y"});
  const Names leaves{"sum", "two"};
  script.fragment(ScriptBuilder().op(OP_ADD).number(2).take(), 2, leaves, 0);
  CHECK(script.depth("sum") == 1);
  CHECK(script.peak() == 2);
  CHECK(run_script(script.take(), {3, 4}).numbers() == std::vector<std::int64_t>{7, 2});
}

TEST_CASE("wrong use") {
  StackAssembler two(Names{"x", "y"});
  auto fresh = [] { return StackAssembler(Names{"x", "y"}); };
  CHECK(error_and_exit([&] { fresh().pick("z"); }) == "stack.name 70");
  CHECK(error_and_exit([&] { fresh().roll(""); }) == "stack.name 70");
  CHECK(error_and_exit([&] { fresh().op(OP_ADD).pick(""); }) == "stack.name 70");
  CHECK(error_and_exit([&] { fresh().op(OP_ROT); }) == "stack.height 70");
  CHECK(error_and_exit([&] { fresh().op(OP_WITHIN); }) == "stack.height 70");
  CHECK(error_and_exit([&] { fresh().drop(3); }) == "stack.height 70");
  CHECK(error_and_exit([&] { fresh().from_alt(); }) == "stack.height 70");
  CHECK(error_and_exit([&] { fresh().top(2); }) == "stack.height 70");
  CHECK(error_and_exit([&] { fresh().if_().drop().endif(); }) == "stack.height 70");
  CHECK(error_and_exit([&] { fresh().if_().to_alt().else_().drop().endif(); }) == "stack.height 70");
  CHECK(error_and_exit([&] { fresh().op(OP_ROLL); }) == "stack.opcode 70");
  CHECK(error_and_exit([&] { fresh().op(OP_IF); }) == "stack.opcode 70");
  CHECK(error_and_exit([&] { fresh().else_(); }) == "stack.branch 70");
  CHECK(error_and_exit([&] { fresh().if_().else_().else_(); }) == "stack.branch 70");
  CHECK(error_and_exit([&] { fresh().endif(); }) == "stack.branch 70");
  CHECK(error_and_exit([&] { fresh().if_().take(); }) == "stack.branch 70");
}
