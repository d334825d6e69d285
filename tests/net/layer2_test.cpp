#include "net/layer2.hpp"

#include <doctest/doctest.h>

#include "crypto/keccak.hpp"
#include "evm/abi.hpp"
#include "evm/word.hpp"
#include "net/fake_rpc.hpp"

using namespace pegkit;
using namespace pegkit::net;
using pegkit::test::error_code;
using pegkit::test::FakeRpc;

namespace {

template <class F>
std::string code_for(const std::string& answer, F&& use) {
  auto rpc = std::make_shared<FakeRpc>();
  rpc->answers(answer);
  Layer2 layer2(rpc);
  return error_code([&] { use(layer2); });
}

const EvmAddress contract = evm::parse_address("0x52908400098527886e0f7030069857d2e4169ee7");
const ByteArray<32> topic =
    evm::event_topic("WithdrawalRequested(uint256,address,uint64,bytes,bytes32,uint32)");

std::string hex(ByteView data) {
  return "\"0x" + to_hex(data) + "\"";
}

std::string log_of(int block, int index, const std::string& extra = "", ByteView address = contract,
                   ByteView topic0 = topic) {
  ByteArray<32> hash{};
  return R"({"address":)" + hex(address) + R"(,"topics":[)" + hex(topic0) +
         R"(],"data":"0x00ff","blockNumber":")" + evm::quantity(static_cast<std::uint64_t>(block)) +
         R"(","blockHash":)" + hex(hash) + R"(,"transactionHash":)" + hex(hash) + R"(,"logIndex":")" +
         evm::quantity(static_cast<std::uint64_t>(index)) + "\"" + extra + "}";
}

}  // namespace

TEST_CASE("quantities are strict") {
  auto rpc = std::make_shared<FakeRpc>();
  Layer2 layer2(rpc);
  rpc->answers("\"0x0\"").answers("\"0xffffffffffffffff\"").answers("\"0x7a69\"").answers("\"0x7a69\"");
  CHECK(layer2.block_number() == 0);
  CHECK(layer2.gas_price() == 0xffffffffffffffff);
  layer2.require_chain_id(31337);
  CHECK(error_code([&] { layer2.require_chain_id(1); }) == "l2.chain_mismatch");
  for (std::string bad : {"7", "null", "\"\"", "\"0x\"", "\"7\"", "\"0x01\"", "\"0xg\"", "\"0x-1\"",
                          "\"0X1\"", "\"0x10000000000000000\"", "\" 0x1\"", "\"0x1 \"", "1.5", "[]", "{}"}) {
    CAPTURE(bad);
    CHECK(code_for(bad, [](Layer2& l) { l.block_number(); }) == "l2.garbage");
  }
}

TEST_CASE("blocks, balances and nonces") {
  auto rpc = std::make_shared<FakeRpc>();
  Layer2 layer2(rpc);
  std::string ones = std::string(64, '1');
  rpc->answers(R"({"number":"0x5","hash":"0x)" + ones + R"(","stateRoot":"0x)" + ones +
               R"(","timestamp":"0x10"})")
      .answers("null")
      .answers("\"0xde0b6b3a7640000\"")
      .answers("\"0x2\"");
  auto block = layer2.block(5);
  CHECK(block->time == 16);
  CHECK(to_hex(block->state_root) == ones);
  CHECK(!layer2.block(6));
  CHECK(evm::sat_from_wei(layer2.balance(contract)) == Sat{100'000'000});
  CHECK(layer2.nonce(contract) == 2);
  CHECK(rpc->asked[3].params == Json::array({"0x" + to_hex(contract), "pending"}));
  CHECK(code_for(R"({"number":"0x6","hash":"0x)" + ones + R"(","stateRoot":"0x)" + ones +
                     R"(","timestamp":"0x1"})",
                 [](Layer2& l) { l.block(5); }) == "l2.garbage");
  CHECK(code_for(R"({"number":"0x5","hash":"0x11","stateRoot":"0x11","timestamp":"0x1"})",
                 [](Layer2& l) { l.block(5); }) == "l2.garbage");
  CHECK(code_for("\"0x1" + std::string(64, '0') + "\"", [](Layer2& l) { l.balance(contract); }) ==
        "l2.garbage");
}

TEST_CASE("many blocks in one request") {
  auto rpc = std::make_shared<FakeRpc>();
  Layer2 layer2(rpc);
  std::string ones = std::string(64, '1');
  auto block = [&](const char* number) {
    return R"({"number":")" + std::string(number) + R"(","hash":"0x)" + ones + R"(","stateRoot":"0x)" + ones +
           R"(","timestamp":"0x1"})";
  };
  CHECK(layer2.blocks({}).empty());
  rpc->answers(block("0x5")).answers("null").answers(block("0x2"));
  auto blocks = layer2.blocks({5, 6, 2});
  REQUIRE(blocks.size() == 3);
  CHECK(blocks[0]->number == 5);
  CHECK_FALSE(blocks[1]);
  CHECK(blocks[2]->number == 2);
  CHECK(rpc->asked[1].params == Json::array({"0x6", false}));
  // Another one than asked.
  CHECK(code_for(block("0x6"), [](Layer2& l) { l.blocks({7}); }) == "l2.garbage");
}

TEST_CASE("calls and their reverts") {
  auto rpc = std::make_shared<FakeRpc>();
  Layer2 layer2(rpc);
  Bytes reason = evm::AbiWriter{}.bytes(as_bytes("already minted")).call("Error(string)");
  rpc->answers("\"0x\"").answers("\"0x00ff\"");
  CHECK(layer2.call(contract, {}).empty());
  CHECK(layer2.call(contract, {}) == Bytes{0, 0xff});
  CHECK(code_for("\"0x0\"", [](Layer2& l) { l.call(contract, {}); }) == "l2.garbage");

  auto message = [&] {
    try {
      layer2.call(contract, {});
    } catch (const Error& e) {
      return e.code() + ": " + e.message();
    }
    return std::string();
  };
  rpc->fails(3, "execution reverted", "0x" + to_hex(reason));
  CHECK(message() == "l2.revert: the contract refuses the call: already minted");
  rpc->fails(-32000, "execution reverted: old node");
  CHECK(message() == "l2.revert: the contract refuses the call: execution reverted: old node");
  rpc->fails(3, "execution reverted", "0xzz");
  CHECK(message().starts_with("l2.garbage"));
  rpc->fails(-32601, "the method does not exist");
  CHECK(message().starts_with("rpc.error"));

  rpc->answers("\"0x5208\"").fails(3, "execution reverted", "0x");
  CHECK(layer2.estimate_gas(contract, contract, {}, evm::wei_from_sat(Sat{1})) == 21000);
  CHECK(rpc->asked[rpc->asked.size() - 1].params[0]["value"] == "0x2540be400");
  CHECK(error_code([&] { layer2.estimate_gas(contract, contract, {}, {}); }) == "l2.revert");
}

TEST_CASE("logs come in ranges, halved when the endpoint refuses") {
  auto rpc = std::make_shared<FakeRpc>();
  Layer2 layer2(rpc);
  rpc->fails(-32005, "query returned more than 10000 results")
      .answers("[" + log_of(100, 3) + "," + log_of(101, 0) + "]")
      .answers("[]")
      .answers("[" + log_of(109, 1) + "]");
  auto logs = layer2.logs(contract, topic, 100, 109, 8);
  REQUIRE(logs.size() == 3);
  CHECK(logs[0].log_index == 3);
  CHECK(logs[2].block == 109);
  CHECK(logs[0].data == Bytes{0, 0xff});
  REQUIRE(rpc->asked.size() == 4);
  auto range = [&](int i) {
    Json filter = rpc->asked[static_cast<std::size_t>(i)].params[0];
    return filter["fromBlock"].get<std::string>() + "-" + filter["toBlock"].get<std::string>();
  };
  CHECK(range(0) == "0x64-0x6b");
  CHECK(range(1) == "0x64-0x67");
  CHECK(range(2) == "0x68-0x6b");
  CHECK(range(3) == "0x6c-0x6d");
  CHECK(layer2.logs(contract, topic, 5, 4).empty());

  rpc->fails(-32601, "no such method");
  CHECK(error_code([&] { layer2.logs(contract, topic, 7, 7); }) == "rpc.error");
  rpc->answers("[]");
  CHECK(layer2.logs(contract, topic, 0xffffffffffffffff, 0xffffffffffffffff).empty());
}

TEST_CASE("logs that were not asked for") {
  auto use = [](Layer2& l) { l.logs(contract, topic, 100, 109); };
  ByteArray<20> other{};
  CHECK(code_for("[" + log_of(100, 0) + "]", use).empty());
  CHECK(code_for("[" + log_of(99, 0) + "]", use) == "l2.garbage");
  CHECK(code_for("[" + log_of(110, 0) + "]", use) == "l2.garbage");
  CHECK(code_for("[" + log_of(101, 0) + "," + log_of(100, 0) + "]", use) == "l2.garbage");
  CHECK(code_for("[" + log_of(100, 0) + "," + log_of(100, 0) + "]", use) == "l2.garbage");
  CHECK(code_for("[" + log_of(100, 0, ",\"removed\":true") + "]", use) == "l2.garbage");
  CHECK(code_for("[" + log_of(100, 0, "", other) + "]", use) == "l2.garbage");
  CHECK(code_for("[" + log_of(100, 0, "", contract, ByteArray<32>{}) + "]", use) == "l2.garbage");
  CHECK(code_for("[7]", use) == "l2.garbage");
  CHECK(code_for("{}", use) == "l2.garbage");
}

TEST_CASE("sending and receipts") {
  Bytes raw = {2, 0xc0};
  auto hash = crypto::keccak256(raw);
  auto rpc = std::make_shared<FakeRpc>();
  Layer2 layer2(rpc);
  rpc->answers(hex(hash))
      .fails(-32000, "already known")
      .answers("{}")
      .fails(-32003, "insufficient funds")
      .answers("null");
  CHECK(layer2.send_raw(raw) == hash);
  CHECK(layer2.send_raw(raw) == hash);
  CHECK(error_code([&] { layer2.send_raw(raw); }) == "l2.rejected");
  CHECK(code_for(hex(ByteArray<32>{}), [&](Layer2& l) { l.send_raw(raw); }) == "l2.garbage");

  auto receipt = [&](const std::string& status, const std::string& block) {
    return R"({"transactionHash":)" + hex(hash) + R"(,"status":)" + status + R"(,"blockNumber":)" + block +
           R"(,"gasUsed":"0x5208"})";
  };
  rpc->answers("null")
      .answers(receipt("\"0x1\"", "\"0x9\""))
      .answers(receipt("\"0x0\"", "\"0x9\""))
      .answers(receipt("\"0x1\"", "null"));
  CHECK(!layer2.receipt(hash));
  auto good = layer2.receipt(hash);
  CHECK(good->success);
  CHECK(good->block == 9);
  CHECK(good->gas_used == 21000);
  CHECK(!layer2.receipt(hash)->success);
  CHECK(!layer2.receipt(hash));
  CHECK(code_for(receipt("\"0x2\"", "\"0x9\""), [&](Layer2& l) { l.receipt(hash); }) == "l2.garbage");
  CHECK(code_for(receipt("\"0x1\"", "\"0x9\""), [&](Layer2& l) { l.receipt(ByteArray<32>{}); }) ==
        "l2.garbage");
}
