#include <doctest/doctest.h>

#include "app/build_taptree/commands.hpp"
#include "app/inspect/commands.hpp"
#include "bitcoin/taproot.hpp"
#include "optimistic/claim_actors.hpp"
#include "optimistic/graph_program.hpp"
#include "support/fake_ports.hpp"
#include "support/graph_fixture.hpp"

using namespace pegkit;
using namespace pegkit::test;
using optimistic::test::ClaimActors;
using optimistic::test::ClaimWorld;

namespace {

using Values = FakeOptions::Values;

constexpr std::uint32_t first_epoch = 40, epochs = 3;

/// One graph with all its keys, as files.
struct ClaimFiles {
  bridge::Params params = GraphFixture::make_params();
  crypto::XOnlyKey operator_key = crypto::xonly(bridge::test::secret(11).public_key());
  ClaimWorld world;
  ClaimActors actors;

  ClaimFiles() : world(made_world()), actors(world.program()) {}

  ClaimWorld made_world() const {
    ClaimWorld::Shape shape;
    shape.headers = params.challenge->headers;
    ClaimWorld out(shape);
    out.constants = optimistic::claim_constants(params, out.constants.deposit, operator_key);
    out.pay();
    out.mine(shape.transactions, shape.place);
    return out;
  }

  using Texts = std::map<std::string, std::string>;
  Texts texts() const {
    std::vector<optimistic::OtsNamedKey> named;
    for (std::size_t i = 0; i < actors.keys.size(); ++i)
      named.push_back({actors.program.values()[i].name, actors.keys[i]});
    std::vector<crypto::OtsPublicKey> by_epoch;
    for (std::uint32_t i = 0; i < epochs; ++i) by_epoch.push_back(actors.epoch_key(first_epoch + i));
    ByteArray<32> graph = optimistic::graph_id(params, world.constants.deposit, operator_key);
    Texts out;
    out["params.json"] = params.to_json().dump();
    out["operator.json"] = optimistic::OtsKeySet::for_operator(graph, named).to_json().dump();
    out["sequencer.json"] =
        optimistic::OtsKeySet::for_sequencer(first_epoch, std::move(by_epoch)).to_json().dump();
    return out;
  }
  Values options(Values more = {}) const {
    Values out{{"--params", "params.json"},
               {"--deposit", world.constants.deposit.text()},
               {"--operator", to_hex(operator_key)},
               {"--operator-keys", "operator.json"},
               {"--sequencer-keys", "sequencer.json"},
               {"--signers-key", to_hex(actors.signers_key)}};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
};

const ClaimFiles& files() {
  static const ClaimFiles one;
  return one;
}

Json printed(app::CommandFactory make, Values values, std::map<std::string, std::string> more = {},
             Exit exit = Exit::ok) {
  FakePorts ports;
  ports.files = files().texts();
  ports.files.merge(more);
  CHECK(run(make, ports, std::move(values)) == exit);
  return ports.last();
}
std::string failure(app::CommandFactory make, Values values, std::map<std::string, std::string> more = {}) {
  FakePorts ports;
  ports.files = files().texts();
  for (auto& [name, text] : more) ports.files[name] = text;
  return error_and_exit([&] { run(make, ports, std::move(values)); });
}

}  // namespace

TEST_CASE("claim: the whole tree") {
  Json tree = printed(app::build_taptree::claim_command, files().options());
  CHECK(tree["type"] == "pegkit/claim-tree");
  CHECK(tree["values"] == files().actors.program.values().size());
  CHECK(tree["disprove"]["leaves"] == files().actors.program.steps().size());
  CHECK(tree["epochs"]["leaves"] == epochs);
  CHECK(tree["asserts"]["parts"].size() == files().actors.layout.parts());
  CHECK(tree["asserts"]["vbytes"] < 250'000);
  for (const Json& part : tree["asserts"]["parts"]) CHECK(part["vbytes"] <= 10'000);
  CHECK(tree["disprove"]["weight"] <= 400'000);
  CHECK(tree["disprove"]["script_bytes"] < 20'000'000);
}

TEST_CASE("claim: its values") {
  Json list = printed(app::build_taptree::claim_command, {{"--params", "params.json"}, {"--values", ""}});
  const auto& values = files().actors.program.values();
  REQUIRE(list["values"].size() == values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(list["values"][i]["name"] == values[i].name);
    CHECK(list["values"][i]["bytes"] == values[i].bytes);
  }
  CHECK(list["values"][0] == Json{{"name", "epoch"}, {"bytes", 4}, {"where", "kickoff"}});
  CHECK(list["values"][4] == Json{{"name", "root"}, {"bytes", 32}, {"where", "assert"}, {"part", 0}});
}

TEST_CASE("claim: the graph that keys are for") {
  Json list =
      printed(app::build_taptree::claim_command, {{"--params", "params.json"},
                                                  {"--deposit", files().world.constants.deposit.text()},
                                                  {"--operator", to_hex(files().operator_key)},
                                                  {"--values", ""}});
  CHECK(list["graph"] == parse_json(files().texts().at("operator.json"))["graph"]);
}

TEST_CASE("claim: single leaves lead to the tree's roots") {
  Json tree = printed(app::build_taptree::claim_command, files().options());
  auto root_of = [](const Json& leaf) {
    CHECK(leaf["type"] == "pegkit/claim-leaf");
    Bytes script = from_hex(leaf["script"].get<std::string>());
    CHECK(leaf["script_bytes"] == script.size());
    auto control = bitcoin::ControlBlock::parse(from_hex(leaf["control_block"].get<std::string>()));
    REQUIRE(control);
    CHECK(control->internal == files().actors.signers_key);
    bitcoin::TapNode node = bitcoin::tapleaf_hash(script);
    CHECK(leaf["leaf_hash"] == to_hex(node));
    for (const auto& sibling : control->path) node = bitcoin::tapbranch_hash(node, sibling);
    CHECK(control->odd == bitcoin::taproot_output(control->internal, node).odd);
    return to_hex(node);
  };
  for (const char* leaf : {"0", "35", "98"})
    CHECK(root_of(printed(app::build_taptree::claim_command,
                          files().options({{"--leaf", leaf}, {"--script", ""}}))) ==
          tree["disprove"]["root"]);
  for (const char* epoch : {"40", "42"})
    CHECK(root_of(printed(app::build_taptree::claim_command,
                          files().options({{"--epoch", epoch}, {"--script", ""}}))) ==
          tree["epochs"]["root"]);
  Json without = printed(app::build_taptree::claim_command, files().options({{"--leaf", "1"}}));
  CHECK_FALSE(without.contains("script"));
  CHECK(without["step"] == "script_hash");
}

TEST_CASE("claim: bad input") {
  auto fails = [](Values more) {
    return failure(app::build_taptree::claim_command, files().options(std::move(more)));
  };
  CHECK(fails({{"--leaf", "1000"}}) == "claim.leaf 3");
  CHECK(fails({{"--epoch", "39"}}) == "claim.leaf 3");
  CHECK(fails({{"--epoch", "43"}}) == "claim.leaf 3");
  CHECK(fails({{"--epoch", "41"}, {"--leaf", "1"}}) == "usage 2");
  CHECK(failure(app::build_taptree::claim_command, {{"--params", "params.json"}}) == "usage 2");

  auto operator_with = [](const std::function<void(Json&)>& change) {
    Json document = parse_json(files().texts().at("operator.json"));
    document.erase("hash");
    change(document);
    return failure(app::build_taptree::claim_command, files().options(),
                   {{"operator.json", document.dump()}});
  };
  CHECK(operator_with([](Json& d) { d["keys"].erase(3); }) == "claim.keys 3");
  CHECK(operator_with([](Json& d) { d["keys"][3]["name"] = "another"; }) == "claim.keys 3");
  CHECK(operator_with([](Json& d) { d["graph"] = to_hex(ByteArray<32>{}); }) == "claim.keys 3");
  CHECK(failure(app::build_taptree::claim_command, files().options(),
                {{"operator.json", files().texts().at("sequencer.json")}}) == "claim.keys 3");
  CHECK(failure(app::build_taptree::claim_command, files().options(),
                {{"sequencer.json", files().texts().at("operator.json")}}) == "claim.keys 3");
  Json quorum = files().params.to_json();
  quorum.erase("challenge");
  CHECK(failure(app::build_taptree::claim_command, files().options(), {{"params.json", quorum.dump()}}) ==
        "params.quorum 3");
}

TEST_CASE("inspect step: all steps, one, and its truth") {
  const auto& program = files().actors.program;
  optimistic::ClaimTrace trace = true_trace(program, files().world.inputs);
  auto trace_file = [&](const optimistic::ClaimTrace& values) {
    return std::map<std::string, std::string>{{"trace.json", trace_document(program, values).dump()}};
  };
  Values of_graph{{"--params", "params.json"},
                  {"--deposit", files().world.constants.deposit.text()},
                  {"--operator", to_hex(files().operator_key)}};
  auto with = [&](Values more) {
    more.insert(more.end(), of_graph.begin(), of_graph.end());
    return more;
  };

  Json all = printed(app::inspect::step_command, {{"--params", "params.json"}});
  CHECK(all["kind"] == "step");
  CHECK(all["steps"].size() == program.steps().size());
  auto on_trace = [&](Values more, const optimistic::ClaimTrace& values, Exit exit) {
    more.push_back({"--trace", "trace.json"});
    return printed(app::inspect::step_command, with(std::move(more)), trace_file(values), exit);
  };
  CHECK_FALSE(on_trace({}, trace, Exit::ok).contains("first_false"));

  Json one = printed(app::inspect::step_command, {{"--params", "params.json"}, {"STEP", "node_7"}});
  CHECK(one["holds_when"] ==
        "node_7 is the SHA-256 of node_6 and sibling_6, in the other order if bit 6 of id is 1");
  CHECK(one["reads"].size() == 3);
  CHECK(one["writes"]["name"] == "node_7");
  CHECK_FALSE(one.contains("true"));

  for (const char* name :
       {"epoch", "leaf_state", "record", "script", "root", "merkle_inner_1", "pair_2", "target_1"}) {
    std::size_t step = program.step(name);
    Json shown = on_trace({{"STEP", name}}, trace, Exit::ok);
    CHECK(shown["true"] == true);
    CHECK(shown["true_in_script"] == true);
    auto lie = optimistic::test::falsified(program, trace, step);
    shown = on_trace({{"STEP", std::to_string(step)}}, lie, Exit::no);
    CHECK(shown["name"] == name);
    CHECK(shown["true"] == false);
    CHECK(shown["true_in_script"] == false);
    CHECK(on_trace({}, lie, Exit::no)["first_false"] ==
          program.steps()[*first_false_step(program, lie)].name);
    if (program.steps()[step].use.writes)
      CHECK(shown["computed"] == to_hex(trace[*program.steps()[step].use.writes]));
  }

  optimistic::ClaimTrace partial = trace;
  partial[program.value("node_6")].clear();
  CHECK_FALSE(on_trace({{"STEP", "node_7"}}, partial, Exit::ok).contains("true"));

  CHECK(failure(app::inspect::step_command, with({{"STEP", "node_99"}})) == "claim.step 3");
  CHECK(failure(app::inspect::step_command, with({{"STEP", "999"}})) == "claim.step 3");
  auto trace_failure = [&](const char* text) {
    return failure(app::inspect::step_command, with({{"--trace", "trace.json"}}), {{"trace.json", text}});
  };
  CHECK(trace_failure(R"({"type":"pegkit/claim-trace","version":1,"values":{"id":"00"}})") ==
        "claim.trace 3");
  CHECK(trace_failure(R"({"type":"pegkit/claim-trace","version":1,"values":{"di":"00"}})") ==
        "json.unknown 3");
  CHECK(trace_failure(R"({"type":"pegkit/claim-trace","version":1,"values":{"id":"0z000000"}})") ==
        "hex.invalid 3");
  CHECK(trace_failure(R"({"type":"pegkit/claim-trace","version":1,"values":[]})") == "json.type 3");
}
