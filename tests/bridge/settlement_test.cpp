#include "bridge/settlement.hpp"

#include <doctest/doctest.h>

#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;

namespace {

constexpr std::uint32_t tip = 1000;

/// A thread as it is added to a settlement: epochs of 10 layer-2 blocks, a window of 12 blocks.
struct World {
  Params params = bridge::test::params();
  std::optional<Settlement> settlement;
  std::uint32_t next = 0;
  int asked = 0;  ///< proofs that were looked at

  explicit World(std::uint32_t first = 5) : next(first) {
    params.proofs = Params::Proofs();
    params.proofs->challenge_window = 12;
    settlement.emplace(params, tip);
  }
  static ByteArray<32> root(std::uint32_t epoch) {
    ByteArray<32> out{};
    out[31] = static_cast<std::uint8_t>(epoch);
    return out;
  }
  /// The next epoch's commitment, `depth` blocks deep.
  void add(std::uint32_t depth, const Verdict& proof, std::optional<ByteArray<32>> theirs) {
    Commitment commitment;
    commitment.record = {next, root(next), {}};
    commitment.height = tip + 1 - depth;
    ++next;
    settlement->add(commitment, theirs, [&] {
      ++asked;
      return proof;
    });
  }
  void add(std::uint32_t depth, const Verdict& proof = Verdict::no("")) { add(depth, proof, root(next)); }

  Settled settled(std::uint64_t epoch) const { return settlement->of(epoch).settled; }
  std::string reason(std::uint64_t epoch) const { return settlement->of(epoch).reason; }
};

const Verdict proven;

}  // namespace

TEST_CASE("settlement: the epoch of a withdrawal is the first that is not before its block") {
  World world;
  const Settlement& settlement = *world.settlement;
  CHECK(settlement.epoch_of(0) == 0);
  CHECK(settlement.epoch_of(1) == 1);
  CHECK(settlement.epoch_of(10) == 1);
  CHECK(settlement.epoch_of(11) == 2);
  CHECK(settlement.epoch_of(UINT64_MAX) == UINT64_MAX / 10 + 1);
  CHECK(settlement.of_withdrawal(7).reason == "epoch 1 is not committed yet");

  // The thread's first state contains withdrawals requested before it began.
  world.add(12);
  CHECK(settlement.epoch_of(0) == 5);
  CHECK(settlement.epoch_of(50) == 5);
  CHECK(settlement.epoch_of(51) == 6);
  CHECK(settlement.of_withdrawal(3).settled == Settled::window);
  CHECK(settlement.of_withdrawal(50).reason.empty());
  CHECK(settlement.of_withdrawal(51).reason == "epoch 6 is not committed yet");
  CHECK(settlement.of(4).reason == "epoch 4 is not committed yet");
  CHECK(settlement.of(UINT64_MAX).settled == Settled::no);
}

TEST_CASE("settlement: the window counts the commitment's own block") {
  World world;
  world.add(13);
  world.add(12);
  world.add(11);
  CHECK(world.settled(5) == Settled::window);
  CHECK(world.settled(6) == Settled::window);
  CHECK(world.settled(7) == Settled::no);
  CHECK(world.reason(7) == "epoch 7 is not proven and 11 of 12 blocks old");
  CHECK(world.asked == 1);
  CHECK(world.settlement->fault().empty());
}

TEST_CASE("settlement: a proof settles an epoch that follows a settled one, and none after a gap") {
  World world;
  world.add(12);
  world.add(3, proven);
  world.add(3, proven);
  world.add(2);
  world.add(2, proven);
  world.add(1, proven);
  CHECK(world.settled(5) == Settled::window);
  CHECK(world.settled(6) == Settled::proven);
  CHECK(world.settled(7) == Settled::proven);
  CHECK(world.reason(8) == "epoch 8 is not proven and 2 of 12 blocks old");
  CHECK(world.settled(9) == Settled::no);
  CHECK(world.reason(9) ==
        "epoch 9 comes after one that is not settled: epoch 8 is not proven and 2 of 12 blocks old");
  CHECK(world.settled(10) == Settled::no);
  CHECK(world.reason(11) == "epoch 11 is not committed yet");
  // Each proof that decides something is looked at once, the others never.
  CHECK(world.asked == 3);
}

TEST_CASE("settlement: the window needs no proof, and says what is wrong with one that is needed") {
  World world;
  world.add(13, Verdict::no("nobody asks"));
  world.add(12, proven);
  world.add(11, Verdict::no("its proof is not published"));
  CHECK(world.settled(6) == Settled::window);
  CHECK(world.reason(7) == "epoch 7 is not proven and 11 of 12 blocks old: its proof is not published");
  CHECK(world.asked == 1);
}

TEST_CASE("settlement: a thread's first epoch has only the window") {
  World world;
  world.add(11, proven);
  world.add(10, proven);
  CHECK(world.reason(5) == "epoch 5 is the thread's first and 11 of 12 blocks old");
  CHECK(world.settled(6) == Settled::no);
  CHECK(world.asked == 0);
}

TEST_CASE("settlement: nothing is settled from a state on that the layer 2 does not have") {
  World world;
  world.add(40);
  world.add(30, proven, World::root(77));
  world.add(20);
  world.add(5, proven);
  CHECK(world.settled(5) == Settled::window);
  for (std::uint64_t epoch : {6, 7, 8}) CHECK(world.settled(epoch) == Settled::no);
  CHECK(world.settlement->fault() == world.reason(6));
  CHECK(world.reason(6).starts_with("epoch 6 is committed with state root 00"));
  CHECK(
      world.reason(8).starts_with("epoch 8 comes after one that is not settled: epoch 6 is committed with"));
  CHECK(world.asked == 0);
}

TEST_CASE("settlement: a commitment to what is not final on the layer 2 settles nothing") {
  World world;
  world.add(40);
  world.add(30, proven, std::nullopt);
  world.add(20);
  CHECK(world.reason(6) == "epoch 6 is committed, but its block is not final on the layer 2");
  CHECK(world.settled(7) == Settled::no);
  CHECK(world.settlement->fault().empty());
}

TEST_CASE("settlement: a thread that has ended settles what it committed, and no more") {
  World world;
  world.add(12);
  world.add(1, proven);
  world.settlement->end("a transaction spends it without a record");
  CHECK(world.settled(6) == Settled::proven);
  CHECK(world.reason(7) ==
        "epoch 7 is not committed, and the thread has ended: a transaction spends it without a record");
}

TEST_CASE("settlement: a commitment above the tip is no block old") {
  for (std::uint32_t above : {1, 2, 50}) {
    World other;
    other.add(12);
    other.add(1 - above);
    CHECK(other.reason(6) == "epoch 6 is not proven and 0 of 12 blocks old");
  }
}

TEST_CASE("settlement needs parameters with proofs") {
  CHECK_THROWS_AS(Settlement(bridge::test::params(), tip), Error);
}
