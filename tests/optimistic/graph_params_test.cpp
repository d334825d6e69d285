#include <doctest/doctest.h>

#include "bridge/record.hpp"
#include "support/graph_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using pegkit::test::GraphFixture;

namespace {

Json document() {
  return GraphFixture::make_params().to_json();
}

/// The field that a changed document is refused for; empty when it is taken.
std::string refused_field(const char* pointer, const Json& value) {
  return pegkit::test::refused_params_field(document(), pointer, value);
}

}  // namespace

TEST_CASE("challenge parameters: written and read, and without them nothing changes") {
  Params params = GraphFixture::make_params();
  CHECK(Params::parse(params.to_json()) == params);
  CHECK(params.challenge->withdrawal_amount() == Sat(9'900'000));
  Json quorum = document();
  quorum.erase("challenge");
  Params without = Params::parse(quorum);
  CHECK_FALSE(without.challenge);
  CHECK(without.to_json().dump() == quorum.dump());
  CHECK(without.hash() != params.hash());

  Json defaults = document();
  for (const char* name :
       {"fee_rate_sat_vb", "challenge_window", "assert_window", "final_window", "reclaim_window", "headers"})
    defaults["challenge"].erase(name);
  Params::Challenge read = *Params::parse(defaults).challenge;
  CHECK(read.fee_rate == FeeRate::per_vb(2));
  CHECK(read.challenge_window == 144);
  CHECK(read.assert_window == 432);
  CHECK(read.final_window == 864);
  CHECK(read.reclaim_window == 1296);
  CHECK(read.headers == 5);
}

TEST_CASE("challenge parameters that do not fit together are refused by their field") {
  CHECK(refused_field("/challenge/challenge_window", 5) == "challenge.challenge_window");
  CHECK(refused_field("/challenge/assert_window", 15) == "challenge.assert_window");
  CHECK(refused_field("/challenge/assert_window", 16) == "");
  CHECK(refused_field("/challenge/final_window", 20) == "challenge.final_window");
  CHECK(refused_field("/challenge/reclaim_window", 30) == "challenge.reclaim_window");
  CHECK(refused_field("/challenge/reclaim_window", 65'536) == "challenge.reclaim_window");
  CHECK(refused_field("/challenge/operator_fee_sat", 9'999'600) == "challenge.operator_fee_sat");
  CHECK(refused_field("/challenge/challenge_fee_sat", 329) == "challenge.challenge_fee_sat");
  CHECK(refused_field("/challenge/burn_sat", 0) == "challenge.burn_sat");
  CHECK(refused_field("/challenge/burn_sat", 2'000'000) == "challenge.burn_sat");
  CHECK(refused_field("/challenge/fee_rate_sat_vb", 101) == "challenge.fee_rate_sat_vb");
  CHECK(refused_field("/challenge/headers", 13) == "challenge.headers");
  CHECK(refused_field("/challenge/target", std::string(64, '0')) == "challenge.target");
  CHECK(refused_field("/challenge/target", "ff") == "challenge.target");
  CHECK(refused_field("/challenge/sequencer/epochs", 0) == "challenge.sequencer.epochs");
  CHECK(refused_field("/challenge/sequencer/first_epoch", 0xffffffff) == "challenge.sequencer.epochs");
  CHECK(refused_field("/challenge/sequencer/key", std::string(64, 'f')) == "challenge.sequencer.key");
  CHECK(refused_field("/challenge/more", 1) == "challenge.more");

  Json main = document();
  main["chain"] = "main";
  CHECK_THROWS_AS(Params::parse(main), Error);  // ten blocks are an hour too few
}

TEST_CASE("records of an operator's payout and of a lock: one form each, at their place alone") {
  const Magic magic = GraphFixture::make_params().magic;
  OperatorPayoutRecord payout{7, operator_tag(GraphFixture().operator_key)};
  LockRecord lock{GraphFixture().deposit.recipient()};
  auto payout_script = record_script(magic, payout), lock_script = record_script(magic, lock);
  CHECK(read_record(magic, payout_script) == Record(payout));
  CHECK(read_record(magic, lock_script) == Record(lock));
  CHECK(to_hex(payout_script).starts_with("6a19504b49540300000007"));
  CHECK(payout_script.size() == 2 + 4 + 1 + 20);
  for (auto script : {payout_script, lock_script}) {
    script.push_back(0);
    ++script[1];
    CHECK_FALSE(read_record(magic, script));
  }

  bitcoin::Transaction tx;
  tx.outputs = {{Sat(0), payout_script}, {Sat(1000), lock_script}};
  CHECK(operator_payout_record(magic, tx) == payout);
  CHECK_FALSE(lock_record(magic, tx));
  CHECK_FALSE(payout_record(magic, tx));
  tx.outputs.erase(tx.outputs.begin());
  CHECK_FALSE(operator_payout_record(magic, tx));
  Graph graph = GraphFixture().build();
  CHECK(lock_record(magic, graph.lock().tx) == lock);
}
