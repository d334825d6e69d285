#include "optimistic/claim_gadget.hpp"

#include <doctest/doctest.h>

#include "gadgets/nibble_script.hpp"
#include "optimistic/claim_world.hpp"
#include "support/script_run.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using namespace pegkit::gadgets;
using namespace pegkit::gadgets::test;
using namespace pegkit::optimistic::test;

namespace {

/// Runs a step's gadget on the trace's values and returns the stack it leaves.
struct GadgetRun {
  ClaimGadget gadget;
  ScriptRun run;
};
GadgetRun run_gadget(const ClaimProgram& program, std::size_t step, const ClaimTrace& trace) {
  std::vector<std::string> entry;
  std::vector<std::int64_t> numbers;
  auto add = [&](std::size_t value) {
    auto nibbles = to_nibbles(trace[value]);
    for (std::size_t i = 0; i < nibbles.size(); ++i) {
      entry.push_back(nibble_name(program.values()[value].name, i));
      numbers.push_back(nibbles[i]);
    }
  };
  const ClaimUse& use = program.steps()[step].use;
  for (std::size_t value : use.reads) add(value);
  if (use.writes) add(*use.writes);
  GadgetRun out{claim_gadget(program, step, entry), {}};
  out.run = run_script(out.gadget.script, numbers);
  return out;
}

}  // namespace

TEST_CASE("claim gadgets: refuse true steps and accept false ones") {
  ClaimWorld world({.headers = 1, .script = bitcoin::anchor_script(), .id = 5});
  ClaimProgram program = world.program();
  ClaimTrace good = true_trace(program, world.inputs);
  for (std::size_t step = 0; step < program.steps().size(); ++step) {
    INFO(program.steps()[step].name);
    GadgetRun right = run_gadget(program, step, good);
    CHECK(right.gadget.peak <= 1000);
    CHECK(right.run.leaves(false));
    CHECK(run_gadget(program, step, falsified(program, good, step)).run.leaves(true));
  }
}

TEST_CASE("claim gadgets: scripts of all lengths") {
  auto scripts = claim_scripts();
  for (std::size_t length : {0u, 1u, 3u, 41u}) scripts.push_back(Bytes(length, 0x21));
  for (const bitcoin::Script& script : scripts) {
    ClaimWorld world({.headers = 0, .script = script});
    ClaimProgram program = world.program();
    ClaimTrace trace = true_trace(program, world.inputs);
    std::size_t step = program.step("script");
    CHECK(run_gadget(program, step, trace).run.leaves(false));

    auto differs = [&](const char* value, std::size_t at) {
      ClaimTrace changed = trace;
      changed[program.value(value)][at] ^= 1;
      return run_gadget(program, step, changed).run.leaves(true);
    };
    for (std::size_t i : {std::size_t{0}, script.size() / 2, script.size() - 1}) {
      if (i >= script.size()) continue;
      CHECK(differs("script_block", i));
      CHECK(differs(92 + i < 128 ? "tx_block_1" : "tx_block_2", (92 + i) % 64));
    }
    CHECK(differs("tx_block_1", 91 - 64));
    for (std::size_t i : {56u, 61u, 62u, 63u}) CHECK(differs("script_block", i));
  }
}

TEST_CASE("claim gadgets: a script longer than a claim can show is false") {
  ClaimWorld world;
  ClaimProgram program = world.program();
  ClaimTrace trace = true_trace(program, world.inputs);
  trace[program.value("script_block")] = Bytes(64);
  trace[program.value("script_block")][62] = 43 * 8 >> 8;
  trace[program.value("script_block")][63] = static_cast<std::uint8_t>(43 * 8);
  trace[program.value("tx_block_1")] = Bytes(64);
  trace[program.value("tx_block_1")][91 - 64] = 43;
  trace[program.value("tx_block_2")] = Bytes(64);
  std::size_t step = program.step("script");
  CHECK(claim_holds(program.steps()[step].relation, trace) == false);
  CHECK(run_gadget(program, step, trace).run.leaves(true));
}

TEST_CASE("claim gadgets: agree with the native result on edges of targets and pairs") {
  ClaimWorld world({.headers = 0, .transactions = 16'384, .place = 0x2a5a});
  ClaimProgram program = world.program();
  ClaimTrace trace = true_trace(program, world.inputs);
  auto agrees = [&](std::size_t step) {
    bool holds = *claim_holds(program.steps()[step].relation, trace);
    return run_gadget(program, step, trace).run.leaves(!holds);
  };

  Bytes& hash = trace[program.value("block_hash_0")];
  std::size_t target = program.step("target_0");
  for (int change : {-1, 0, 1})
    for (std::size_t i = 0; i < 32; ++i) {
      hash = to_bytes(reversed(world.constants.target.bytes));
      hash[i] = static_cast<std::uint8_t>(hash[i] + change);
      CHECK(agrees(target));
    }

  for (std::size_t level = 0; level < ClaimProgram::max_depth; ++level) {
    std::size_t pair = program.step("pair_" + std::to_string(level));
    ClaimTrace kept = trace;
    trace = falsified(program, trace, pair);
    const auto& reads = program.steps()[pair].use.reads;
    for (std::size_t value : reads)
      for (std::size_t bit = level; bit < 8 * trace[value].size(); bit += 9) {
        trace[value][bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
        CHECK(agrees(pair));
        trace[value][bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
      }
    trace = kept;
  }
  for (int depth = 0; depth < 256; ++depth) {
    trace[program.value("depth")][0] = static_cast<std::uint8_t>(depth);
    CHECK(agrees(program.step("depth")));
    CHECK(agrees(program.step("block_13")));
    CHECK(agrees(program.step("block_0")));
  }
}
