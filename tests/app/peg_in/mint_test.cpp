#include <doctest/doctest.h>

#include "app/peg_in/commands.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keyfile.hpp"
#include "evm/rlp.hpp"
#include "support/bridge_fixture.hpp"
#include "support/bridge_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using bridge::SpendPath;
namespace fixture = bridge::test;

/// The layer 2 of the world with what sending a transaction asks of it.
struct MintingLayer2 : FakeLayer2 {
  std::vector<Bytes> sent;
  bool includes = true, succeeds = true, shows = true;
  std::optional<std::string> revert;

  explicit MintingLayer2(const bridge::Params& of) : FakeLayer2(of) {
    methods["eth_estimateGas"] = [this](const Json&) -> Json {
      if (revert) throw net::RpcError(3, *revert, "0x");
      return "0x186a0";
    };
    methods["eth_gasPrice"] = [](const Json&) { return Json("0x3b9aca00"); };
    methods["eth_getTransactionCount"] = [](const Json&) { return Json("0x7"); };
    methods["eth_sendRawTransaction"] = [this](const Json& p) {
      sent.push_back(from_hex(p[0].get<std::string>().substr(2)));
      if (includes && succeeds && shows) unminted.clear();
      return Json("0x" + to_hex(crypto::keccak256(sent.back())));
    };
    methods["eth_getTransactionReceipt"] = [this](const Json& p) -> Json {
      if (!includes) return nullptr;
      return {{"transactionHash", p[0]},
              {"blockNumber", "0x2a"},
              {"status", succeeds ? "0x1" : "0x0"},
              {"gasUsed", "0x1"}};
    };
  }
};

struct Minter {
  bridge::Params params = fixture::params();
  bridge::Custody custody = bridge::Custody::make(bridge::Policy::subsets, 2, fixture::public_keys(1, 3));
  std::shared_ptr<MintingLayer2> layer2 = std::make_shared<MintingLayer2>(params);
  bridge::Mint mint = make_mint();
  FakePorts ports;

  Minter() {
    ports.layer2_rpc = layer2;
    ports.files["params.json"] = params.to_json().dump();
    ports.files["custody.json"] = custody.to_json().dump();
    ports.key = std::string(as_text(crypto::keyfile::make(secret_of(7)).view()));
    layer2->unminted = {mint.outpoint};
  }
  bridge::Mint make_mint() const {
    auto deposit = bridge::Deposit::make(custody, fixture::recipient(),
                                         crypto::xonly(fixture::secret(90).public_key()), 144);
    deposit.funding = {{bitcoin::Txid::from_display(std::string(64, 'a')), 3}, Sat(250'000)};
    return bridge::Mint::of(deposit, params);
  }
  void sign(const SpendPath& path) {
    auto signature = fixture::musig_sign(bridge::message_keys(custody, path), {}, mint.message());
    mint.signature = bridge::quorum_signature(custody, path, signature);
  }
  Json operator()(FakeOptions::Values values = {}) {
    values.push_back({"--params", "params.json"});
    values.push_back({"FILE", "mint.json"});
    ports.files["mint.json"] = mint.to_json().dump();
    Exit exit = run(app::peg_in::mint_command, ports, values);
    CHECK(exit == Exit::ok);
    return ports.last();
  }
  /// Code and exit code of a mint that fails; nothing is sent then unless said.
  std::string failure(FakeOptions::Values values = {}) {
    return error_and_exit([&] { (*this)(values); });
  }
};

}  // namespace

TEST_CASE("mint sends what the custodians signed, once") {
  Minter minter;
  minter.sign(SpendPath::leaf({0, 2}));
  Json minted = minter({{"--custody", "custody.json"}});
  CHECK(minted["type"] == "pegkit/minted");
  CHECK(minted["outpoint"] == std::string(64, 'a') + ":3");
  CHECK(minted["amount_sat"] == 250'000);
  CHECK(minted["recipient"] == evm::format_address(fixture::recipient()));
  CHECK(minted["l2_block"] == 42);
  CHECK_FALSE(minted.contains("already"));
  CHECK(minter.ports.questions.size() == 1);
  REQUIRE(minter.layer2->sent.size() == 1);

  // EIP-1559: type 2, then chain id, nonce, fees, gas limit, to, value, data, access list, signature.
  const Bytes& raw = minter.layer2->sent[0];
  CHECK(raw.at(0) == 2);
  auto fields = evm::Rlp::decode(ByteView(raw).subspan(1)).items;
  REQUIRE(fields.size() == 12);
  CHECK(fields[0].as_u64() == 31337);
  CHECK(fields[1].as_u64() == 7);
  CHECK(fields[4].as_u64() == 120'000);
  CHECK(fields[5].data == to_bytes(minter.params.layer2.contract));
  CHECK(fields[6].as_u64() == 0);
  CHECK(fields[7].data == minter.mint.calldata(minter.params));
  CHECK(minted["l2_tx"] == "0x" + to_hex(crypto::keccak256(raw)));

  Json again = minter();
  CHECK(again["already"] == true);
  CHECK_FALSE(again.contains("l2_tx"));
  CHECK(minter.layer2->sent.size() == 1);
}

TEST_CASE("mint by all custodians") {
  Minter minter;
  minter.sign(SpendPath::key());
  CHECK(minter({{"--custody", "custody.json"}})["l2_block"] == 42);
}

TEST_CASE("mint: refused or not ready before anything is sent") {
  Minter minter;
  CHECK(minter.failure() == "mint.unsigned 4");
  minter.sign(SpendPath::leaf({0, 1}));
  SUBCASE("another contract") {
    minter.mint.contract.bytes[0] ^= 1;
    CHECK(minter.failure() == "mint.contract 7");
  }
  SUBCASE("another chain in the mint") {
    minter.mint.chain_id = 1;
    CHECK(minter.failure() == "mint.contract 7");
  }
  SUBCASE("another chain at the endpoint") {
    minter.layer2->params.layer2.chain_id = 1;
    CHECK(minter.failure() == "l2.chain_mismatch 7");
  }
  SUBCASE("another chain than the parameters'") {
    minter.ports.on_chain = bitcoin::Chain::main;
    CHECK(minter.failure() == "chain.mismatch 7");
  }
  SUBCASE("a signature of others") {
    minter.ports.files["other.json"] =
        bridge::Custody::make(bridge::Policy::subsets, 2, fixture::public_keys(11, 3)).to_json().dump();
    CHECK(minter.failure({{"--custody", "other.json"}}) == "mint.signature 3");
  }
  SUBCASE("a signature of another mint") {
    minter.mint.amount = Sat(250'001);
    CHECK(minter.failure({{"--custody", "custody.json"}}) == "mint.signature 3");
  }
  SUBCASE("the contract would refuse it") {
    minter.layer2->revert = "execution reverted: not a quorum";
    CHECK(minter.failure() == "l2.revert 3");
  }
  SUBCASE("the answer is no") {
    minter.ports.answer = false;
    CHECK(minter.failure() == "confirm.no 1");
  }
  SUBCASE("a dry run") {
    minter.ports.dry = true;
    CHECK(minter()["dry_run"] == true);
    CHECK(minter.ports.questions.empty());
  }
  SUBCASE("no key") {
    minter.ports.key.clear();
    CHECK(minter.failure() == "usage 2");
  }
  SUBCASE("an endpoint that answers isMinted with something else") {
    minter.layer2->methods["eth_call"] = [](const Json&) { return Json("0x" + std::string(63, '0') + "2"); };
    CHECK(minter.failure() == "l2.garbage 6");
  }
  CHECK(minter.layer2->sent.empty());
}

TEST_CASE("mint: sent, and what may become of it") {
  Minter minter;
  minter.sign(SpendPath::leaf({1, 2}));
  SUBCASE("in no block yet") {
    minter.layer2->includes = false;
    std::int64_t before = minter.ports.time;
    CHECK(minter.failure({{"--wait", "5"}}) == "l2.pending 4");
    CHECK(minter.ports.time >= before);
  }
  SUBCASE("refused in its block") {
    minter.layer2->succeeds = false;
    CHECK(minter.failure() == "l2.reverted 3");
  }
  SUBCASE("refused in its block because another was faster") {
    minter.layer2->succeeds = false;
    auto receipt = minter.layer2->methods["eth_getTransactionReceipt"];
    minter.layer2->methods["eth_getTransactionReceipt"] = [&, receipt](const Json& p) {
      minter.layer2->unminted.clear();
      return receipt(p);
    };
    CHECK(minter()["already"] == true);
  }
  SUBCASE("taken, and not shown") {
    minter.layer2->shows = false;
    CHECK(minter.failure() == "l2.garbage 6");
  }
  CHECK(minter.layer2->sent.size() == 1);
}
