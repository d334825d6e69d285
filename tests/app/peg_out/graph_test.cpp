// A graph from the deposit to the lock, by the commands of operator and signers.

#include <deque>
#include <doctest/doctest.h>

#include "app/musig_round/commands.hpp"
#include "app/peg_in/commands.hpp"
#include "app/peg_out/commands.hpp"
#include "bitcoin/address.hpp"
#include "crypto/keyfile.hpp"
#include "regtest/rpc.hpp"
#include "services/send/wallet.hpp"
#include "support/fake_ports.hpp"
#include "support/program_graph.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;

std::string key_file(const crypto::SecretKey& key) {
  return std::string(as_text(crypto::keyfile::make(key).view()));
}

/// Operator and signers with a data directory each, on an embedded chain where the deposit is buried.
class Parties {
 public:
  GraphFixture base;
  optimistic::OtsKeySet sequencer = ProgramGraph::make_sequencer(61);
  std::shared_ptr<regtest::RegtestRpc> chain = std::make_shared<regtest::RegtestRpc>();
  std::map<std::string, std::string> files;
  TempDirectory operator_directory;
  std::deque<TempDirectory> signer_directories{3};

  Parties() {
    base.params.challenge->sequencer.ots = sequencer.hash();
    mine(110);
    auto node = net::BitcoinNode(chain);
    auto scripts = services::wallet_scripts(base.operator_secret.public_key());
    services::FundingPlan plan =
        services::fund(services::spendable_coins(node, scripts),
                       {{base.params.challenge->denomination, base.deposit.script_pubkey()}}, scripts[0],
                       FeeRate::per_vb(5), base.params);
    services::sign_with(base.operator_secret, plan.psbt);
    plan.psbt.finalize();
    chain->call("sendrawtransaction", {to_hex(plan.psbt.extract().serialize())});
    base.deposit.funding = {{plan.psbt.tx.txid(), 0}, base.params.challenge->denomination};
    mine(3);
    files["params.json"] = base.params.to_json().dump();
    files["deposit.json"] = base.deposit.to_json().dump();
    files["sequencer.json"] = sequencer.to_json().dump();
  }
  void mine(int blocks) {
    auto script = optimistic::operator_script(base.operator_key);
    chain->call("generatetoaddress", {blocks, *bitcoin::script_address(script, bitcoin::Chain::regtest)});
  }
  std::unique_ptr<FakePorts> ports(const std::filesystem::path& directory, const crypto::SecretKey& key) {
    auto out = std::make_unique<FakePorts>(directory);
    out->node_rpc = chain;
    out->files = files;
    out->key = key_file(key);
    return out;
  }
  Json by_operator(app::CommandFactory make, Values values, bool dry = false) {
    auto with = ports(operator_directory.path(), base.operator_secret);
    with->dry = dry;
    Exit exit = run(make, *with, std::move(values));
    CHECK(exit == Exit::ok);
    return with->last();
  }
  Json stake(Values more = {}, bool dry = false) {
    Values values{{"--params", "params.json"}, {"--deposit", "deposit.json"}};
    values.insert(values.end(), more.begin(), more.end());
    return by_operator(app::peg_out::stake_command, values, dry);
  }
  Json graph(Values more = {}) {
    Values values{
        {"--params", "params.json"}, {"--deposit", "deposit.json"}, {"--sequencer-keys", "sequencer.json"}};
    values.insert(values.end(), more.begin(), more.end());
    return by_operator(app::peg_out::graph_command, values);
  }
  static Values round(Values more) {
    Values values{
        {"--graph", "graph.json"}, {"--params", "params.json"}, {"--sequencer-keys", "sequencer.json"}};
    values.insert(values.end(), more.begin(), more.end());
    return values;
  }
  Json by_signer(app::CommandFactory make, std::uint32_t i, Values more) {
    auto with = ports(signer_directories[i].path(), GraphFixture::signer(i));
    Exit exit = run(make, *with, round(std::move(more)));
    CHECK(exit == Exit::ok);
    return with->last();
  }
  std::string all_nonces() {
    std::string out;
    for (std::uint32_t i = 0; i < 3; ++i)
      out += by_signer(app::musig_round::nonce_command, i, {}).dump() + "\n";
    return out;
  }
  /// Options with these signers.
  std::string partials(const std::vector<std::uint32_t>& who) {
    std::string out;
    for (std::uint32_t i : who)
      out += by_signer(app::musig_round::sign_command, i, {{"--nonces", "nonces"}}).dump() + "\n";
    return out;
  }
  Json combine() {
    FakePorts with;
    with.files = files;
    Exit exit = run(app::musig_round::combine_command, with,
                    round({{"--nonces", "nonces"}, {"--partials", "partials"}}));
    CHECK(exit == Exit::ok);
    return with.last();
  }
  Error combine_error() {
    return thrown([&] { combine(); }).value();
  }
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a graph from the stake to the lock, with three signers") {
  Parties world;
  Json dry = world.stake({}, true);
  CHECK(dry.at("type") == "pegkit/stake");
  CHECK(dry.at("amount_sat") == world.base.params.challenge->bond.value());
  CHECK(error_code([&] { world.graph(); }) == "stake.unknown");

  Json printed = world.stake();
  CHECK(printed.at("stake").at("address") == dry.at("address"));
  world.files["stake.json"] = printed.dump();
  CHECK(world.graph({{"--stake", "stake.json"}}).at("stake") == printed.at("stake").at("outpoint"));

  Json sent = world.stake({{"--broadcast", ""}});
  Json again = world.stake({{"--broadcast", ""}});
  CHECK(again.at("already") == true);
  CHECK(again.at("stake").at("outpoint") == sent.at("stake").at("outpoint"));
  Json graph = world.graph();
  CHECK(graph.at("stake") == sent.at("stake").at("outpoint"));
  world.files["graph.json"] = graph.dump();

  // Two rounds; the error names a signer who withholds or sends something wrong.
  world.files["nonces"] = world.all_nonces();
  world.files["partials"] = world.partials({0, 2});
  Error withheld = world.combine_error();
  CHECK(withheld.exit() == Exit::not_ready);
  CHECK(contains(withheld.message(), "none yet of signer 1"));
  std::string last = world.partials({1});
  Json wrong = parse_json(last);
  std::swap(wrong["partials"][1], wrong["partials"][3]);
  std::string good = world.files["partials"] + last;
  world.files["partials"] += wrong.dump();
  Error bad = world.combine_error();
  CHECK(bad.code() == "partial.invalid");
  CHECK(contains(bad.message(), "signer 1"));
  CHECK(contains(bad.message(), "take-fast:0"));
  world.files["partials"] = good;
  Json complete = world.combine();
  auto document = optimistic::GraphDocument::parse(complete, world.base.params,
                                                   optimistic::program_claims(world.sequencer));
  optimistic::SignedGraph with = document.signed_graph();
  world.files["signed.json"] = complete.dump();
  CHECK(world.partials({1}) == last);  // a repeat prints what was recorded

  // The lock waits for the stake, and is sent once.
  Values lock{
      {"--params", "params.json"}, {"--graph", "signed.json"}, {"--sequencer-keys", "sequencer.json"}};
  CHECK(error_code([&] { world.by_operator(app::peg_in::lock_command, lock); }) == "stake.shallow");
  world.mine(3);
  CHECK(world.by_operator(app::peg_in::lock_command, lock).at("txid") == with.lock().txid().display());
  CHECK(world.by_operator(app::peg_in::lock_command, lock).at("already") == true);
  world.mine(1);
  CHECK(world.by_operator(app::peg_in::lock_command, lock).at("confirmations") == 1);
  world.files["unsigned.json"] = graph.dump();
  lock[1].second = "unsigned.json";
  CHECK(error_code([&] { world.by_operator(app::peg_in::lock_command, lock); }) == "graph.unsigned");
}

TEST_CASE("a signer signs one graph of a stake, and no graph that is not what its inputs make") {
  Parties world;
  world.files["stake.json"] = world.stake().dump();
  Json graph = world.graph({{"--stake", "stake.json"}});
  auto sign = [&](const Json& document) {
    world.files["graph.json"] = document.dump();
    world.files["nonces"] = world.all_nonces();
    return world.partials({0});
  };
  auto refusal = [&](auto&& change) {
    Json document = graph;
    change(document);
    return error_code([&] { sign(document); });
  };
  CHECK(refusal([](Json& d) { d["transactions"]["take-fast"]["inputs"][1]["sequence"] = 5; }) ==
        "document.derived");
  CHECK(refusal([](Json& d) { d.erase("signatures"); }) == "graph.challenge");
  CHECK(refusal([](Json& d) {
          std::string s = d["signatures"]["challenge:0"];
          s[5] = s[5] == '0' ? '1' : '0';
          d["signatures"]["challenge:0"] = s;
        }) == "graph.signature");
  CHECK(refusal([](Json& d) { d["stake_vout"] = 1; }) == "graph.stake");
  CHECK(refusal([](Json& d) { d["params"] = std::string(64, '0'); }) == "params.mismatch");
  CHECK_FALSE(sign(graph).empty());
  CHECK_FALSE(sign(graph).empty());

  // Shorter windows on the same stake: the kickoff would be the same transaction.
  bridge::Params other = world.base.params;
  other.challenge->challenge_window = 6;
  optimistic::OtsKeySet own = optimistic::OtsKeySet::parse(graph["operator_keys"]);
  auto relabelled = optimistic::OtsKeySet::for_operator(
      optimistic::graph_id(other, world.base.deposit.funding->outpoint, world.base.operator_key), own.keys());
  world.files["params.json"] = other.to_json().dump();
  world.files["relabelled.json"] = relabelled.to_json().dump();
  Json second = world.graph({{"--stake", "stake.json"}, {"--operator-keys", "relabelled.json"}});
  CHECK(second["transactions"]["kickoff"]["txid"] == graph["transactions"]["kickoff"]["txid"]);
  CHECK(error_code([&] { sign(second); }) == "graph.signed");
}
