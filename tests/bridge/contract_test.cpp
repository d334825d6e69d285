#include <doctest/doctest.h>
#include <fstream>
#include <sstream>

#include "bridge/mint.hpp"
#include "evm/abi.hpp"
#include "support/anvil.hpp"
#include "support/bridge_fixture.hpp"
#include "support/needs.hpp"
#include "support/paths.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

/// The contracts, compiled once for all tests.
class Compiled {
 public:
  Compiled() {
    char folder[] = "/tmp/pegkit-l2-XXXXXX";
    folder_ = mkdtemp(folder);
    std::string command = (pegkit::test::source_folder() / "libcore/evm/contracts/compile").string() + " " +
                          folder_.string() + " " +
                          (pegkit::test::source_folder() / "tests/bridge/SchnorrHarness.sol").string();
    if (std::system(command.c_str()) != 0) throw std::runtime_error("the contracts do not compile");
  }
  ~Compiled() { std::filesystem::remove_all(folder_); }
  Json contract(const std::string& name) const {
    return parse_json(as_text(read_file(folder_ / (name + ".json"))));
  }

 private:
  std::filesystem::path folder_;
};

/// A running anvil with our contracts.
struct Chain {
  Anvil anvil;

  explicit Chain(const std::filesystem::path& binary) : anvil(binary) {}

  std::string deploy(const std::string& name, const Bytes& arguments = {}) {
    static const Compiled compiled;
    Json contract = compiled.contract(name);
    Bytes code = from_hex(contract["bytecode"].get<std::string>().substr(2));
    append(code, arguments);
    auto sent = anvil.send("", code);
    REQUIRE(sent.error == "");
    return sent.receipt["contractAddress"];
  }
  evm::Word word(const std::string& to, std::string_view getter) {
    return evm::AbiReader(anvil.call(to, getter_calldata(getter))).word();
  }
};

std::optional<std::filesystem::path> anvil_or_skip() {
  auto tools = layer2_tools();
  auto binary = tools ? anvil_binary(*tools) : std::nullopt;
  if (!binary) pegkit::test::skipped("no anvil and solc (make deps)");
  return binary;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> out;
  std::stringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) out.push_back(cell);
  return out;
}

Custody custody_of_five() {
  return Custody::make(Policy::subsets, 3, public_keys(1, 5), false, recovery());
}

/// A bridge that holds what it mints, and the parameters that name it.
struct BridgeOnAnvil : Chain {
  Custody custody = custody_of_five();
  std::string address;
  Params parameters = params();

  explicit BridgeOnAnvil(const std::filesystem::path& binary, Sat denomination = Sat(0), Sat fee = Sat(0))
      : Chain(binary) {
    address = deploy("Bridge", constructor_arguments(custody, denomination, fee));
    parameters.layer2.contract = evm::parse_address(address);
    anvil.rpc("anvil_setBalance", {address, "0x10000000000000000000"});
  }

  Mint mint_of(std::uint32_t vout, const std::string& to, std::int64_t sat) {
    Deposit deposit =
        Deposit::make(custody, evm::parse_address(to), crypto::xonly(secret(90).public_key()), 144);
    deposit.funding =
        Deposit::Funding{{bitcoin::Txid::from_display(std::string(62, '0') + "07"), vout}, Sat(sat)};
    return Mint::of(deposit, parameters);
  }
  Mint signed_by(Mint mint, const SpendPath& path) {
    mint.signature =
        quorum_signature(custody, path, musig_sign(message_keys(custody, path), {}, mint.message()));
    return mint;
  }
  std::string send(const Mint& mint) { return anvil.send(address, mint.calldata(parameters)).error; }
  bool is_minted(const Mint& mint) {
    return evm::AbiReader(anvil.call(address, is_minted_calldata(mint.outpoint))).boolean();
  }
  std::uint64_t balance_sat(const std::string& of) {
    std::string hex = anvil.rpc("eth_getBalance", {of, "latest"})["result"].get<std::string>().substr(2);
    evm::Word wei = evm::Word{};
    Bytes bytes = from_hex(hex.size() % 2 ? "0" + hex : hex);
    std::ranges::copy(bytes, wei.end() - static_cast<std::ptrdiff_t>(bytes.size()));
    return static_cast<std::uint64_t>(evm::sat_from_wei(wei).value());
  }
};

/// The withdrawal of a receipt's only log.
Withdrawal withdrawal_of(const Json& receipt, const Params& parameters) {
  REQUIRE(receipt["logs"].size() == 1);
  const Json& log = receipt["logs"][0];
  std::vector<evm::Word> topics;
  for (const auto& topic : log["topics"])
    topics.push_back(from_hex_array<32>(topic.get<std::string>().substr(2)));
  return parse_withdrawal_event(topics, from_hex(log["data"].get<std::string>().substr(2)), parameters);
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != text.npos;
}

}  // namespace

TEST_CASE("contract: BIP340's vectors through the machine's precompiles" * pegkit::test::needs_vectors) {
  auto binary = anvil_or_skip();
  if (!binary) return;
  auto vectors = pegkit::test::vectors_path("bips/bip340.csv");
  Chain chain(*binary);
  std::string harness = chain.deploy("SchnorrHarness");
  auto verify = [&](const Bytes& key, const Bytes& message, const Bytes& signature) {
    evm::Word word{};
    std::ranges::copy(key, word.begin());
    return evm::AbiReader(
               chain.anvil.call(harness, evm::AbiWriter().word(word).bytes(message).bytes(signature).call(
                                             "verify(bytes32,bytes,bytes)")))
        .boolean();
  };
  for (std::uint32_t i = 1; i < 6; ++i) {
    Bytes message(32, static_cast<std::uint8_t>(i));
    auto signature = crypto::schnorr_sign(secret(i), message, ByteArray<32>{});
    Bytes key = to_bytes(crypto::xonly(secret(i).public_key()));
    CHECK(verify(key, message, to_bytes(signature)));
    message[0] ^= 1;
    CHECK(!verify(key, message, to_bytes(signature)));
  }
  std::ifstream in(vectors);
  std::string line;
  std::getline(in, line);
  int count = 0;
  while (std::getline(in, line)) {
    auto cells = split(line);
    REQUIRE(cells.size() >= 7);
    CAPTURE(cells[0]);
    CHECK(verify(from_hex(cells[2]), from_hex(cells[4]), from_hex(cells[5])) == (cells[6] == "TRUE"));
    ++count;
  }
  CHECK(count >= 15);
}

TEST_CASE("contract: mints once, by all custodians or by a subset's leaf, and nothing else") {
  auto binary = anvil_or_skip();
  if (!binary) return;
  BridgeOnAnvil bridge(*binary);
  std::string user = "0x00000000000000000000000000000000000AA001";

  Mint by_all = bridge.signed_by(bridge.mint_of(0, user, 100'000), SpendPath::key());
  CHECK(!bridge.is_minted(by_all));
  CHECK(bridge.send(by_all) == "");
  CHECK(bridge.is_minted(by_all));
  CHECK(bridge.balance_sat(user) == 100'000);
  CHECK(contains(bridge.send(by_all), "already minted"));

  Mint by_leaf = bridge.signed_by(bridge.mint_of(1, user, 23'000), SpendPath::leaf({0, 2, 4}));
  Mint wrong = by_leaf;
  wrong.amount = Sat(23'001);
  CHECK(contains(bridge.send(wrong), "wrong signature"));
  wrong = by_leaf;
  wrong.recipient.bytes[5] ^= 1;
  CHECK(contains(bridge.send(wrong), "wrong signature"));
  wrong = by_leaf;
  wrong.signature->signature.bytes[63] ^= 1;
  CHECK(contains(bridge.send(wrong), "wrong signature"));
  wrong = by_leaf;
  wrong.signature->merkle_path.pop_back();
  CHECK(contains(bridge.send(wrong), "not a leaf"));
  wrong = by_leaf;
  wrong.signature->merkle_path.clear();
  CHECK(contains(bridge.send(wrong), "not the custody's key"));
  CHECK(!bridge.is_minted(by_leaf));
  CHECK(bridge.send(by_leaf) == "");
  CHECK(bridge.balance_sat(user) == 123'000);

  // A signature for another contract is none for this one.
  Params other = bridge.parameters;
  other.layer2.contract.bytes[0] ^= 1;
  Mint foreign = bridge.mint_of(2, user, 5'000);
  foreign.contract = other.layer2.contract;
  CHECK(contains(bridge.send(bridge.signed_by(foreign, SpendPath::key())), "wrong signature"));
}

TEST_CASE("contract: recipients that refuse or call back") {
  auto binary = anvil_or_skip();
  if (!binary) return;
  BridgeOnAnvil bridge(*binary);
  Mint refused = bridge.signed_by(bridge.mint_of(0, bridge.deploy("Refuser"), 5'000), SpendPath::key());
  CHECK(contains(bridge.send(refused), "does not take"));
  CHECK(!bridge.is_minted(refused));

  std::string reentrant = bridge.deploy("Reentrant");
  Mint again = bridge.signed_by(bridge.mint_of(1, reentrant, 7'000), SpendPath::key());
  Bytes arm = evm::AbiWriter()
                  .address(bridge.parameters.layer2.contract)
                  .bytes(again.calldata(bridge.parameters))
                  .call("arm(address,bytes)");
  REQUIRE(bridge.anvil.send(reentrant, arm).error == "");
  CHECK(bridge.send(again) == "");
  CHECK(bridge.balance_sat(reentrant) == 7'000);
  CHECK(!evm::AbiReader(bridge.anvil.call(reentrant, getter_calldata("succeeded()"))).boolean());
}

TEST_CASE("contract: withdrawals make the tree that we make") {
  auto binary = anvil_or_skip();
  if (!binary) return;
  BridgeOnAnvil bridge(*binary);
  WithdrawalTree tree;
  CHECK(bridge.word(bridge.address, "withdrawalsRoot()") == tree.root());
  for (std::uint32_t id = 0; id < 9; ++id) {
    Withdrawal asked = withdrawal(id, 10'000 + id);
    if (id == 4) asked.script.assign(80, 0x51);
    auto sent = bridge.anvil.send(bridge.address, withdraw_calldata(asked.script, bridge.parameters),
                                  evm::quantity(evm::wei_from_sat(asked.amount)));
    REQUIRE(sent.error == "");
    Withdrawal seen = withdrawal_of(sent.receipt, bridge.parameters);
    asked.from = evm::parse_address(bridge.anvil.account());
    CHECK(seen == asked);
    tree.append(seen.leaf());
    CHECK(bridge.word(bridge.address, "withdrawalsRoot()") == tree.root());
    CHECK(evm::u64_from(bridge.word(bridge.address, "withdrawalCount()")) == tree.count());
  }
  auto refused = [&](const Bytes& script, const std::string& wei) {
    return bridge.anvil.send(bridge.address, withdraw_calldata(script, bridge.parameters), wei).error;
  };
  std::string enough = evm::quantity(evm::wei_from_sat(Sat(330)));
  CHECK(contains(refused({}, enough), "script of 1 to 80"));
  CHECK(contains(refused(Bytes(81, 0x51), enough), "script of 1 to 80"));
  CHECK(contains(refused({0x6a, 1, 2}, enough), "OP_RETURN"));
  CHECK(contains(refused({0x51}, evm::quantity(evm::wei_from_sat(Sat(329)))), "out of range"));
  CHECK(contains(refused({0x51}, "0x1"), "whole number"));
  CHECK(bridge.anvil.send(bridge.address, {}, "0x1").error != "");
}

TEST_CASE("contract: the custody is rotated by its quorum, and the old one ends") {
  auto binary = anvil_or_skip();
  if (!binary) return;
  BridgeOnAnvil bridge(*binary);
  std::string user = "0x00000000000000000000000000000000000AA002";
  Custody next = Custody::make(Policy::subsets, 2, public_keys(31, 3));
  ContractRotation rotation = ContractRotation::to(next, bridge.parameters, 0);
  auto sign = [&](const ContractRotation& r, const SpendPath& path) {
    return quorum_signature(bridge.custody, path,
                            musig_sign(message_keys(bridge.custody, path), {}, r.message()));
  };
  ContractRotation later = rotation;
  later.rotation = 1;
  auto path = SpendPath::leaf({1, 2, 3});
  CHECK(contains(bridge.anvil.send(bridge.address, rotation.calldata(sign(later, path))).error,
                 "wrong signature"));
  CHECK(bridge.anvil.send(bridge.address, rotation.calldata(sign(rotation, path))).error == "");
  CHECK(bridge.word(bridge.address, "internalKey()") == next.internal_key().bytes);
  CHECK(bridge.word(bridge.address, "merkleRoot()") == *next.merkle_root());
  CHECK(evm::u64_from(bridge.word(bridge.address, "rotations()")) == 1);
  CHECK(bridge.anvil.send(bridge.address, rotation.calldata(sign(rotation, path))).error != "");
  Mint mint = bridge.mint_of(0, user, 4'000);
  CHECK(contains(bridge.send(bridge.signed_by(mint, SpendPath::key())), "not the custody's key"));
  bridge.custody = next;
  CHECK(bridge.send(bridge.signed_by(mint, SpendPath::leaf({0, 2}))) == "");
  CHECK(bridge.balance_sat(user) == 4'000);
}

TEST_CASE("contract: optimistic mode assigns every withdrawal the oldest deposit that has none") {
  auto binary = anvil_or_skip();
  if (!binary) return;
  const Sat denomination(100'000), fee(1'500);
  BridgeOnAnvil bridge(*binary, denomination, fee);
  std::string user = "0x00000000000000000000000000000000000AA003";
  CHECK(evm::u64_from(bridge.word(bridge.address, "denominationSat()")) == 100'000);
  CHECK(evm::u64_from(bridge.word(bridge.address, "operatorFeeSat()")) == 1'500);

  auto ask = [&](const Bytes& script, Sat amount) {
    return bridge.anvil.send(bridge.address, withdraw_calldata(script, bridge.parameters),
                             evm::quantity(evm::wei_from_sat(amount)));
  };
  Bytes script = bitcoin::p2wpkh_script(secret(1).public_key());
  CHECK(contains(ask(script, denomination).error, "no deposit is left"));
  CHECK(contains(bridge.send(bridge.signed_by(bridge.mint_of(0, user, 99'999), SpendPath::key())),
                 "not the denomination"));
  // In the order of minting, whatever their outputs.
  for (std::uint32_t vout : {7u, 0u, 3u})
    REQUIRE(bridge.send(bridge.signed_by(bridge.mint_of(vout, user, 100'000), SpendPath::key())) == "");
  CHECK(evm::u64_from(bridge.word(bridge.address, "depositCount()")) == 3);
  CHECK(contains(ask(script, Sat(98'500)).error, "not the denomination"));
  CHECK(contains(ask(script, Sat(200'000)).error, "not the denomination"));

  WithdrawalTree tree;
  for (std::uint32_t vout : {7u, 0u, 3u}) {
    auto sent = ask(script, denomination);
    REQUIRE(sent.error == "");
    Withdrawal seen = withdrawal_of(sent.receipt, bridge.parameters);
    CHECK(seen.id == tree.count());
    CHECK(seen.amount == denomination - fee);
    CHECK(seen.deposit == bridge.mint_of(vout, user, 100'000).outpoint);
    tree.append(seen.leaf());
    CHECK(bridge.word(bridge.address, "withdrawalsRoot()") == tree.root());
  }
  CHECK(contains(ask(script, denomination).error, "no deposit is left"));
}

TEST_CASE("contract: optimistic mode takes the scripts of addresses only, as is_address_script says") {
  auto binary = anvil_or_skip();
  if (!binary) return;
  BridgeOnAnvil bridge(*binary, Sat(10'000));
  REQUIRE(bridge.send(bridge.signed_by(
              bridge.mint_of(0, "0x00000000000000000000000000000000000AA004", 10'000), SpendPath::key())) ==
          "");
  auto takes = [&](const Bytes& script) {
    Json tx{{"from", bridge.anvil.account()},
            {"to", bridge.address},
            {"data", "0x" + to_hex(withdraw_calldata(script, bridge.parameters))},
            {"value", evm::quantity(evm::wei_from_sat(Sat(10'000)))}};
    Json answer = bridge.anvil.rpc("eth_call", {tx, "latest"});
    if (!answer.contains("error")) return true;
    CHECK(contains(answer["error"]["message"], "not the script of an address"));
    return false;
  };
  auto program = [](std::uint8_t version, std::size_t size) {
    Bytes out{version, static_cast<std::uint8_t>(size)};
    out.resize(2 + size, 0x11);
    return out;
  };
  auto key = secret(1).public_key();
  std::vector<Bytes> scripts{bitcoin::p2pkh_script(key),
                             bitcoin::p2sh_script(Bytes{0x51}),
                             bitcoin::p2wpkh_script(key),
                             bitcoin::p2wsh_script(Bytes{0x51}),
                             bitcoin::p2tr_script(crypto::xonly(key)),
                             bitcoin::anchor_script(),
                             {},
                             {0x6a, 1, 2},
                             {0x51},
                             {0x51, 0x01, 0x00},
                             from_hex("6a020102"),
                             from_hex("21" + to_hex(key) + "ac"),
                             Bytes(80, 0x51)};
  for (std::uint8_t version : {0x00, 0x4f, 0x50, 0x51, 0x52, 0x60, 0x61})
    for (std::size_t size : {1, 2, 19, 20, 21, 31, 32, 33, 39, 40, 41})
      scripts.push_back(program(version, size));
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t at : {std::size_t{0}, std::size_t{1}, scripts[i].size() - 1}) {
      Bytes changed = scripts[i];
      changed[at] ^= 1;
      scripts.push_back(changed);
    }
    Bytes longer = scripts[i];
    longer.push_back(0x61);
    scripts.push_back(longer);
  }
  std::size_t taken = 0;
  for (const Bytes& one : scripts) {
    CAPTURE(to_hex(one));
    CHECK(takes(one) == is_address_script(one));
    if (is_address_script(one)) CHECK((one.size() >= 4 && one.size() <= 42));
    taken += is_address_script(one);
  }
  CHECK(taken == 6 + 2 + 3 * 9);
}

TEST_CASE("contract: a denomination and a fee that make no sense are refused") {
  auto binary = anvil_or_skip();
  if (!binary) return;
  Chain chain(*binary);
  Json contract = Compiled().contract("Bridge");
  auto deployed = [&](std::int64_t denomination, std::int64_t fee) {
    Bytes code = from_hex(contract["bytecode"].get<std::string>().substr(2));
    append(code, constructor_arguments(custody_of_five(), Sat(denomination), Sat(fee)));
    return chain.anvil.send("", code).error;
  };
  CHECK(deployed(0, 0) == "");
  CHECK(deployed(10'000, 9'670) == "");
  CHECK(contains(deployed(10'000, 9'671), "out of range"));
  CHECK(contains(deployed(0, 1), "out of range"));
  CHECK(contains(deployed(2'100'000'000'000'001, 0), "out of range"));
}
