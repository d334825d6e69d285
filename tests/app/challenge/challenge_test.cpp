#include <chrono>
#include <doctest/doctest.h>

#include "app/challenge/commands.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "optimistic/claim_verdict.hpp"
#include "support/liar.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

/// A challenger and its data directory; every command is a process of its own.
struct Challenger {
  OptimisticWorld& world;
  TempDirectory folder = {};
  std::vector<std::string> said = {};
  bool layer2_down = false;
  Exit exit = Exit::ok;

  Json run(app::CommandFactory make, FakeOptions::Values more = {}) {
    auto ports = world.party(OptimisticWorld::challenger_seed, folder.path());
    if (layer2_down) ports->layer2_rpc = nullptr;
    struct Keep {
      FakePorts& ports;
      std::vector<std::string>& said;
      ~Keep() { said = ports.said; }
    } keep{*ports, said};
    exit = test::run(make, *ports, OptimisticWorld::options(std::move(more)));
    return ports->last();
  }
  std::string code(app::CommandFactory make, FakeOptions::Values more = {}) {
    return error_code([&] { run(make, std::move(more)); });
  }
  Json check() { return run(app::challenge::check_command); }
  Json once(FakeOptions::Values more = {}) {
    more.push_back({"--once", ""});
    return run(app::challenge::run_command, std::move(more));
  }
  Json status() { return run(app::challenge::status_command); }
};

/// A locked deposit, its withdrawal asked for, epochs 0 and 1 committed.
struct Scene : OptimisticWorld {
  Liar liar{*this};
  Challenger watcher{*this};
  Scene() {
    ask_withdrawal();
    lock();
    commit(0, root_of(0));
    commit(1, root_of(1));
    fund(challenger_seed, {300'000, 200'000});
  }
  bitcoin::Txid txid(const Json& sent) const {
    return bitcoin::Txid::from_display(sent.at("txid").get<std::string>());
  }
  /// The outputs of a transaction in the best chain or mempool.
  bitcoin::Transaction fetch(const bitcoin::Txid& id) {
    for (std::uint32_t at = height(); at > 105; --at) {
      Json raw = chain->call("getblock", {block_at(at), 0});
      for (auto& tx : bitcoin::Block::parse(from_hex(raw.get<std::string>())).transactions)
        if (tx.txid() == id) return tx;
    }
    return bitcoin::Transaction::from_hex(
        chain->call("getrawtransaction", {id.display()}).get<std::string>());
  }
  /// A block that leaves the mempool where it is, with these transactions alone.
  void mine_only(const std::vector<bitcoin::Transaction>& txs = {}) {
    Json list = Json::array();
    for (const auto& tx : txs) list.push_back(to_hex(tx.serialize()));
    chain->call("generateblock", {*bitcoin::script_address(script_of(78), bitcoin::Chain::regtest), list});
  }
  bitcoin::Script challenger_script() const {
    return bridge::key_script(crypto::xonly(secret_of(challenger_seed).public_key()));
  }
  /// A claim of a payout with other outputs than the right ones.
  optimistic::ClaimTrace wrong_payout(const std::function<void(std::vector<bitcoin::TxOut>&)>& change) {
    auto outputs = liar.honest_outputs();
    change(outputs);
    return liar.trace(liar.inputs(liar.pay(outputs)));
  }
  optimistic::ClaimTrace wrong_script() {
    return wrong_payout([](auto& outputs) { outputs[1].script_pubkey = script_of(34); });
  }
  optimistic::ClaimTrace true_trace() { return liar.trace(liar.inputs(liar.pay(liar.honest_outputs()))); }
};

std::string move_of(const Json& line) {
  return line.at("move").get<std::string>();
}
FeeRate rate_in_mempool(Scene& s, const bitcoin::Txid& txid) {
  Json entry = s.chain->call("getmempoolentry", {txid.display()});
  Sat fee = parse_btc(entry.at("fees").at("base").get<std::string>());
  return FeeRate::per_kvb(fee.value() * 1000 / entry.at("vsize").get<std::int64_t>());
}

}  // namespace

TEST_CASE("an honest claim is left alone from kickoff to take") {
  Scene s;
  CHECK(move_of(s.watcher.check()) == "none");
  auto trace = s.liar.trace(s.liar.inputs(s.liar.pay(s.liar.honest_outputs())));
  s.send(s.liar.kickoff(trace));
  Json line = s.watcher.check();
  CHECK(s.watcher.exit == Exit::ok);
  CHECK(line.at("truth") == "yes");
  CHECK(line.at("claim").at("id") == 0);
  for (int i = 0; i < 30; ++i) {
    s.mine(1);
    if (i % 6 != 0) continue;
    line = s.watcher.once();
    CHECK(move_of(line) == "none");
    CHECK(line.at("sent").is_null());
  }
  CHECK(s.watcher.status().at("intents").empty());
  // A directory of graphs; one that is named twice counts once.
  TempDirectory graphs;
  write_file_atomic(graphs.path() / "one.json", as_bytes(s.graph_document->to_json().dump()));
  write_file_atomic(graphs.path() / "notes.txt", as_bytes("no graph"));
  auto ports = s.party(Scene::challenger_seed, s.watcher.folder.path());
  test::run(app::challenge::check_command, *ports, Scene::options({{"--graphs", graphs.path().string()}}));
  CHECK(ports->printed.size() == 1);
  // A file without a graph does not stop the others from being watched, but the run is not "all is well".
  write_file_atomic(graphs.path() / "bad.json", as_bytes("{}"));
  CHECK(error_code([&] {
          test::run(app::challenge::check_command, *ports,
                    Scene::options({{"--graphs", graphs.path().string()}}));
        }) == "json.missing");
  CHECK(ports->printed.size() == 2);
  CHECK(ports->said_something_with("bad.json is not watched"));
  ports.reset();
  CHECK(s.watcher.code(app::challenge::check_command, {{"--graphs", "/nowhere"}}) == "usage");
  CHECK(s.watcher.code(app::challenge::open_command) == "claim.true");
  CHECK(s.watcher.code(app::challenge::timeout_command) == "claim.true");
  CHECK(s.watcher.code(app::challenge::disprove_command) == "claim.holds");
  s.send(s.signed_graph().take_fast());
  s.mine(1);
  CHECK(s.watcher.check().at("end").at("kind") == "take-fast");
  CHECK(s.watcher.exit == Exit::ok);
}

TEST_CASE("a payout to the wrong script: challenged, asserted in odd order, disproved; who gets what") {
  Scene s;
  auto trace = s.wrong_script();
  s.send(s.liar.kickoff(trace));
  Json line = s.watcher.check();
  CHECK(s.watcher.exit == Exit::no);
  CHECK(line.at("truth") == "no");
  CHECK(move_of(line) == "wait");
  s.mine(1);
  CHECK(move_of(s.watcher.check()) == "open");

  line = s.watcher.once();
  REQUIRE(line.at("sent").is_object());
  bitcoin::Txid challenge = s.txid(line["sent"]);
  CHECK(s.in_mempool(challenge));
  CHECK(line["sent"].at("kind") == "challenge");
  line = s.watcher.once();
  CHECK(s.txid(line["sent"]) == challenge);
  CHECK(line["sent"].at("already") == true);
  s.mine(1);
  auto paid = s.fetch(challenge);
  CHECK(paid.outputs[0] ==
        bitcoin::TxOut{Sat(50'000), optimistic::operator_script(crypto::xonly(s.operator_key.public_key()))});
  CHECK(paid.outputs[1].script_pubkey == s.challenger_script());
  CHECK(move_of(s.watcher.once()) == "wait");
  CHECK(s.watcher.run(app::challenge::open_command).at("already") == true);

  auto order = s.liar.all_parts();
  std::ranges::reverse(order);
  auto asserts = s.liar.assert_parts(trace, order);
  line = s.watcher.check();
  CHECK(line.at("false_step") == "script");
  CHECK(move_of(line) == "disprove");

  // The same from raw transactions alone, in any order and twice.
  FakeOptions::Values offline = {{"--kickoff", to_hex(s.fetch(s.graph().kickoff().tx.txid()).serialize())}};
  for (const auto& tx : asserts) offline.push_back({"--assert", to_hex(tx.serialize())});
  offline.push_back(offline[1]);
  auto begin = std::chrono::steady_clock::now();
  Json made = s.watcher.run(app::challenge::disprove_command, offline);
  MESSAGE("disprove from raw transactions: "
          << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() << " s, "
          << made.at("vsize") << " vB, step " << made.at("step"));
  CHECK(made.at("step") == "script");
  begin = std::chrono::steady_clock::now();
  std::vector<bitcoin::Witness> parts;
  for (const auto& tx : asserts) parts.insert(parts.begin(), tx.inputs[0].witness);
  optimistic::ClaimReader reader{s.claim().program(), s.claim().layout(), s.claim().keys(),
                                 s.claim().sequencer(), 0};
  auto revealed =
      optimistic::read_claim(reader, s.fetch(s.graph().kickoff().tx.txid()).inputs[0].witness, parts);
  MESSAGE("the false step of all "
          << parts.size() << " asserts: "
          << std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() << " s");
  CHECK(revealed.false_step == s.liar.program().step("script"));
  auto raw = bitcoin::Transaction::from_hex(made.at("tx").get<std::string>());
  std::vector<bitcoin::TxOut> spent = {s.graph().kickoff().tx.outputs[1]};
  CHECK(bitcoin::verify_input(bitcoin::SighashCache(raw, spent), 0) == bitcoin::ScriptError::OK);
  CHECK(bitcoin::standard_reason(raw, spent) == "");

  line = s.watcher.once();
  bitcoin::Txid disprove = s.txid(line.at("sent"));
  CHECK(s.in_mempool(disprove));
  s.mine(1);
  auto end = s.fetch(disprove);
  CHECK(end.outputs[0] == bitcoin::TxOut{Sat(1'000'000), bitcoin::Script{bitcoin::OP_RETURN}});
  CHECK(end.outputs[1].script_pubkey == s.challenger_script());
  Sat fee{line["sent"].at("fee_sat").get<std::int64_t>()};
  CHECK(end.outputs[1].value == s.graph().bond_value() - Sat(1'000'000) - fee);
  line = s.watcher.status();
  CHECK(line.at("end").at("kind") == "disprove");
  CHECK(line.at("intents").size() == 2);
  s.mine(3);
  CHECK(move_of(s.watcher.check()) == "none");
  CHECK(s.watcher.exit == Exit::ok);
  CHECK(s.watcher.code(app::challenge::disprove_command) == "graph.ended");
}

TEST_CASE("claims that are false in their own ways are challenged, and a true one in the same place is not") {
  struct Kind {
    const char* name;
    const char* step;  ///< false in the trace
    std::function<optimistic::ClaimTrace(Scene&)> make;
  };
  const Kind kinds[] = {
      {"wrong amount", "record",
       [](Scene& s) { return s.wrong_payout([](auto& outputs) { outputs[1].value -= Sat(1); }); }},
      {"wrong tag", "record",
       [](Scene& s) {
         return s.wrong_payout([&](auto& outputs) {
           outputs[0].script_pubkey =
               bridge::record_script(s.params.magic, bridge::OperatorPayoutRecord{0, {}});
         });
       }},
      {"not in the tree", "",
       [](Scene& s) {
         auto inputs = s.liar.inputs(s.liar.pay(s.liar.honest_outputs()));
         inputs.withdrawal.id = 7;
         return s.liar.trace(inputs);
       }},
      {"an epoch that did not have it", "",
       [](Scene& s) {
         auto inputs = s.liar.inputs(s.liar.pay(s.liar.honest_outputs()), 0);
         inputs.root = s.root_of(0);
         return s.liar.trace(inputs);
       }},
      {"never paid", "",
       [](Scene& s) {
         auto payout = s.make_payment(s.liar.honest_outputs());
         s.mine(2);
         return s.liar.trace(s.liar.inputs(payout));
       }},
      {"an epoch that no sequencer signed", nullptr, [](Scene& s) {
         s.layer2->tip = 30;
         return s.liar.trace(s.liar.inputs(s.liar.pay(s.liar.honest_outputs()), 2));
       }}};
  for (const Kind& kind : kinds) {
    CAPTURE(kind.name);
    Scene s;
    auto trace = kind.make(s);
    auto step = optimistic::first_false_step(s.liar.program(), trace);
    CHECK(step.has_value() == (kind.step != nullptr));
    if (step && *kind.step) CHECK(s.liar.program().steps()[*step].name == kind.step);
    s.liar.start(trace);
    Json line = s.watcher.once();
    CHECK(line.at("truth") != "yes");
    CHECK(move_of(line) == "open");
    CHECK(s.in_mempool(s.txid(line.at("sent"))));
  }
}

TEST_CASE(
    "a false value at the first, a middle and the last step takes the bond, by a watcher who starts late") {
  for (const char* value : {"script_hash", "sibling_20", "block_hash_1"}) {
    CAPTURE(value);
    Scene s;
    auto trace = s.true_trace();
    trace[s.liar.program().value(value)].back() ^= 1;
    s.liar.start(trace);
    // The claim is true and nobody challenges it. A false value asserted anyway convicts the operator.
    CHECK(move_of(s.watcher.check()) == "none");
    s.liar.assert_parts(trace, s.liar.all_parts());
    Challenger late{s};
    Json line = late.once();
    CHECK(line.at("truth") == "yes");
    REQUIRE(move_of(line) == "disprove");
    bitcoin::Txid txid = s.txid(line.at("sent"));
    s.mine(1);
    CHECK(s.fetch(txid).outputs[0].value == Sat(1'000'000));
    CHECK(late.check().at("end").at("kind") == "disprove");
  }
}

TEST_CASE("silence, of all parts and of one") {
  for (std::size_t missing : {std::size_t{0}, std::size_t{1}, std::size_t{99}}) {
    CAPTURE(missing);
    Scene s;
    // A claim that is false only in its payout.
    auto payout = s.make_payment(s.liar.honest_outputs());
    s.mine(2);
    auto trace = s.liar.trace(s.liar.inputs(payout));
    s.liar.start(trace);
    std::uint32_t kickoff = s.height();
    s.watcher.once();
    s.mine(1);
    std::vector<std::size_t> parts;
    if (missing < s.liar.parts()) parts = {missing == 0 ? std::size_t{1} : std::size_t{0}};
    s.liar.assert_parts(trace, parts);
    while (s.height() < kickoff + 10) s.mine(1);
    Json line = s.watcher.once();
    bool disproved = move_of(line) == "disprove";
    if (!disproved) {
      CHECK(move_of(line) == "wait");
      CHECK(s.watcher.code(app::challenge::timeout_command) == "timeout.window");
      s.mine(1);
      line = s.watcher.once();
      REQUIRE(move_of(line) == "timeout");
      CHECK(line.at("part") == (missing == 1 ? 1 : 0));
    }
    bitcoin::Txid txid = s.txid(line.at("sent"));
    s.mine(1);
    auto end = s.fetch(txid);
    CHECK(end.outputs[0].value == Sat(1'000'000));
    CHECK(end.outputs[1].script_pubkey == s.challenger_script());
    CHECK(s.watcher.check().at("end").at("kind") == (disproved ? "disprove" : "assert-timeout"));
  }
}

TEST_CASE("a challenge that a reorganisation took away, its coin too, is made again with another coin") {
  Scene s;
  s.liar.start(s.wrong_script());
  bitcoin::Txid first = s.txid(s.watcher.once().at("sent"));
  s.mine(1);
  CHECK(move_of(s.watcher.once()) == "wait");

  // The larger coin goes elsewhere in the new chain.
  bitcoin::OutPoint coin = s.fetch(first).inputs[1].prevout;
  optimistic::GraphTransaction other;
  other.add_input(coin, {Sat(300'000), s.challenger_script()}, 0xfffffffd);
  other.tx.outputs = {{Sat(290'000), Scene::script_of(90)}};
  auto internal = crypto::xonly(secret_of(Scene::challenger_seed).public_key());
  auto tweaked = secret_of(Scene::challenger_seed).xonly_tweak_add(bitcoin::taptweak_hash(internal, {}));
  other.tx.inputs[0].witness = {
      to_bytes(crypto::schnorr_sign(tweaked, other.sighash(0, 0), ByteArray<32>{}))};
  s.chain->call("invalidateblock", {s.block_at(s.height())});
  s.mine_only({other.tx});
  s.mine_only();
  Json line = s.watcher.once();
  REQUIRE(move_of(line) == "open");
  bitcoin::Txid second = s.txid(line.at("sent"));
  CHECK(second != first);
  s.mine(1);
  CHECK(s.fetch(second).outputs[0].value == Sat(50'000));
  CHECK(move_of(s.watcher.once()) == "wait");
}

TEST_CASE("a disprove that a reorganisation took away stands again") {
  Scene s;
  auto trace = s.wrong_script();
  s.liar.start(trace);
  s.liar.assert_parts(trace, s.liar.all_parts());
  bitcoin::Txid disprove = s.txid(s.watcher.once().at("sent"));
  s.mine(1);
  CHECK(move_of(s.watcher.check()) == "none");
  s.chain->call("invalidateblock", {s.block_at(s.height())});
  s.mine_only();
  s.mine_only();
  Json line = s.watcher.once();
  CHECK(move_of(line) == "disprove");
  CHECK(s.in_mempool(s.txid(line.at("sent"))));
  CHECK(s.txid(line.at("sent")) == disprove);
  s.mine(1);
  CHECK(s.watcher.check().at("end").at("kind") == "disprove");
}

TEST_CASE("the fee of a challenge that does not confirm is raised as its time runs out, and beats a take") {
  Scene s;
  s.liar.start(s.wrong_script());
  bitcoin::Txid first = s.txid(s.watcher.once().at("sent"));
  FeeRate before = rate_in_mempool(s, first);
  s.mine_only();
  Json line = s.watcher.once();
  CHECK(s.txid(line.at("sent")) == first);
  s.mine_only();
  s.mine_only();
  line = s.watcher.once();
  bitcoin::Txid second = s.txid(line.at("sent"));
  CHECK(second != first);
  CHECK(line["sent"].at("replaces") == first.display());
  CHECK_FALSE(s.in_mempool(first));
  FeeRate after = rate_in_mempool(s, second);
  CHECK(after.sat_per_kvb() > 2 * before.sat_per_kvb());
  line = s.watcher.status();
  REQUIRE(line.at("intents").size() == 2);
  CHECK(line["intents"][0].at("state") == "replaced");
  CHECK(line["intents"][1].at("state") == "sent");
  s.mine(1);
  CHECK(s.watcher.check().at("challenge").at("txid") == second.display());

  Scene late;
  late.liar.start(late.wrong_script());
  late.mine(6);
  late.send(late.signed_graph().take_fast());
  line = late.watcher.once();
  CHECK(move_of(line) == "open");
  CHECK(line.at("alarm") == true);
  CHECK(late.in_mempool(late.txid(line.at("sent"))));
  CHECK_FALSE(late.in_mempool(late.graph().take_fast().tx.txid()));
}

TEST_CASE("a layer 2 that is behind the epoch that the sequencer committed says nothing about a claim") {
  Scene s;
  s.liar.start(s.true_trace());
  s.layer2->tip = 0;
  CHECK(s.watcher.code(app::challenge::check_command) == "l2.behind");
  s.mine(5);
  CHECK(s.watcher.code(app::challenge::run_command, {{"--once", ""}}) == "l2.behind");
  CHECK(s.chain->call("getrawmempool").empty());
}

TEST_CASE(
    "without a layer 2 nothing is challenged, people are told, and --challenge-unknown-within decides") {
  Scene s;
  s.liar.start(s.true_trace());
  s.watcher.layer2_down = true;
  CHECK(s.watcher.code(app::challenge::check_command) == "rpc.unreachable");
  CHECK(s.watcher.said.empty());
  CHECK(s.watcher.code(app::challenge::open_command) == "rpc.unreachable");
  s.mine(5);
  CHECK(s.watcher.code(app::challenge::run_command, {{"--once", ""}}) == "rpc.unreachable");
  REQUIRE(s.watcher.said.size() >= 2);
  CHECK(s.watcher.said.back().find("10000000 sat") != std::string::npos);
  CHECK(s.chain->call("getrawmempool").empty());
  CHECK(s.watcher.code(app::challenge::run_command, {{"--once", ""}, {"--challenge-unknown-within", "3"}}) ==
        "rpc.unreachable");
  CHECK(s.chain->call("getrawmempool").size() == 1);
  CHECK(s.watcher.code(app::challenge::open_command, {{"--anyway", ""}}) == "");
}

TEST_CASE("raw transactions that are garbage, of another graph, or of nobody prove nothing") {
  Scene s;
  auto trace = s.wrong_script();
  auto kickoff = s.liar.kickoff(trace);
  auto code = [&](const char* option, const bitcoin::Transaction& tx) {
    return s.watcher.code(app::challenge::disprove_command, {{option, to_hex(tx.serialize())}});
  };
  CHECK(code("--kickoff", kickoff) == "claim.holds");
  // The node checks the operator's signature; a change anywhere else is refused.
  for (std::size_t i = 0; i + 2 < kickoff.inputs[0].witness.size(); i += 7) {
    CAPTURE(i);
    auto bad = kickoff;
    bad.inputs[0].witness[i] = Bytes(bad.inputs[0].witness[i].size() + 1, 0x51);
    CHECK(code("--kickoff", bad) == (i == 0 ? "claim.holds" : "challenge.transaction"));
  }
  auto cut = kickoff;
  cut.inputs[0].witness.resize(3);
  CHECK(code("--kickoff", cut) == "challenge.transaction");
  cut.inputs[0].witness.clear();
  CHECK(code("--kickoff", cut) == "challenge.transaction");
  CHECK(code("--kickoff", s.signed_graph().lock()) == "challenge.transaction");
  CHECK(code("--assert", kickoff) == "challenge.transaction");
  optimistic::GraphTransaction empty = s.graph().assert_part(1);
  empty.tx.outputs = {{Sat(100), s.challenger_script()}};
  CHECK(code("--assert", empty.tx) == "challenge.transaction");
  CHECK(s.watcher.code(app::challenge::disprove_command, {{"--assert", std::string(200, '0')}}) != "");
  CHECK(s.watcher.code(app::challenge::disprove_command) == "claim.holds");
}
