#include "bridge/mint.hpp"

#include <doctest/doctest.h>

#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

Deposit funded(const Custody& custody) {
  Deposit out = Deposit::make(custody, recipient(), crypto::xonly(secret(90).public_key()), 144);
  out.funding = Deposit::Funding{{bitcoin::Txid::from_display(std::string(62, '0') + "01"), 2}, Sat(123'456)};
  return out;
}

}  // namespace

TEST_CASE("the message of a mint binds chain, contract, outpoint, recipient and amount") {
  Mint mint = Mint::of(funded(Custody::make(Policy::musig, 3, public_keys(1, 3))), params());
  Bytes data = from_hex(std::string(60, '0') +
                        "7a69"
                        "5fbdb2315678afecb367f032d93f642f64180aa3"
                        "01" +
                        std::string(62, '0') +
                        "00000002"
                        "aa00000000000000000000000000000000000001"
                        "000000000001e240");
  CHECK(mint.message() == crypto::tagged_hash("pegkit/mint", data));
  Json json = mint.to_json();
  CHECK(Mint::parse(json).to_json() == json);
  json["amount_sat"] = 123'457;
  CHECK(error_code([&] { Mint::parse(json); }) == "document.derived");
  CHECK(error_code([&] { mint.calldata(params()); }) == "mint.unsigned");
}

TEST_CASE("all custodians or any subset sign, with or without recovery") {
  for (bool with_recovery : {false, true}) {
    Custody custody = Custody::make(Policy::subsets, 3, public_keys(1, 5), false,
                                    with_recovery ? std::optional(recovery()) : std::nullopt);
    Mint mint = Mint::of(funded(custody), params());
    for (const SpendPath& path : {SpendPath::key(), SpendPath::leaf({0, 2, 4}), SpendPath::leaf({2, 3, 4})}) {
      auto signature = musig_sign(message_keys(custody, path), {}, mint.message());
      mint.signature = quorum_signature(custody, path, signature);
      CHECK(mint.signature->merkle_path.empty() == (path.kind == SpendPath::Kind::key));
      CHECK(mint.signature->verify(custody, mint.message()));
      Mint again = Mint::parse(mint.to_json());
      CHECK(again.to_json() == mint.to_json());
      CHECK(again.calldata(params()) == mint.calldata(params()));
      mint.signature->signature.bytes[40] ^= 1;
      CHECK(!mint.signature->verify(custody, mint.message()));
    }
    // Two of them are no quorum, whatever path they show.
    auto pair = public_keys(1, 2);
    QuorumSignature forged =
        quorum_signature(custody, SpendPath::leaf({0, 1, 2}), musig_sign(pair, {}, mint.message()));
    forged.signing_key = crypto::KeyAgg(pair).xonly();
    CHECK(!forged.verify(custody, mint.message()));
    forged.merkle_path.clear();
    CHECK(!forged.verify(custody, mint.message()));
    CHECK(error_code([&] { message_keys(custody, SpendPath::recovery({0, 1})); }) == "custody.path");
  }
  Custody multi = Custody::make(Policy::checksigadd, 2, public_keys(1, 3));
  CHECK(error_code([&] { message_keys(multi, SpendPath::key()); }) == "custody.path");
  CHECK(error_code([&] { message_keys(multi, SpendPath::leaf({0, 1})); }) == "custody.path");
}

TEST_CASE("the message of a rotation") {
  Custody next = Custody::make(Policy::musig, 2, public_keys(31, 2));
  ContractRotation rotation = ContractRotation::to(next, params(), 3);
  Bytes data = from_hex(std::string(60, '0') +
                        "7a69"
                        "5fbdb2315678afecb367f032d93f642f64180aa3" +
                        to_hex(next.internal_key()) + std::string(64, '0') + "0000000000000003");
  CHECK(rotation.message() == crypto::tagged_hash("pegkit/rotate", data));
}

TEST_CASE("parameters: canonical form, hash and limits") {
  Params p = params();
  CHECK(Params::parse(p.to_json()) == p);
  CHECK(Params::parse(p.to_json()).hash() == p.hash());
  CHECK(p.hash() == crypto::tagged_hash("pegkit/params", as_bytes(p.to_json().dump())));
  Json json = p.to_json();
  auto code = [&](auto change) {
    Json changed = json;
    change(changed);
    return error_code([&] { Params::parse(changed); });
  };
  CHECK(code([](Json& j) { j["chain"] = "mainnet"; }) == "document.chain");
  CHECK(code([](Json& j) { j["magic"] = "504b49"; }) == "bytes.length");
  CHECK(code([](Json& j) { j["fee_floor_sat_vb"] = 101; }) == "params.range");
  CHECK(code([](Json& j) { j["sweep_margin"] = 141; }) == "params.range");
  CHECK(code([](Json& j) { j["l2"]["names"]["mint"] = "mint(bytes)"; }) == "params.name");
  CHECK(code([](Json& j) { j["l2"].erase("chain_id"); }) == "json.missing");
  CHECK(code([](Json& j) { j["l2"]["colour"] = 1; }) == "json.unknown");
  CHECK(error_code([&] { p.require_chain(bitcoin::Chain::main); }) == "chain.mismatch");
  CHECK(p.checked_fee_rate(FeeRate::per_kvb(1)) == FeeRate::per_vb(1));
}
