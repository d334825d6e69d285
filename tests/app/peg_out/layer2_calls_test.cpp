#include <doctest/doctest.h>

#include "app/peg_out/commands.hpp"
#include "bitcoin/address.hpp"
#include "bridge/mint.hpp"
#include "crypto/keyfile.hpp"
#include "signing/documents.hpp"
#include "support/anvil.hpp"
#include "support/bridge_fixture.hpp"
#include "support/fake_ports.hpp"
#include "support/needs.hpp"
#include "support/paths.hpp"

using namespace pegkit;
using test::error_code;
using test::run;

namespace {

/// An anvil that a command reaches as it would over HTTP.
struct AnvilRpc : net::Rpc {
  bridge::test::Anvil anvil;
  explicit AnvilRpc(const std::filesystem::path& binary) : anvil(binary) {}
  std::string fails;  ///< a method that is not answered once more
  Json call(const std::string& method, Json params) override {
    if (method == fails) {
      fails.clear();
      throw unreachable("rpc.timeout", "no answer");
    }
    Json answer = anvil.rpc(method, std::move(params));
    if (!answer.contains("error")) return answer.at("result");
    const Json& error = answer["error"];
    throw net::RpcError(error.at("code").get<int>(), error.at("message").get<std::string>());
  }
};

std::optional<std::filesystem::path> tools() {
  auto folder = bridge::test::layer2_tools();
  if (folder && bridge::test::anvil_binary(*folder)) return folder;
  pegkit::test::skipped("no anvil and solc (make deps)");
  return std::nullopt;
}

/// The contract on a layer 2, held by a custody of two of three; and a user with coins there.
struct World {
  test::TempDirectory folder;
  std::shared_ptr<AnvilRpc> layer2;
  bridge::Custody custody =
      bridge::Custody::make(bridge::Policy::subsets, 2, bridge::test::public_keys(1, 3));
  bridge::Custody next = bridge::Custody::make(bridge::Policy::musig, 2, bridge::test::public_keys(11, 2));
  bridge::Params params = bridge::test::params();
  test::FakePorts ports;

  explicit World(const std::filesystem::path& tools)
      : layer2(std::make_shared<AnvilRpc>(*bridge::test::anvil_binary(tools))) {
    std::string compile = (pegkit::test::source_folder() / "libcore/evm/contracts/compile").string() + " " +
                          folder.path().string() + " Bridge > /dev/null";
    REQUIRE(std::system(compile.c_str()) == 0);
    Bytes file = read_file(folder.path() / "Bridge.json");
    Bytes code = from_hex(parse_json(as_text(file))["bytecode"].get<std::string>().substr(2));
    append(code, bridge::constructor_arguments(custody));
    auto sent = layer2->anvil.send("", code);
    REQUIRE(sent.error == "");
    params.layer2.contract = evm::parse_address(sent.receipt["contractAddress"].get<std::string>());
    auto user = bridge::test::secret(77);
    layer2->anvil.rpc("anvil_setBalance",
                      {evm::format_address(evm::address_of(user.public_key())), "0x56bc75e2d63100000"});
    auto content = crypto::keyfile::make(user);
    ports.key = std::string(as_text(content.view()));
    ports.layer2_rpc = layer2;
    ports.files["params.json"] = params.to_json().dump();
    ports.files["custody.json"] = custody.to_json().dump();
    ports.files["next.json"] = next.to_json().dump();
  }
  Json call(app::CommandFactory make, test::FakeOptions::Values values) {
    values.emplace_back("--params", "params.json");
    Exit exit = run(make, ports, values);
    CHECK(exit == Exit::ok);
    return ports.last();
  }
};

}  // namespace

TEST_CASE("peg-out request asks the contract for a withdrawal") {
  auto folder = tools();
  if (!folder) return;
  World world(*folder);
  bitcoin::Script script = bitcoin::p2tr_script(crypto::xonly(bridge::test::secret(9).public_key()));
  std::string address = *bitcoin::script_address(script, bitcoin::Chain::regtest);
  auto request = [&](test::FakeOptions::Values values) {
    return world.call(app::peg_out::request_command, values);
  };

  world.ports.dry = true;
  CHECK(request({{"--to", address}, {"--amount", "5000"}}).at("dry_run") == true);
  world.ports.dry = false;
  Json first = request({{"--to", address}, {"--amount", "5000"}});
  CHECK(first.at("id") == 0);
  CHECK(first.at("amount_sat") == 5000);
  CHECK(first.at("address") == address);
  CHECK(first.at("state") == "immature");
  CHECK(world.ports.questions.size() == 1);
  Json second = request({{"--to", address}, {"--amount", "330"}});
  CHECK(second.at("id") == 1);
  world.layer2->anvil.rpc("anvil_mine", {"0x5"});
  Json seen = request({{"--tx", first.at("l2_tx").get<std::string>()}});
  CHECK(seen.at("id") == 0);
  CHECK(seen.at("state") == "requested");

  world.ports.answer = false;
  CHECK(error_code([&] { request({{"--to", address}, {"--amount", "5000"}}); }) == "confirm.no");
  world.ports.answer = true;
  CHECK(error_code([&] { request({{"--to", address}}); }) == "usage");
  CHECK(error_code([&] { request({{"--tx", std::string(64, 'a')}}); }) == "l2.pending");
  std::string legacy = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";
  CHECK(error_code([&] { request({{"--to", legacy}, {"--amount", "400"}}); }) == "withdrawal.unpayable");
  CHECK(error_code([&] {
          request({{"--to", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}, {"--amount", "5000"}});
        }).starts_with("address."));
  // More than the account has.
  CHECK(error_code([&] { request({{"--to", address}, {"--amount", "2000000000000000"}}); }) != "");
}

TEST_CASE("a request that was cut off and is repeated asks once") {
  auto folder = tools();
  if (!folder) return;
  World world(*folder);
  bitcoin::Script script = bitcoin::p2tr_script(crypto::xonly(bridge::test::secret(9).public_key()));
  std::string address = *bitcoin::script_address(script, bitcoin::Chain::regtest);
  auto request = [&] {
    return world.call(app::peg_out::request_command, {{"--to", address}, {"--amount", "5000"}});
  };
  // Before the layer 2 has it, after it has it, and after it is in a block.
  for (const char* method : {"eth_sendRawTransaction", "eth_getTransactionReceipt", "eth_getLogs"}) {
    CAPTURE(method);
    Json before = request();
    world.layer2->fails = method;
    CHECK(error_code([&] { request(); }) == "rpc.timeout");
    Json after = request();
    CHECK(after.at("id").get<int>() == before.at("id").get<int>() + 1);
    CHECK(request().at("id").get<int>() == after.at("id").get<int>() + 1);
  }
}

TEST_CASE("peg-out announce gives the contract to the next custody") {
  auto folder = tools();
  if (!folder) return;
  World world(*folder);
  auto announce = [&](test::FakeOptions::Values values) {
    return world.call(app::peg_out::announce_command, values);
  };
  auto sign = [&](const Json& messages, std::vector<std::uint32_t> signers) {
    auto message = from_hex_array<32>(messages.at("messages").at(0).get<std::string>());
    auto keys = bridge::message_keys(world.custody, bridge::SpendPath::leaf(signers));
    signing::SignatureDocument out;
    out.key = crypto::KeyAgg(keys).xonly();
    out.signatures.push_back({message, bridge::test::musig_sign(keys, {}, message)});
    return out.to_json().dump();
  };

  Json messages = announce({{"--to", "next.json"}});
  CHECK(messages.at("type") == "pegkit/messages");
  world.ports.files["signature.json"] = sign(messages, {0, 2});
  test::FakeOptions::Values signed_by{{"--to", "next.json"},
                                      {"--signature", "signature.json"},
                                      {"--custody", "custody.json"},
                                      {"--signers", "0,2"}};
  SUBCASE("signed by a subset") {
    world.ports.dry = true;
    CHECK(announce(signed_by).at("dry_run") == true);
    world.ports.dry = false;
    Json done = announce(signed_by);
    CHECK(done.contains("l2_tx"));
    CHECK(done.at("internal_key") == to_hex(world.next.internal_key()));
    CHECK(announce(signed_by).at("already") == true);
    CHECK(announce({{"--to", "next.json"}}).at("already") == true);
    // Back again is another rotation with another number.
    CHECK(error_code([&] {
            announce({{"--to", "custody.json"},
                      {"--signature", "signature.json"},
                      {"--custody", "next.json"},
                      {"--path", "key"}});
          }) == "signature.message");
  }
  SUBCASE("refused before anything is sent") {
    auto others = signed_by;
    others[3].second = "0,1";
    CHECK(error_code([&] { announce(others); }) == "signature.invalid");
    auto stranger = signed_by;
    stranger[2].second = "next.json";
    CHECK(error_code([&] { announce(stranger); }) == "custody.differs");
    auto unspendable = bridge::Custody::make(bridge::Policy::checksigadd, 2, bridge::test::public_keys(1, 3));
    world.ports.files["unspendable.json"] = unspendable.to_json().dump();
    CHECK(error_code([&] { announce({{"--to", "unspendable.json"}}); }) == "custody.no_mint");
    world.ports.answer = false;
    CHECK(error_code([&] { announce(signed_by); }) == "confirm.no");
  }
}
