
#include "services/graph/graph_status.hpp"

#include <doctest/doctest.h>

#include "app/peg_out/commands.hpp"
#include "services/graph/claim_finding.hpp"
#include "services/graph/loaded_graph.hpp"
#include "support/optimistic_world.hpp"

using namespace pegkit;
using namespace pegkit::test;
using optimistic::ClaimTruth;

namespace {

/// Somebody who only looks, always with the same data directory.
struct Watching {
  OptimisticWorld& world;
  TempDirectory folder;
  std::unique_ptr<FakePorts> ports = world.party(OptimisticWorld::challenger_seed, folder.path());
  services::SpendView view{*ports, world.params};

  explicit Watching(OptimisticWorld& of) : world(of) { services::follow_graph(view, world.graph()); }
  services::GraphStatus look() {
    view.sync();
    return services::graph_status(view, world.graph());
  }
  services::ClaimFinding examine(const optimistic::ClaimSaid& said) {
    view.sync();
    return services::examine_claim(*ports, world.params, world.claim().program(), said);
  }
};

const FakeOptions::Values broadcast = {{"--broadcast", ""}};

}  // namespace

TEST_CASE("a graph's transactions are seen where they are, and what ended it by its name") {
  OptimisticWorld world;
  TempDirectory folder;
  Watching watching(world);
  services::GraphStatus status = watching.look();
  CHECK(status.deposit_height);
  CHECK(status.stake_height);
  CHECK_FALSE(status.lock);
  CHECK(services::place_text(status.lock) == "absent");
  CHECK(error_code([&] { status.blocks_left(6); }) == "kickoff.unconfirmed");

  world.send(world.signed_graph().lock());
  CHECK(services::place_text(watching.look().lock) == "in the mempool");
  world.mine(2);
  status = watching.look();
  CHECK(status.depth(status.lock) == 2);
  CHECK_FALSE(status.refund);

  world.ask_withdrawal();
  world.fund(OptimisticWorld::operator_seed, {9'500'000});
  auto op = [&] { return world.party(OptimisticWorld::operator_seed, folder.path()); };
  auto paid = op();
  test::run(app::peg_out::payout_command, *paid,
            OptimisticWorld::options({{"--id", "0"}, {"--broadcast", ""}}));
  optimistic::ClaimSaid said{1, 0, bitcoin::Txid::from_display(paid->last().at("txid").get<std::string>())};
  paid.reset();
  CHECK(watching.examine(said).truth == ClaimTruth::open);
  world.mine(1);
  CHECK(watching.examine(said).truth == ClaimTruth::open);  // no header on top
  world.mine(2);
  auto finding = watching.examine(said);
  CHECK(finding.truth == ClaimTruth::yes);
  CHECK(finding.inputs->root == world.root_of(1));
  CHECK_FALSE(optimistic::first_false_step(world.claim().program(), finding.trace.value()));
  CHECK(watching.examine({0, 0, said.payout}).truth == ClaimTruth::no);  // asked for later
  CHECK(watching.examine({1, 1, said.payout}).truth == ClaimTruth::no);
  CHECK(watching.examine({3, 0, said.payout}).truth == ClaimTruth::open);  // an epoch to come
  CHECK(watching.examine({1, 0, world.graph().lock().tx.txid()}).truth == ClaimTruth::open);

  auto loaded = [&] {
    return services::load_graph(*watching.ports, world.params, "graph.json", "sequencer.json");
  };
  CHECK(services::signed_roots(*watching.ports, loaded(), 1).empty());
  world.commit(1, world.root_of(0));
  world.commit(1, world.root_of(1));
  watching.look();
  auto roots = services::signed_roots(*watching.ports, loaded(), 1);
  REQUIRE(roots.size() == 2);
  CHECK(roots[1].revealed.root == world.root_of(1));
  CHECK(services::signed_roots(*watching.ports, loaded(), 4'000'000'000u).empty());

  auto kicking = op();
  test::run(app::peg_out::kickoff_command, *kicking, OptimisticWorld::options(broadcast));
  kicking.reset();
  CHECK(services::place_text(watching.look().kickoff) == "in the mempool");
  world.mine(1);
  status = watching.look();
  CHECK(status.depth(status.kickoff) == 1);
  CHECK(status.blocks_left(1) == 0);
  CHECK(status.blocks_left(6) == 5);
  CHECK(status.asserts.size() == world.graph().parts());
  CHECK_FALSE(status.challenge);

  world.send(world.challenge());
  CHECK(watching.look().challenge);
  world.mine(12);
  auto timeout = world.signed_graph().assert_timeout(0, OptimisticWorld::script_of(71), FeeRate::per_vb(2));
  world.send(timeout);
  status = watching.look();
  CHECK(status.ending == services::GraphEnding::assert_timeout);
  CHECK_FALSE(status.asserts[0]);
  world.mine(1);
  status = watching.look();
  CHECK(status.end->txid == timeout.txid());
}
