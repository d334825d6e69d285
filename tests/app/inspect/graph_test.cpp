#include <doctest/doctest.h>

#include "app/inspect/commands.hpp"
#include "app/inspect/graph_picture.hpp"
#include "support/fake_ports.hpp"
#include "support/program_graph.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

struct Inspection {
  ProgramGraph world;
  optimistic::GraphDocument document{world.build()};
  std::map<std::string, std::string> files{{"params.json", world.base.params.to_json().dump()},
                                           {"sequencer.json", world.sequencer_set.to_json().dump()},
                                           {"graph.json", document.to_json().dump()}};
  Json run(FakeOptions::Values more = {}) const {
    FakeOptions::Values values{
        {"--graph", "graph.json"}, {"--params", "params.json"}, {"--sequencer-keys", "sequencer.json"}};
    values.insert(values.end(), more.begin(), more.end());
    FakePorts ports;
    ports.files = files;
    Exit exit = test::run(app::inspect::graph_command, ports, values);
    CHECK(exit == Exit::ok);
    return ports.last();
  }
};

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++out;
  return out;
}

}  // namespace

TEST_CASE("inspect graph: coins, timelocks, signers, and what is on the chain") {
  Inspection with;
  Json out = with.run();
  CHECK(out["kind"] == "graph");
  CHECK(out["messages"] == with.document.signatures.size());
  CHECK(out["operator_signed"] == false);
  std::map<std::string, Json> by_name;
  for (const Json& box : out["transactions"]) by_name[box["name"]] = box;
  CHECK(by_name.size() == 11);
  CHECK(by_name["take-fast"]["inputs"][1]["after_blocks"] == 10);
  CHECK(by_name["reclaim"]["inputs"][0]["after_blocks"] == 40);
  CHECK(by_name["disprove"]["count"] == with.document.graph.steps());
  CHECK(by_name["lock"]["txid"] == with.document.graph.lock().tx.txid().display());
  CHECK_FALSE(by_name["lock"].contains("state"));

  Json status = new_document("challenge");
  status["graph"] = with.document.graph.kickoff().tx.txid().display();
  status["lock"] = {{"txid", "00"}, {"height", 806}};
  status["kickoff"] = {{"txid", "00"}, {"height", 812}};
  status["challenge"] = {{"txid", "00"}, {"height", nullptr}};
  status["asserts"] = Json::array({nullptr, {{"txid", "00"}, {"height", 813}}});
  status["end"] = {{"txid", "00"}, {"height", 815}, {"kind", "disprove"}};
  auto boxes = app::inspect::graph_boxes(with.document);
  app::inspect::show_status(boxes, with.document.graph, status);
  std::map<std::string, std::string> states;
  for (const auto& box : boxes) states[box.name] = box.state;
  CHECK(states["lock"] == "confirmed at 806");
  CHECK(states["kickoff"] == "confirmed at 812");
  CHECK(states["challenge"] == "in the mempool");
  CHECK(states["disprove"] == "confirmed at 815");
  CHECK(states["take-final"] == "absent");
  CHECK(states["assert"].starts_with("1 of "));
  status["graph"] = "00";
  CHECK(error_code([&] { app::inspect::show_status(boxes, with.document.graph, status); }) == "graph.status");
}

TEST_CASE("inspect graph: the drawings have every transaction and every coin") {
  Inspection with;
  std::string svg = with.run({{"--format", "svg"}})["drawing"];
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(count(svg, "<rect ") == 1 + 11);
  CHECK(count(svg, "<path ") == 13);
  CHECK(count(svg, "stroke-dasharray") == 5);
  CHECK(svg.find("take-final") != svg.npos);
  std::string dot = with.run({{"--format", "dot"}})["drawing"];
  CHECK(count(dot, " -> ") == 13);
  CHECK(count(dot, "[label=") == 11);
}
