#include "app/keygen/ots.hpp"

#include <doctest/doctest.h>

#include "app/keygen/commands.hpp"
#include "support/fake_ports.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

constexpr const char* key_text =
    R"({"type":"pegkit/key","version":1,"public_key":"0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798","secret":"0000000000000000000000000000000000000000000000000000000000000001"})";
const std::string graph(64, '7');

Json made(FakeOptions::Values values, const std::string& list = "") {
  FakePorts ports;
  ports.key = key_text;
  ports.files["values"] = list;
  REQUIRE(run(app::keygen::ots_command, ports, std::move(values)) == Exit::ok);
  return ports.last();
}

std::string refused(FakeOptions::Values values, const std::string& list = "") {
  FakePorts ports;
  ports.key = key_text;
  ports.files["values"] = list;
  return error_code([&] { run(app::keygen::ots_command, ports, std::move(values)); });
}

}  // namespace

TEST_CASE("a sequencer's keys follow from seed and epoch alone") {
  Json all = made({{"--for", "sequencer"}, {"--epochs", "4"}});
  auto set = optimistic::OtsKeySet::parse(all);
  CHECK(set.is_sequencer());
  CHECK(set.keys().size() == 4);
  Json later = made({{"--for", "sequencer"}, {"--first-epoch", "2"}, {"--epochs", "2"}});
  CHECK(later.at("keys")[0] == all.at("keys")[2]);
  CHECK(later.at("keys")[1] == all.at("keys")[3]);
  // And it is the key that signs for the epoch.
  auto seed = crypto::SecretKey::from(from_hex(std::string(63, '0') + "1"));
  auto signature = crypto::ots_sign(optimistic::sequencer_ots_secret(seed, 3), Bytes(32, 9));
  CHECK(crypto::ots_verify(*set.find_epoch(3), signature) == Bytes(32, 9));
}

TEST_CASE("an operator's keys are one for each value of the graph") {
  std::string lines = R"({"name":"epoch","bytes":4,"where":"kickoff"})"
                      "\n"
                      R"({"name":"root","bytes":32,"part":0})"
                      "\n";
  FakeOptions::Values options{{"--for", "operator"}, {"--graph", graph}, {"--values", "values"}};
  Json document = made(options, lines);
  auto set = optimistic::OtsKeySet::parse(document);
  CHECK(set.graph() == from_hex_array<32>(graph));
  CHECK(set.find("epoch")->message_bytes() == 4);
  CHECK(set.find("root")->message_bytes() == 32);
  for (const char* same :
       {R"([{"name":"epoch","bytes":4},{"name":"root","bytes":32}])",
        "{\"type\":\"pegkit/"
        "any\",\n\"values\":[{\"name\":\"epoch\",\"bytes\":4},{\"name\":\"root\",\"bytes\":32}]}"})
    CHECK(made(options, same) == document);
  options[1].second = std::string(64, '8');
  CHECK(made(options, lines).at("keys")[0] != document.at("keys")[0]);
  CHECK(made(options, R"({"name":"epoch","bytes":4})").at("keys").size() == 1);
}

TEST_CASE("no secret is printed") {
  auto seed = crypto::SecretKey::from(from_hex(std::string(63, '0') + "1"));
  std::string text = made({{"--for", "sequencer"}, {"--epochs", "2"}}).dump();
  CHECK(text.find(to_hex(optimistic::sequencer_ots_secret(seed, 0).view())) == std::string::npos);
  CHECK(text.find(to_hex(seed.view())) == std::string::npos);
}

TEST_CASE("options and lists that do not fit") {
  CHECK(refused({{"--for", "sequencer"}}) == "usage");
  CHECK(refused({{"--for", "sequencer"}, {"--epochs", "2"}, {"--graph", graph}}) == "usage");
  CHECK(refused({{"--for", "sequencer"}, {"--epochs", "2"}, {"--first-epoch", "4294967295"}}) == "usage");
  CHECK(refused({{"--for", "operator"}, {"--graph", graph}}) == "usage");
  CHECK(refused({{"--for", "operator"}, {"--graph", graph}, {"--values", "values"}, {"--epochs", "1"}}) ==
        "usage");
  CHECK(refused({{"--for", "operator"}, {"--graph", "77"}, {"--values", "values"}}) == "hex.length");
  auto list = [](const std::string& text) {
    return refused({{"--for", "operator"}, {"--graph", graph}, {"--values", "values"}}, text);
  };
  CHECK(list("") == "ots.values");
  CHECK(list("[]") == "ots.values");
  CHECK(list("{}") == "json.missing");
  CHECK(list("7") == "json.type");
  CHECK(list(R"({"name":"a","bytes":0})") == "json.range");
  CHECK(list(R"({"name":"a","bytes":65})") == "json.range");
  CHECK(list(R"({"name":"a","bytes":4,"secret":1})") == "json.unknown");
  CHECK(list(R"({"name":"A","bytes":4})") == "ots.keys");
  CHECK(list("{\"name\":\"a\",\"bytes\":4}\n{\"name\":\"a\",\"bytes\":4}\n") != "");
  auto field = [](const char* text) { return error_field([&] { app::keygen::parse_ots_values(text); }); };
  CHECK(field("{\"name\":\"a\",\"bytes\":4}\n{\"name\":7,\"bytes\":4}\n") == "line 2.name");
  CHECK(field("{\"name\":\"a\",\"bytes\":4}\nnonsense\n") == "line 2");
}
