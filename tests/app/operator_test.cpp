#include <chrono>
#include <doctest/doctest.h>

#include "app/challenge_assert.hpp"
#include "app/peg_out_kickoff.hpp"
#include "app/peg_out_payout.hpp"
#include "app/peg_out_take.hpp"
#include "support/optimistic_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// An operator and its data directory; every command is a process of its own.
struct Operator {
  OptimisticWorld& world;
  TempDirectory folder;
  std::optional<std::string> only_error;

  template <class C>
  Json run(FakeOptions::Values more = {}) {
    auto ports = world.party(OptimisticWorld::operator_seed, folder.path());
    test::run<C>(*ports, OptimisticWorld::options(std::move(more)));
    return ports->last();
  }
  template <class C>
  std::string code(FakeOptions::Values more = {}) {
    return error_code([&] { run<C>(std::move(more)); });
  }
  Json payout(FakeOptions::Values more = {}) {
    more.push_back({"--id", "0"});
    more.push_back({"--broadcast", ""});
    return run<app::PayWithdrawal>(std::move(more));
  }
  std::string payout_code(FakeOptions::Values more = {}) {
    return error_code([&] { payout(std::move(more)); });
  }
};

const FakeOptions::Values broadcast = {{"--broadcast", ""}};

}  // namespace

TEST_CASE("an honest operator whom nobody challenges gets deposit and bond") {
  auto start = std::chrono::steady_clock::now();
  auto lap = [&](const char* what) {
    MESSAGE(what << " " << std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  };
  OptimisticWorld world;
  lap("world");
  Operator op{world, {}, {}};
  world.ask_withdrawal();
  CHECK(op.payout_code() == "lock.unconfirmed");
  lap("payout refused");
  world.lock();
  CHECK(op.payout_code() == "funds.short");
  world.fund(OptimisticWorld::operator_seed, {9'500'000, 500'000});
  Json paid = op.payout();
  CHECK(paid.at("kind") == "payout");
  CHECK(op.code<app::KickoffClaim>(broadcast) == "payout.absent");
  world.mine(1);
  CHECK(op.code<app::KickoffClaim>(broadcast) == "payout.unburied");
  world.mine(2);
  CHECK(op.code<app::KickoffClaim>(broadcast) == "root.unsigned");
  world.commit(1, world.root_of(1));
  lap("before kickoff");
  Json kickoff = op.run<app::KickoffClaim>(broadcast);
  lap("kickoff");
  CHECK(kickoff.at("txid") == world.graph().kickoff().tx.txid().display());
  CHECK(kickoff.at("claim").at("epoch") == 1);
  CHECK(op.code<app::TakeDeposit>(broadcast) == "kickoff.unconfirmed");
  world.mine(1);
  CHECK(op.run<app::KickoffClaim>(broadcast).at("already") == true);
  CHECK(op.code<app::TakeDeposit>(broadcast) == "take.window");
  world.mine(5);
  Json take = op.run<app::TakeDeposit>(broadcast);
  CHECK(take.at("kind") == "take-fast");
  world.mine(1);
  CHECK(op.run<app::TakeDeposit>(broadcast).at("already") == true);
  CHECK(op.payout().at("already") == true);
  lap("end");
}
