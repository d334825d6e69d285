#include <doctest/doctest.h>

#include "app/watch_chain/commands.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

struct Post {
  BridgeWorld world;
  TempDirectory directory;
  std::unique_ptr<FakePorts> ports() { return world.ports(directory.path()); }
  std::vector<Json> printed(app::CommandFactory make, FakeOptions::Values values = {},
                            const std::string& input = "") {
    auto p = ports();
    p->input = input;
    run(make, *p, values);
    return p->printed;
  }
  void init() {
    printed(app::watch_chain::init_command, {{"--params", "params.json"}, {"--custody", "custody.json"}});
  }
};

}  // namespace

TEST_CASE("init, watch, run, events, status") {
  Post post;
  Json first = post.printed(app::watch_chain::init_command,
                            {{"--params", "params.json"}, {"--custody", "custody.json"}})
                   .at(0);
  CHECK(first["type"] == "pegkit/status");
  CHECK(first["height"] == 0);
  CHECK(first["watches"] == 1);
  CHECK_FALSE(first.contains("already"));
  CHECK(post.printed(app::watch_chain::init_command,
                     {{"--params", "params.json"}, {"--custody", "custody.json"}})
            .at(0)["already"] == true);

  auto a = post.world.make_deposit(5), b = post.world.make_deposit(6);
  auto added = post.printed(app::watch_chain::watch_command, {},
                            a.to_json().dump() + "\n" + b.to_json().dump() + "\n");
  REQUIRE(added.size() == 2);
  CHECK(added[1]["address"] == b.address(bitcoin::Chain::regtest));
  CHECK(post.printed(app::watch_chain::watch_command, {}, a.to_json().dump(2)).at(0)["already"] == true);

  post.world.pay(a.script_pubkey(), 100'000);
  post.world.pay(post.world.custody.script_pubkey(), 200'000);
  post.world.mine(1);
  auto seen = post.printed(app::watch_chain::run_command, {{"--once", ""}});
  CHECK(kinds_of(seen) == std::vector<std::string>{"deposit@111", "deposit@111"});
  CHECK(post.printed(app::watch_chain::run_command).empty());
  CHECK(post.printed(app::watch_chain::events_command) == seen);
  CHECK(post.printed(app::watch_chain::events_command, {{"--since", "1"}}) == std::vector<Json>{seen[1]});
  CHECK(post.printed(app::watch_chain::events_command, {{"--kind", "payout"}}).empty());

  Json status = post.printed(app::watch_chain::status_command).at(0);
  CHECK(status["height"] == 111);
  CHECK(status["headers"] == 112);
  CHECK(status["scanned_height"] == 111);
  CHECK(status["coins"] == 2);
  CHECK(status["balance_sat"] == 300'000);
  CHECK(status["deposits"] == 2);
  CHECK(status["anchor"]["height"] == 0);
  CHECK(status["node"]["behind"] == false);
}

TEST_CASE("status without a node says so") {
  Post post;
  post.init();
  auto p = post.ports();
  p->node_rpc = nullptr;
  run(app::watch_chain::status_command, *p);
  CHECK(p->last()["node"].contains("error"));
}

TEST_CASE("--follow prints events as they come and ends when asked to") {
  Post post;
  post.init();
  auto p = post.ports();
  int looks = 0;
  p->on_sleep = [&] {
    post.world.pay(post.world.custody.script_pubkey(), 10'000);
    post.world.mine(1);
    if (++looks == 3) p->stop = true;
  };
  CHECK(run(app::watch_chain::run_command, *p, {{"--follow", ""}}) == Exit::ok);
  CHECK(kinds_of(p->printed) == std::vector<std::string>{"deposit@111", "deposit@112"});
  CHECK(post.printed(app::watch_chain::run_command).size() == 1);
}

TEST_CASE("--follow outlives a node that is away, not one that lies") {
  Post post;
  post.init();
  auto p = post.ports();
  auto rpc = std::make_shared<FakeRpc>();
  rpc->methods["getbestblockhash"] = [](const Json&) -> Json {
    throw unreachable("rpc.unreachable", "away");
  };
  p->node_rpc = rpc;
  p->on_sleep = [&] { p->stop = true; };
  CHECK(run(app::watch_chain::run_command, *p, {{"--follow", ""}}) == Exit::ok);
  CHECK(p->said_something_with("away"));
  p->stop = false;
  rpc->methods["getbestblockhash"] = [](const Json&) -> Json { return "nonsense"; };
  CHECK(error_code([&] { run(app::watch_chain::run_command, *p, {{"--follow", ""}}); }) == "node.garbage");
}

TEST_CASE("parameters: kept once, another bridge's are refused") {
  Post post;
  auto p = post.ports();
  CHECK(error_code([&] { run(app::watch_chain::run_command, *p); }) == "params.missing");
  p->on_chain = bitcoin::Chain::signet;
  CHECK(error_code([&] {
          run(app::watch_chain::run_command, *p, {{"--params", "params.json"}});
        }) == "chain.mismatch");
  p->on_chain = bitcoin::Chain::regtest;
  run(app::watch_chain::run_command, *p, {{"--params", "params.json"}});
  bridge::Params other = post.world.params;
  other.start_height = 1;
  p->files["params.json"] = other.to_json().dump();
  CHECK(error_exit([&] {
          run(app::watch_chain::run_command, *p, {{"--params", "params.json"}});
        }) == Exit::refused);
}

TEST_CASE("ugly documents") {
  Post post;
  post.init();
  for (const char* input :
       {"", "[]", "{}", "{\"type\":\"pegkit/event\",\"version\":1}", "\x00\x01", "null\n{}"}) {
    CAPTURE(input);
    CHECK(error_exit([&] { post.printed(app::watch_chain::watch_command, {}, input); }) == Exit::input);
  }
}
