#include "bitcoin/sighash.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/keys.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

namespace {

Json load(const char* name) {
  auto path = test::vectors_path(name);
  Bytes file = read_file(path);
  return parse_json(as_text(file));
}

Transaction two_in_one_out() {
  Transaction tx;
  tx.inputs.resize(2);
  tx.inputs[0].prevout.txid.bytes[0] = 1;
  tx.inputs[1].prevout.txid.bytes[0] = 2;
  tx.outputs.push_back({Sat(1000), {OP_1}});
  return tx;
}

std::vector<TxOut> two_spent() {
  return {{Sat(700), {OP_1}}, {Sat(800), {OP_2}}};
}

}  // namespace

TEST_CASE("sighash.json: legacy signature hashes of Bitcoin Core" * pegkit::test::needs_vectors) {
  auto file = load("core/sighash.json");
  for (const Json& row : file) {
    if (row.size() < 5) continue;
    Transaction tx = Transaction::from_hex(row[0].get<std::string>());
    SighashCache cache(tx, {});
    auto hash = cache.legacy(from_hex(row[1].get<std::string>()), row[2].get<std::size_t>(),
                             static_cast<std::uint32_t>(row[3].get<std::int64_t>()));
    CHECK(to_hex(reversed(hash)) == row[4].get<std::string>());
  }
}

TEST_CASE("BIP143's P2WPKH example") {
  Transaction tx = Transaction::from_hex(
      "0100000002fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f0000000000eeffffffef51e1b804"
      "cc89d1"
      "82d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df3"
      "78db99"
      "f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac110000"
      "00");
  SighashCache cache(tx, {});
  Bytes script_code = from_hex("76a9141d0f172a0ecb48aee1be1f2687d2963ae33f71a188ac");
  CHECK(to_hex(cache.segwit_v0(script_code, 1, SIGHASH_ALL, Sat(600'000'000))) ==
        "c37af31116d1b27caf68aae9e3ac82f1477929014d5b917657d0eb49478cb670");
}

TEST_CASE("bip341-wallet.json: key path hashes, and the signed transaction is valid" *
          pegkit::test::needs_vectors) {
  auto file = load("bips/bip341-wallet.json");
  for (const Json& test : file["keyPathSpending"]) {
    Transaction tx = Transaction::from_hex(test["given"]["rawUnsignedTx"].get<std::string>());
    std::vector<TxOut> spent;
    for (const Json& utxo : test["given"]["utxosSpent"]) {
      spent.push_back(
          {Sat(utxo["amountSats"].get<std::int64_t>()), from_hex(utxo["scriptPubKey"].get<std::string>())});
    }
    SighashCache cache(tx, spent);
    Transaction full = Transaction::from_hex(test["auxiliary"]["fullySignedTx"].get<std::string>());
    for (const Json& input : test["inputSpending"]) {
      const Json& given = input["given"];
      std::size_t index = given["txinIndex"].get<std::size_t>();
      auto type = static_cast<std::uint8_t>(given["hashType"].get<int>());
      auto hash = cache.taproot(index, type, nullptr);
      REQUIRE(hash);
      CHECK(to_hex(*hash) == input["intermediary"]["sigHash"].get<std::string>());

      crypto::SecretKey internal =
          crypto::SecretKey::from(from_hex(given["internalPrivkey"].get<std::string>()));
      Bytes root = given["merkleRoot"].is_null() ? Bytes{} : from_hex(given["merkleRoot"].get<std::string>());
      auto tweak = taptweak_hash(crypto::xonly(internal.public_key()), root);
      crypto::SecretKey tweaked = internal.xonly_tweak_add(tweak);
      Bytes signature = to_bytes(crypto::schnorr_sign(tweaked, *hash, ByteArray<32>{}));
      if (type != SIGHASH_DEFAULT) signature.push_back(type);
      CHECK(to_hex(signature) == input["expected"]["witness"][0].get<std::string>());
      tx.inputs[index].witness = {signature};
    }
    for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
      if (tx.inputs[i].witness.empty()) {
        tx.inputs[i].witness = full.inputs[i].witness;
        tx.inputs[i].script_sig = full.inputs[i].script_sig;
      }
    }
    CHECK(tx == full);
    SighashCache signed_cache(tx, spent);
    for (std::size_t i = 0; i < tx.inputs.size(); ++i)
      CHECK(verify_input(signed_cache, i) == ScriptError::OK);
  }
}

TEST_CASE("a legacy SIGHASH_SINGLE without its output is the number one") {
  Transaction tx = two_in_one_out();
  SighashCache cache(tx, {});
  CHECK(cache.legacy({}, 1, SIGHASH_SINGLE) == ByteArray<32>{1});
  CHECK(cache.legacy({}, 1, SIGHASH_SINGLE | SIGHASH_ANYONECANPAY) == ByteArray<32>{1});
  CHECK(cache.legacy({}, 0, SIGHASH_SINGLE) != ByteArray<32>{1});
}

TEST_CASE("legacy hashes leave OP_CODESEPARATOR out, but not the same byte in a push") {
  Transaction tx = two_in_one_out();
  SighashCache cache(tx, {});
  const Bytes with{OP_1, OP_CODESEPARATOR, 0x01, OP_CODESEPARATOR, OP_CHECKSIG, OP_CODESEPARATOR};
  const Bytes without{OP_1, 0x01, OP_CODESEPARATOR, OP_CHECKSIG};
  CHECK(cache.legacy(with, 0, SIGHASH_ALL) == cache.legacy(without, 0, SIGHASH_ALL));
  CHECK(cache.segwit_v0(with, 0, SIGHASH_ALL, Sat(1)) != cache.segwit_v0(without, 0, SIGHASH_ALL, Sat(1)));
}

TEST_CASE("what a signature hash commits to") {
  const Transaction tx = two_in_one_out();
  const std::vector<TxOut> spent = two_spent();
  auto hash = [&](const Transaction& of, std::uint8_t type) {
    return SighashCache(of, spent).taproot(0, type, nullptr);
  };
  Transaction other_output = tx, other_input = tx, other_sequence = tx;
  other_output.outputs[0].value = Sat(999);
  other_input.inputs[1].prevout.vout = 7;
  other_sequence.inputs[1].sequence = 7;
  for (std::uint8_t type : {0x00, 0x01, 0x02, 0x03, 0x81, 0x82, 0x83}) {
    CAPTURE(int{type});
    bool anyone = (type & SIGHASH_ANYONECANPAY) != 0, none = (type & 3) == SIGHASH_NONE;
    CHECK((hash(tx, type) == hash(other_output, type)) == none);
    CHECK((hash(tx, type) == hash(other_input, type)) == anyone);
    CHECK((hash(tx, type) == hash(other_sequence, type)) == anyone);
  }
}

TEST_CASE("taproot hashes refuse what BIP341 does not define") {
  Transaction tx = two_in_one_out();
  SighashCache cache(tx, two_spent());
  for (int type : {0x04, 0x10, 0x41, 0x80, 0x84, 0xff}) {
    CHECK_FALSE(cache.taproot(0, static_cast<std::uint8_t>(type), nullptr));
  }
  CHECK_FALSE(cache.taproot(1, SIGHASH_SINGLE, nullptr));
  CHECK(cache.taproot(0, SIGHASH_SINGLE, nullptr));
  ByteArray<32> leaf{};
  Bytes annex{0x50};
  CHECK(cache.taproot(0, 0, nullptr) != cache.taproot(0, 0, &leaf));
  CHECK(cache.taproot(0, 0, &leaf) != cache.taproot(0, 0, &leaf, 0));
  CHECK(cache.taproot(0, 0, nullptr) != cache.taproot(0, 0, nullptr, 0xffffffff, &annex));
}

TEST_CASE("wrong use is an error, not a hash") {
  Transaction tx = two_in_one_out();
  CHECK_THROWS_AS(SighashCache(tx, {TxOut{}}), Error);
  SighashCache bare(tx, {});
  CHECK_THROWS_AS(bare.taproot(0, 0, nullptr), Error);
  CHECK_THROWS_AS(bare.legacy({}, 2, SIGHASH_ALL), Error);
  CHECK_THROWS_AS(bare.segwit_v0({}, 2, SIGHASH_ALL, Sat(0)), Error);
  CHECK_THROWS_AS(verify_input(bare, 0), Error);
}
