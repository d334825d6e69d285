#include "optimistic/claim_verdict.hpp"

#include <doctest/doctest.h>

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;

namespace {

Params::Challenge windows() {
  Params::Challenge out;
  out.challenge_window = 40;
  out.assert_window = 100;
  out.final_window = 200;
  out.reclaim_window = 300;
  return out;
}

/// A kickoff in block 1000 whose claim is false; `depth` blocks, with its own, are there.
ClaimSituation at_depth(std::uint32_t depth, ClaimTruth truth = ClaimTruth::no) {
  ClaimSituation out;
  out.tip = 999 + depth;
  out.kickoff = Standing::at(1000);
  out.asserts.resize(3);
  out.truth = truth;
  return out;
}

ChallengeMove move_of(const ClaimSituation& situation, std::uint32_t unknown_within = 0) {
  return judge_claim(windows(), situation, unknown_within).move;
}

}  // namespace

TEST_CASE("no kickoff, and one that waits in the mempool") {
  ClaimSituation s;
  CHECK(move_of(s) == ChallengeMove::none);
  CHECK(judge_claim(windows(), s).well);
  s.kickoff = Standing::pending();
  s.truth = ClaimTruth::yes;
  CHECK(move_of(s) == ChallengeMove::none);
  s.truth = ClaimTruth::no;
  CHECK(move_of(s) == ChallengeMove::wait);
  CHECK_FALSE(judge_claim(windows(), s).well);
}

TEST_CASE("an unchallenged claim by its truth and age") {
  struct Row {
    ClaimTruth truth;
    std::uint32_t depth;
    ChallengeMove move;
    bool well;
  };
  const Row rows[] = {{ClaimTruth::yes, 1, ChallengeMove::none, true},
                      {ClaimTruth::yes, 39, ChallengeMove::none, true},
                      {ClaimTruth::yes, 150, ChallengeMove::none, true},
                      {ClaimTruth::no, 1, ChallengeMove::open, false},
                      {ClaimTruth::no, 41, ChallengeMove::open, false},
                      {ClaimTruth::no, 500, ChallengeMove::open, false},
                      {ClaimTruth::open, 1, ChallengeMove::wait, false},
                      {ClaimTruth::open, 9, ChallengeMove::wait, false},
                      {ClaimTruth::open, 10, ChallengeMove::open, false},
                      {ClaimTruth::unknown, 1, ChallengeMove::wait, false},
                      {ClaimTruth::unknown, 500, ChallengeMove::wait, false}};
  for (const Row& row : rows) {
    CAPTURE(claim_truth_name(row.truth));
    CAPTURE(row.depth);
    auto verdict = judge_claim(windows(), at_depth(row.depth, row.truth));
    CHECK(verdict.move == row.move);
    CHECK(verdict.well == row.well);
    if (row.move == ChallengeMove::open) {
      CHECK(verdict.deadline == 1039);
      CHECK(verdict.since == 1000);
    }
  }
}

TEST_CASE("a claim that nobody could check is challenged only near the end, and only when asked to") {
  for (std::uint32_t depth : {1u, 29u, 30u, 31u, 40u}) {
    CAPTURE(depth);
    ClaimSituation s = at_depth(depth, ClaimTruth::unknown);
    CHECK(move_of(s) == ChallengeMove::wait);
    CHECK(move_of(s, 10) == (depth >= 30 ? ChallengeMove::open : ChallengeMove::wait));
    CHECK(judge_claim(windows(), s).alarm == (depth >= 30));
  }
  CHECK(move_of(at_depth(39, ClaimTruth::yes), 10) == ChallengeMove::none);
}

TEST_CASE("a challenged claim: parts in time, silence, and a challenge that is not in a block") {
  ClaimSituation s = at_depth(50);
  s.challenge = Standing::pending();
  CHECK(move_of(s) == ChallengeMove::open);
  s.challenge = Standing::at(1010);
  CHECK(move_of(s) == ChallengeMove::wait);
  s.tip = 1098;
  CHECK(move_of(s) == ChallengeMove::wait);
  s.tip = 1099;
  auto verdict = judge_claim(windows(), s);
  CHECK(verdict.move == ChallengeMove::timeout);
  CHECK(verdict.number == 0);
  CHECK(verdict.deadline == 1199);
  CHECK(verdict.since == 1100);

  s.asserts[0] = Standing::at(1050);
  s.asserts[2] = Standing::at(1051);
  CHECK(judge_claim(windows(), s).number == 1);
  // A part that is only in the mempool does not count as asserted.
  s.asserts[1] = Standing::pending();
  CHECK(judge_claim(windows(), s).number == 1);
  s.asserts[1] = Standing::at(1098);
  verdict = judge_claim(windows(), s);
  CHECK(verdict.move == ChallengeMove::none);
  CHECK(verdict.alarm);
  CHECK_FALSE(verdict.well);
}

TEST_CASE("nobody's silence is punished while the claim is true or unchallenged") {
  ClaimSituation s = at_depth(150, ClaimTruth::yes);
  CHECK(move_of(s) == ChallengeMove::none);
  s.challenge = Standing::at(1010);
  CHECK(move_of(s) == ChallengeMove::none);
  s.truth = ClaimTruth::unknown;
  CHECK(move_of(s) == ChallengeMove::timeout);
  s.challenge = Standing::absent();
  CHECK(move_of(s) == ChallengeMove::wait);
  s.deposit_gone = true;
  CHECK(move_of(s) == ChallengeMove::wait);
}

TEST_CASE("a false step is disproved whether or not the claim was challenged, or is true") {
  for (ClaimTruth truth : {ClaimTruth::yes, ClaimTruth::no, ClaimTruth::open, ClaimTruth::unknown}) {
    for (bool challenged : {false, true}) {
      ClaimSituation s = at_depth(120, truth);
      if (challenged) s.challenge = Standing::at(1010);
      s.false_step = 7;
      auto verdict = judge_claim(windows(), s);
      CHECK(verdict.move == ChallengeMove::disprove);
      CHECK(verdict.number == 7);
      CHECK(verdict.deadline == 1199);
      CHECK_FALSE(verdict.well);
    }
  }
}

TEST_CASE("a false claim whose deposit another one took is not challenged, but timed out") {
  ClaimSituation s = at_depth(50);
  s.deposit_gone = true;
  CHECK(move_of(s) == ChallengeMove::wait);
  s.tip = 1099;
  CHECK(move_of(s) == ChallengeMove::timeout);
}

TEST_CASE("the bond's end: settled in a block, alarming in the mempool, reported when a false claim won") {
  ClaimSituation s = at_depth(50);
  s.end = Standing::pending();
  s.end_pays_operator = true;
  auto verdict = judge_claim(windows(), s);
  CHECK(verdict.move == ChallengeMove::open);
  CHECK(verdict.alarm);

  s.end = Standing::at(1045);
  verdict = judge_claim(windows(), s);
  CHECK(verdict.move == ChallengeMove::none);
  CHECK(verdict.alarm);
  CHECK_FALSE(verdict.well);
  s.truth = ClaimTruth::yes;
  CHECK(judge_claim(windows(), s).well);

  s.truth = ClaimTruth::no;
  s.end_pays_operator = false;
  verdict = judge_claim(windows(), s);
  CHECK(verdict.move == ChallengeMove::none);
  CHECK(verdict.well);
}

TEST_CASE("the fee rate: steady for half of the time, then up to the cap") {
  FeeRate base = FeeRate::per_vb(2), cap = FeeRate::per_vb(52);
  auto at = [&](std::uint32_t tip) { return urgent_rate(base, cap, 1000, 1100, tip); };
  CHECK(at(1000) == base);
  CHECK(at(1049) == base);
  CHECK(at(1050) == FeeRate::per_vb(3));
  CHECK(at(1074) == FeeRate::per_vb(27));
  CHECK(at(1098) == FeeRate::per_vb(51));
  CHECK(at(1099) == cap);
  CHECK(at(5000) == cap);
  CHECK(urgent_rate(cap, base, 1000, 1100, 1000) == base);
  CHECK(urgent_rate(base, cap, 1100, 1000, 500) == base);
  for (std::uint32_t tip = 990; tip < 1110; ++tip) CHECK(at(tip) <= at(tip + 1));
}
