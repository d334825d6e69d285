#include "optimistic/graph.hpp"

#include <doctest/doctest.h>
#include <set>

#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "bridge/record.hpp"
#include "optimistic/graph_signed.hpp"
#include "support/errors.hpp"
#include "support/graph_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using pegkit::test::error_and_field;
using pegkit::test::GraphFixture;
using pegkit::test::SmallClaim;

namespace {

/// Checks each input by the interpreter under the mempool's rules, and the whole by policy.
void check_valid(const bitcoin::Transaction& tx, const std::vector<bitcoin::TxOut>& spent) {
  bitcoin::SighashCache cache(tx, spent);
  for (std::size_t i = 0; i < tx.inputs.size(); ++i)
    CHECK(bitcoin::script_error_name(bitcoin::verify_input(cache, i)) == std::string("OK"));
  CHECK(bitcoin::standard_reason(tx, spent) == "");
  CHECK(bitcoin::check_transaction(tx) == "");
}

bitcoin::Script somewhere() {
  return operator_script(crypto::xonly(test::graph_secret(80).public_key()));
}

}  // namespace

TEST_CASE("the same inputs make the same graph, any other input another kickoff or take") {
  GraphFixture fixture;
  Graph graph = fixture.build(), again = GraphFixture().build();
  for (auto of : {&Graph::lock, &Graph::take_fast, &Graph::take_final, &Graph::reclaim})
    CHECK((graph.*of)().tx.txid() == (again.*of)().tx.txid());

  auto differs = [&](auto&& change) {
    GraphFixture other;
    change(other);
    Graph made = other.build();
    return made.take_final().tx.txid() != graph.take_final().tx.txid();
  };
  CHECK_FALSE(differs([](GraphFixture&) {}));
  CHECK(differs([](GraphFixture& f) { f.params.challenge->final_window = 31; }));
  CHECK(differs([](GraphFixture& f) { f.params.challenge->fee_rate = FeeRate::per_vb(3); }));
  CHECK(differs([](GraphFixture& f) { f.deposit.funding->outpoint.vout = 1; }));
  CHECK(differs([](GraphFixture& f) { f.stake.inputs[0].prevout.vout = 9; }));
  CHECK(differs([](GraphFixture& f) {
    f.claim->seed = 2;
    f.stake.outputs[0].script_pubkey = stake_script(f.operator_key, f.claim->kickoff_leaf());
  }));
}

TEST_CASE("two operators of one deposit share the lock and nothing else") {
  GraphFixture one, two;
  two.operator_key = crypto::xonly(test::graph_secret(51).public_key());
  two.claim = std::make_shared<SmallClaim>(two.custody.internal_key(), two.operator_key);
  two.stake.outputs[0].script_pubkey = stake_script(two.operator_key, two.claim->kickoff_leaf());
  two.stake.inputs[0].prevout.vout = 2;
  Graph a = one.build(), b = two.build();
  CHECK(a.lock().tx == b.lock().tx);
  CHECK(a.kickoff().tx.txid() != b.kickoff().tx.txid());
  CHECK(a.take_fast().tx.inputs[0].prevout == b.take_fast().tx.inputs[0].prevout);
}

TEST_CASE("the coins: amounts add up, fees are what was asked for") {
  GraphFixture fixture;
  Graph graph = fixture.build();
  SignedGraph with = fixture.sign(graph);
  auto check_fee = [&](const GraphTransaction& made, const bitcoin::Transaction& sent) {
    CHECK(made.tx.txid() == sent.txid());
    CHECK(made.fee() == fixture.params.challenge->fee_rate.fee(sent.vsize()));
    CHECK(sent.version == 3);
    CHECK(sent.outputs.back() == bitcoin::TxOut{Graph::anchor, bitcoin::anchor_script()});
  };
  check_fee(graph.lock(), with.lock());
  check_fee(graph.take_fast(), with.take_fast());
  check_fee(graph.take_final(), with.take_final());
  check_fee(graph.reclaim(), with.reclaim());
  // The kickoff's is for its largest form: here its element count has one byte, not three.
  bitcoin::Transaction kickoff = fixture.kickoff(graph);
  CHECK(graph.kickoff().fee() - fixture.params.challenge->fee_rate.fee(kickoff.vsize()) <= Sat(2));

  Sat back = graph.take_fast().tx.outputs[0].value;
  Sat all = fixture.params.challenge->denomination + fixture.params.challenge->bond;
  Sat lost = graph.lock().fee() + graph.kickoff().fee() + graph.take_fast().fee() + Graph::anchor * 3 +
             Graph::connector * 2;
  CHECK(back + lost == all);
}

TEST_CASE("every transaction is valid and standard") {
  GraphFixture fixture;
  Graph graph = fixture.build();
  SignedGraph with = fixture.sign(graph);
  check_valid(with.lock(), graph.lock().spent);
  check_valid(fixture.kickoff(graph), graph.kickoff().spent);
  check_valid(with.take_fast(), graph.take_fast().spent);
  check_valid(with.take_final(), graph.take_final().spent);
  check_valid(with.reclaim(), graph.reclaim().spent);
  for (std::size_t i = 0; i < graph.parts(); ++i) {
    check_valid(with.assert_timeout(i, somewhere(), FeeRate::per_vb(3)), graph.assert_timeout(i).spent);
    GraphCoin coin{{graph.lock().tx.txid(), 7}, {Sat(100'000), operator_script(fixture.operator_key)}};
    check_valid(fixture.assert_part(graph, i, 2, coin, Sat(5000)),
                {graph.assert_part(i).spent[0], coin.output});
  }
  for (std::size_t k = 0; k < graph.steps(); ++k)
    check_valid(fixture.disprove(with, k, somewhere()), graph.disprove(k).spent);

  GraphCoin coin{{graph.lock().tx.txid(), 8}, {Sat(100'000), operator_script(fixture.operator_key)}};
  bitcoin::Psbt psbt = with.challenge({coin}, {{Sat(40'000), somewhere()}});
  psbt.inputs[1].final_witness = bitcoin::Witness{fixture.wallet_signature(psbt.taproot_sighash(1, nullptr))};
  check_valid(psbt.extract(), psbt.spent());
}

TEST_CASE("an unused stake goes home after its timelock, by a spend that cannot be the kickoff") {
  GraphFixture fixture;
  Graph graph = fixture.build();
  GraphTransaction home;
  home.add_input(graph.stake(), graph.stake_output(), Graph::stake_blocks);
  home.tx.outputs = {{Sat(1'990'000), operator_script(fixture.operator_key)}};
  GraphLeaf leaf = graph.stake_return_leaf();
  auto hash = leaf.hash();
  home.tx.inputs[0].witness = leaf.witness({fixture.operator_signature(home.sighash(0, 0, &hash))});
  check_valid(home.tx, home.spent);

  GraphTransaction forged = graph.kickoff();
  forged.tx.inputs[0].witness = leaf.witness({fixture.operator_signature(forged.sighash(0, 0, &hash))});
  bitcoin::SighashCache cache(forged.tx, forged.spent);
  CHECK(bitcoin::verify_input(cache, 0) == bitcoin::ScriptError::UNSATISFIED_LOCKTIME);
}

TEST_CASE("assert-timeout burns whoever sends it, and cannot be cut down") {
  GraphFixture fixture;
  Graph graph = fixture.build();
  SignedGraph with = fixture.sign(graph);
  bitcoin::Transaction tx = with.assert_timeout(1, somewhere(), FeeRate::per_vb(2));
  auto valid = [&](const bitcoin::Transaction& altered) {
    bitcoin::SighashCache cache(altered, graph.assert_timeout(1).spent);
    return bitcoin::verify_input(cache, 0) == bitcoin::ScriptError::OK &&
           bitcoin::verify_input(cache, 1) == bitcoin::ScriptError::OK;
  };
  CHECK(valid(tx));
  auto altered = [&](auto&& change) {
    bitcoin::Transaction out = tx;
    change(out);
    return valid(out);
  };
  CHECK(altered([](auto& t) { t.outputs[1].value -= Sat(1000); }));  // the sender's own
  CHECK_FALSE(altered([](auto& t) { t.outputs[0].value -= Sat(1); }));
  CHECK_FALSE(altered([](auto& t) { t.outputs[0].script_pubkey = somewhere(); }));
  CHECK_FALSE(altered([](auto& t) { t.inputs[1].sequence = 19; }));
  CHECK_FALSE(altered([](auto& t) { std::swap(t.outputs[0], t.outputs[1]); }));
}

TEST_CASE("tasks: one for each input that the signers sign, all messages different") {
  GraphFixture fixture(3, 4, 6);
  Graph graph = fixture.build();
  auto tasks = graph.tasks();
  CHECK(tasks.size() == 1 + 3 + 2 + 1 + 2 * 4 + 6);
  std::set<std::string> names;
  std::set<ByteArray<32>> messages;
  for (const GraphTask& task : tasks) {
    names.insert(task.name());
    messages.insert(task.message);
    CHECK(task.tweak.has_value() != task.leaf.has_value());
  }
  CHECK(names.size() == tasks.size());
  CHECK(messages.size() == tasks.size());
  CHECK(names.count("take-fast:2") == 1);
  CHECK(names.count("assert-timeout[3]:1") == 1);
  CHECK(names.count("disprove[5]:0") == 1);
}

TEST_CASE("what does not fit together is refused, and the field is named") {
  auto refused_for = [](auto&& change) {
    GraphFixture fixture;
    change(fixture);
    return error_and_field([&] { fixture.build(); });
  };
  CHECK(refused_for([](GraphFixture&) {}) == "");
  CHECK(refused_for([](GraphFixture& f) { f.params.challenge.reset(); }) == "params.quorum challenge");
  CHECK(refused_for([](GraphFixture& f) { f.deposit.funding.reset(); }) ==
        "deposit.unfunded deposit.outpoint");
  CHECK(refused_for([](GraphFixture& f) { f.deposit.funding->amount = Sat(9'999'999); }) ==
        "graph.amount deposit.amount_sat");
  CHECK(refused_for([](GraphFixture& f) { f.params.refund_blocks = 145; }) ==
        "graph.deposit deposit.refund_blocks");
  CHECK(refused_for([](GraphFixture& f) { f.params.challenge->sequencer.ots = {}; }) ==
        "graph.keys sequencer_keys");
  CHECK(refused_for([](GraphFixture& f) { f.stake.outputs[0].value -= Sat(1); }) == "graph.stake stake_tx");
  CHECK(refused_for([](GraphFixture& f) { f.stake.outputs[0].script_pubkey = somewhere(); }) ==
        "graph.stake stake_tx");
  CHECK(refused_for([](GraphFixture& f) { f.stake.outputs.clear(); }) == "graph.stake stake_vout");
  CHECK(refused_for([](GraphFixture& f) { f.claim->seed = 2; }) == "graph.stake stake_tx");
  CHECK(refused_for([](GraphFixture& f) { f.claim->twice = 3; }) == "graph.leaf disprove[3]");
  CHECK(refused_for([](GraphFixture& f) { f.claim->padding = 400'000; }) == "graph.size disprove[0]");
  CHECK(refused_for([](GraphFixture& f) { f.claim->extra_stack = 40'000; }) == "graph.size assert[0]");
  CHECK(refused_for([](GraphFixture& f) { f.params.challenge->operator_fee = Sat(1000); }) ==
        "graph.fee params.challenge.operator_fee_sat");
  CHECK(refused_for([](GraphFixture& f) { f.params.challenge->burn = Sat(1'998'000); }) ==
        "graph.amount params.challenge.burn_sat");
  CHECK(refused_for([](GraphFixture& f) { f.params.fee_cap_total = Sat(100); }) ==
        "graph.fee params.fee_cap_sat");
  CHECK(refused_for([](GraphFixture& f) {
          f.params.challenge->bond = Sat(1500);
          f.stake.outputs[0].value = Sat(1500);
        }) == "graph.amount params.challenge.bond_sat");
  CHECK(refused_for([](GraphFixture& f) {
          f.custody = Custody::make(Policy::checksigadd, 2, f.custody.keys());
          f.deposit = GraphFixture::make_deposit(f.custody, f.params);
          f.deposit.funding = {{}, f.params.challenge->denomination};
        }) == "graph.custody deposit.custody.policy");
}
