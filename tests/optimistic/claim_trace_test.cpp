#include <doctest/doctest.h>

#include "base/error.hpp"
#include "optimistic/claim_world.hpp"
#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using namespace pegkit::optimistic::test;
using pegkit::test::error_and_exit;

namespace {

std::string false_step(const ClaimWorld& world) {
  ClaimProgram program = world.program();
  auto step = first_false_step(program, fill_trace(program, world.inputs));
  return step ? program.steps()[*step].name : "";
}

/// Pays as `change` would have it; the rest of the claim is true.
template <class F>
std::string paid_wrongly(F&& change) {
  ClaimWorld world;
  change(world.inputs.payout);
  world.mine(5, 3);
  return false_step(world);
}

}  // namespace

TEST_CASE("claim: values and steps of the program") {
  ClaimProgram program = ClaimWorld().program();
  CHECK(program.steps().size() == 123);
  CHECK(program.values().size() == 154);
  std::size_t kickoff = 0, epoch = 0;
  for (const ClaimValue& value : program.values()) {
    CHECK(program.values()[program.value(value.name)].bytes == value.bytes);
    kickoff += value.where == ClaimValue::Where::kickoff;
    epoch += value.where == ClaimValue::Where::epoch;
  }
  CHECK(kickoff == 3);
  CHECK(epoch == 2);
  for (const ClaimStep& step : program.steps()) CHECK(program.step(step.name) < program.steps().size());
  CHECK_THROWS_WITH(program.value("node_32"), "there is no value \"node_32\" in the claim");
  CHECK_THROWS_AS(program.step("nothing"), Error);

  ClaimConstants constants = ClaimWorld().constants;
  constants.headers = 13;
  CHECK_THROWS_WITH(ClaimProgram{constants}, "a claim shows at most 12 headers");
}

TEST_CASE("claim: every value is read by a step") {
  ClaimProgram program = ClaimWorld().program();
  std::vector<bool> read(program.values().size());
  for (const ClaimStep& step : program.steps()) {
    for (std::size_t value : step.use.reads) read[value] = true;
    if (step.use.writes) read[*step.use.writes] = true;
  }
  CHECK(std::ranges::find(read, false) == read.end());
}

TEST_CASE("claim: true claims of every shape") {
  std::vector<ClaimWorld::Shape> shapes;
  for (const bitcoin::Script& script : claim_scripts()) shapes.push_back({.headers = 0, .script = script});
  for (std::uint32_t headers : {0u, 1u, 12u}) shapes.push_back({.headers = headers});
  shapes.push_back({.transactions = 2, .place = 1});
  for (std::size_t place : {1u, 6'000u, 8'192u, 16'383u})
    shapes.push_back({.transactions = place == 8'192 ? 8'193u : 16'384u, .place = place});
  for (std::uint32_t id : {0u, 1u, 300u}) shapes.push_back({.id = id});
  for (const auto& shape : shapes) {
    ClaimWorld world(shape);
    ClaimProgram program = world.program();
    CHECK(check_claim(program, world.inputs).reason == "");
    ClaimTrace trace = true_trace(program, world.inputs);
    for (std::size_t i = 0; i < trace.size(); ++i) CHECK(trace[i].size() == program.values()[i].bytes);
    CHECK(trace[program.value("payout_txid")] == to_bytes(world.inputs.payout.txid()));
    CHECK(trace[program.value("node_0")] == to_bytes(world.inputs.withdrawal.leaf()));
    for (std::size_t j = 0; j <= world.constants.headers; ++j)
      CHECK(trace[program.value("block_hash_" + std::to_string(j))] ==
            to_bytes(world.inputs.headers[j].hash()));
  }
}

TEST_CASE("claim: every wrong thing about the payment is found") {
  using bitcoin::Transaction;
  CHECK(paid_wrongly([](Transaction& tx) { tx.inputs[0].sequence = 1, tx.lock_time = 5; }) == "");
  CHECK(paid_wrongly([](Transaction& tx) { tx.version = 3; }) == "");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[1].value = Sat(99'000'122); }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[0].value = Sat(1); }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[0].script_pubkey[2] ^= 1; }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[0].script_pubkey[6] ^= 1; }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[0].script_pubkey[10] ^= 1; }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[0].script_pubkey[26] ^= 1; }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.inputs[0].script_sig = {0}; }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs.push_back({Sat(0), {}}); }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { std::swap(tx.outputs[1], tx.outputs[2]); }) == "record");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[1].script_pubkey[33] ^= 1; }) == "script");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[1].script_pubkey.pop_back(); }) == "script");
  CHECK(paid_wrongly([](Transaction& tx) { tx.outputs[1].script_pubkey.push_back(0); }) == "script");
}

TEST_CASE("claim: every wrong thing about the withdrawal is found") {
  for (int what = 0; what < 6; ++what) {
    ClaimWorld world;
    Withdrawal& withdrawal = world.inputs.withdrawal;
    if (what == 0) withdrawal.amount = withdrawal.amount + Sat(1);
    if (what == 1) withdrawal.script = bitcoin::anchor_script();
    if (what == 2) withdrawal.id ^= 1;
    if (what == 3) withdrawal.id += 4;
    if (what == 4) world.constants.deposit.vout = 6;
    if (what == 5) world.inputs.siblings[31][0] ^= 1;
    world.pay();
    world.mine(5, 3);
    CHECK(false_step(world) == "root");
    CHECK_THROWS_AS(true_trace(world.program(), world.inputs), Error);
  }
  ClaimWorld unknown_root;
  unknown_root.inputs.root[5] ^= 1;
  CHECK(false_step(unknown_root) == "root");
}

TEST_CASE("claim: every wrong thing about the block is found") {
  ClaimWorld other_block;
  other_block.inputs.headers = ClaimWorld({.transactions = 4, .place = 1}).inputs.headers;
  CHECK(false_step(other_block) == "block_2");
  ClaimWorld other_place;
  other_place.inputs.position ^= 2;
  CHECK(false_step(other_place) == "block_2");
  ClaimWorld other_sibling;
  other_sibling.inputs.merkle_path[0][31] ^= 1;
  CHECK(false_step(other_sibling) == "block_2");
  ClaimWorld too_deep;
  too_deep.inputs.merkle_path.push_back({});
  CHECK(false_step(too_deep) == "block_3");

  for (std::uint32_t j : {0u, 3u, 5u}) {
    ClaimWorld world;
    world.constants.target.bytes = world.inputs.headers[j].hash().bytes;
    std::ranges::reverse(world.constants.target.bytes);
    ClaimTrace trace = fill_trace(world.program(), world.inputs);
    std::size_t step = world.program().step("target_" + std::to_string(j));
    CHECK(claim_holds(world.program().steps()[step].relation, trace) == true);
    for (std::size_t i = 32; i-- > 0;)  // the target less one
      if (world.constants.target.bytes[i]-- != 0) break;
    ClaimProgram stricter = world.program();
    CHECK(claim_holds(stricter.steps()[step].relation, trace) == false);
  }

  ClaimWorld unlinked;
  unlinked.inputs.headers[2].previous.bytes[9] ^= 1;
  CHECK(check_claim(unlinked.program(), unlinked.inputs).reason ==
        "header 2 does not follow the one before it");
  CHECK_THROWS_WITH(true_trace(unlinked.program(), unlinked.inputs),
                    "the claim is not true: header 2 does not follow the one before it");
}

TEST_CASE("claim: a pair that is a transaction of 64 bytes") {
  ClaimWorld world;
  ClaimProgram program = world.program();
  ClaimTrace good = true_trace(program, world.inputs);
  for (std::size_t level = 0; level < ClaimProgram::max_depth; ++level) {
    std::size_t step = program.step("pair_" + std::to_string(level));
    for (std::uint8_t script = 0; script <= 4; ++script)
      for (bool swapped : {false, true}) {
        ClaimTrace trace = good;
        Bytes transaction = small_transaction(script);
        REQUIRE(transaction.size() == 64);
        std::size_t node =
            level == 0 ? program.value("payout_txid") : program.value("merkle_node_" + std::to_string(level));
        std::size_t sibling = program.value("merkle_sibling_" + std::to_string(level));
        trace[program.value("position")] = big_endian(swapped ? 1u << level : 0, 2);
        trace[swapped ? sibling : node].assign(transaction.begin(), transaction.begin() + 32);
        trace[swapped ? node : sibling].assign(transaction.begin() + 32, transaction.end());
        auto holds = [&] { return claim_holds(program.steps()[step].relation, trace); };
        CHECK(holds() == false);
        for (int where : {4, 39, 40, 41, 46 + script, 54 + script, 55 + script}) {
          Bytes& half = trace[(where < 32) == swapped ? sibling : node];
          std::uint8_t& byte = half[static_cast<std::size_t>(where) % 32];
          byte ^= 0x80;
          CHECK(holds() == true);
          byte ^= 0x80;
        }
      }
  }
}

TEST_CASE("claim: one changed bit of any value makes a step false") {
  ClaimWorld world({.headers = 1});
  ClaimProgram program = world.program();
  ClaimTrace trace = true_trace(program, world.inputs);
  for (std::size_t i = 0; i < trace.size(); ++i)
    for (std::size_t bit = i % 7; bit < 8 * trace[i].size(); bit += 7) {
      // Nothing reads the bits of a place above the deepest tree.
      if (program.values()[i].name == "position" && bit < 16 - ClaimProgram::max_depth) continue;
      ClaimTrace changed = trace;
      changed[i][bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
      CHECK_MESSAGE(first_false_step(program, changed), program.values()[i].name, " bit ", bit);
    }
}

TEST_CASE("claim: two swapped values make a step false") {
  ClaimWorld world({.headers = 1});
  ClaimProgram program = world.program();
  ClaimTrace trace = true_trace(program, world.inputs);
  for (std::size_t i = 0; i < trace.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (trace[i].size() != trace[j].size() || trace[i] == trace[j]) continue;
      std::swap(trace[i], trace[j]);
      CHECK(first_false_step(program, trace));
      std::swap(trace[i], trace[j]);
    }
}

TEST_CASE("claim: each step can be made false, and with values missing is passed over") {
  ClaimWorld world;
  ClaimProgram program = world.program();
  ClaimTrace good = true_trace(program, world.inputs);
  CHECK(first_false_step(program, good) == std::nullopt);
  for (std::size_t step = 0; step < program.steps().size(); ++step) {
    const ClaimStep& wrong = program.steps()[step];
    ClaimTrace trace = falsified(program, good, step);
    CHECK_MESSAGE(claim_holds(wrong.relation, trace) == false, wrong.name);
    ClaimTrace partial(trace.size());
    for (std::size_t value : wrong.use.reads) partial[value] = trace[value];
    if (wrong.use.writes) partial[*wrong.use.writes] = trace[*wrong.use.writes];
    CHECK(first_false_step(program, partial) == step);
    partial[wrong.use.reads[0]].clear();
    CHECK(first_false_step(program, partial) == std::nullopt);
  }
}

TEST_CASE("claim: inputs without a trace") {
  auto shape_error = [](auto&& change) {
    ClaimWorld world;
    change(world);
    CHECK_FALSE(check_claim(world.program(), world.inputs));
    return error_and_exit([&] { fill_trace(world.program(), world.inputs); }) == "claim.shape 3";
  };
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.siblings.pop_back(); }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.headers.pop_back(); }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.headers.clear(); }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.merkle_path.clear(); }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.merkle_path.resize(15); }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.position = 8; }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.withdrawal.script.assign(43, 1); }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.payout.outputs[2].script_pubkey.assign(51, 1); }));
  CHECK(shape_error([](ClaimWorld& w) { w.inputs.payout.outputs.clear(); }));

  ClaimProgram program = ClaimWorld().program();
  CHECK_THROWS_AS(first_false_step(program, ClaimTrace(3)), Error);
  ClaimTrace odd(program.values().size());
  odd[0] = Bytes(5);
  CHECK_THROWS_AS(first_false_step(program, odd), Error);
}
