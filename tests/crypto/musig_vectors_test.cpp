// BIP327's published vectors, as far as the interface reaches: it takes no raw secret nonce, so the signing
// cases are checked through verification of the partial signatures that they expect, and messages have 32
// bytes.
#include <algorithm>
#include <doctest/doctest.h>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "base/json.hpp"
#include "crypto/musig.hpp"
#include "support/errors.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using pegkit::test::error_code;
using pegkit::test::thrown;

namespace {

Json load(const std::string& name) {
  auto path = test::vectors_path("bips/bip327-" + name + ".json");
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return parse_json(text.str());
}

Bytes hex(const Json& value) {
  return from_hex(value.get<std::string>());
}

/// The elements of `list` at the positions in `indices`.
template <class T>
std::vector<T> pick(const Json& list, const Json& indices) {
  std::vector<T> out;
  for (const Json& i : indices) out.push_back(T::from(hex(list[i.get<std::size_t>()])));
  return out;
}

KeyAgg key_agg(const Json& file, const Json& one) {
  KeyAgg out(pick<PublicKey>(file["pubkeys"], one["key_indices"]));
  if (!one.contains("tweak_indices")) return out;
  for (std::size_t i = 0; i < one["tweak_indices"].size(); ++i) {
    Bytes tweak = hex(file["tweaks"][one["tweak_indices"][i].get<std::size_t>()]);
    if (one["is_xonly"][i].get<bool>())
      out.tweak_xonly(tweak);
    else
      out.tweak_plain(tweak);
  }
  return out;
}

}  // namespace

TEST_CASE("BIP327 key_sort" * pegkit::test::needs_vectors) {
  auto file = load("key_sort");
  std::vector<PublicKey> keys, expected;
  for (const Json& key : file["pubkeys"]) keys.push_back(PublicKey::from(hex(key)));
  for (const Json& key : file["sorted_pubkeys"]) expected.push_back(PublicKey::from(hex(key)));
  key_sort(keys);
  CHECK(keys == expected);
}

TEST_CASE("BIP327 key_agg" * pegkit::test::needs_vectors) {
  auto file = load("key_agg");
  for (const Json& one : file["valid_test_cases"])
    CHECK(equal(key_agg(file, one).xonly(), hex(one["expected"])));
  for (const Json& one : file["error_test_cases"]) {
    CAPTURE(one["comment"].get<std::string>());
    Error error = thrown([&] { key_agg(file, one); }).value();
    if (one["error"]["type"] == "value") {
      CHECK(error.code() == "musig.tweak");
    } else {
      CHECK(error.code() == "key.invalid");
      CHECK(error.field() == "keys[" + std::to_string(one["error"]["signer"].get<int>()) + "]");
    }
  }
}

TEST_CASE("BIP327 nonce_gen: the case without an aggregate key in raw form" * pegkit::test::needs_vectors) {
  auto file = load("nonce_gen");
  int checked = 0;
  for (const Json& one : file["test_cases"]) {
    if (!one["aggpk"].is_null() || !one["sk"].is_null()) continue;
    Bytes random = hex(one["rand_"]);
    NoncePair pair = nonce_gen(random, nullptr, PublicKey::from(hex(one["pk"])), {}, nullptr, {});
    CHECK(equal(pair.pub, hex(one["expected_pubnonce"])));
    CHECK(random == Bytes(32, 0));
    ++checked;
  }
  CHECK(checked == 1);
}

TEST_CASE("BIP327 nonce_agg" * pegkit::test::needs_vectors) {
  auto file = load("nonce_agg");
  for (const Json& one : file["valid_test_cases"])
    CHECK(equal(nonce_agg(pick<PubNonce>(file["pnonces"], one["pnonce_indices"])), hex(one["expected"])));
  for (const Json& one : file["error_test_cases"]) {
    CAPTURE(one["comment"].get<std::string>());
    Error error = thrown([&] { nonce_agg(pick<PubNonce>(file["pnonces"], one["pnonce_indices"])); }).value();
    CHECK(error.code() == "musig.nonce");
    CHECK(error.field() == "nonces[" + std::to_string(one["error"]["signer"].get<int>()) + "]");
  }
}

TEST_CASE("BIP327 sign_verify: expected partial signatures verify" * pegkit::test::needs_vectors) {
  auto file = load("sign_verify");
  int checked = 0;
  for (const Json& one : file["valid_test_cases"]) {
    Bytes message = hex(file["msgs"][one["msg_index"].get<std::size_t>()]);
    if (message.size() != 32) continue;
    auto nonces = pick<PubNonce>(file["pnonces"], one["nonce_indices"]);
    AggNonce sum = nonce_agg(nonces);
    CHECK(equal(sum, hex(file["aggnonces"][one["aggnonce_index"].get<std::size_t>()])));
    KeyAgg keys = key_agg(file, one);
    MusigSession session(keys, sum, message);
    auto partial = PartialSignature::from(hex(one["expected"]));
    std::size_t signer = one["signer_index"].get<std::size_t>();
    CHECK(session.verify(partial, nonces[signer], keys.keys()[signer]));
    partial.bytes[31] ^= 1;
    CHECK(!session.verify(partial, nonces[signer], keys.keys()[signer]));
    ++checked;
  }
  CHECK(checked == 4);
}

TEST_CASE("BIP327 sign_verify: what must fail fails" * pegkit::test::needs_vectors) {
  auto file = load("sign_verify");
  Bytes message = hex(file["msgs"][0]);
  for (const Json& one : file["verify_fail_test_cases"]) {
    CAPTURE(one["comment"].get<std::string>());
    auto nonces = pick<PubNonce>(file["pnonces"], one["nonce_indices"]);
    KeyAgg keys = key_agg(file, one);
    MusigSession session(keys, nonce_agg(nonces), message);
    std::size_t signer = one["signer_index"].get<std::size_t>();
    CHECK(!session.verify(PartialSignature::from(hex(one["sig"])), nonces[signer], keys.keys()[signer]));
  }
  for (const Json& one : file["verify_error_test_cases"]) {
    CAPTURE(one["comment"].get<std::string>());
    std::string code = error_code([&] {
      key_agg(file, one);
      nonce_agg(pick<PubNonce>(file["pnonces"], one["nonce_indices"]));
    });
    CHECK(code == (one["error"]["contrib"] == "pubkey" ? "key.invalid" : "musig.nonce"));
  }
  for (const Json& one : file["sign_error_test_cases"]) {
    const Json& error = one["error"];
    if (error["type"] != "invalid_contribution") continue;
    CAPTURE(one["comment"].get<std::string>());
    auto aggnonce = AggNonce::from(hex(file["aggnonces"][one["aggnonce_index"].get<std::size_t>()]));
    std::string code = error_code([&] { MusigSession(key_agg(file, one), aggnonce, message); });
    CHECK(code == (error["contrib"] == "pubkey" ? "key.invalid" : "musig.nonce"));
  }
}

TEST_CASE("BIP327 tweak: expected partial signatures verify" * pegkit::test::needs_vectors) {
  auto file = load("tweak");
  Bytes message = hex(file["msg"]);
  for (const Json& one : file["valid_test_cases"]) {
    CAPTURE(one["comment"].get<std::string>());
    auto nonces = pick<PubNonce>(file["pnonces"], one["nonce_indices"]);
    CHECK(equal(nonce_agg(nonces), hex(file["aggnonce"])));
    KeyAgg keys = key_agg(file, one);
    MusigSession session(keys, nonce_agg(nonces), message);
    std::size_t signer = one["signer_index"].get<std::size_t>();
    CHECK(session.verify(PartialSignature::from(hex(one["expected"])), nonces[signer], keys.keys()[signer]));
  }
  for (const Json& one : file["error_test_cases"])
    CHECK(error_code([&] { key_agg(file, one); }) == "musig.tweak");
}

TEST_CASE("BIP327 sig_agg" * pegkit::test::needs_vectors) {
  auto file = load("sig_agg");
  Bytes message = hex(file["msg"]);
  for (const Json& one : file["valid_test_cases"]) {
    auto nonces = pick<PubNonce>(file["pnonces"], one["nonce_indices"]);
    auto partials = pick<PartialSignature>(file["psigs"], one["psig_indices"]);
    CHECK(equal(nonce_agg(nonces), hex(one["aggnonce"])));
    KeyAgg keys = key_agg(file, one);
    MusigSession session(keys, nonce_agg(nonces), message);
    for (std::size_t i = 0; i < partials.size(); ++i)
      CHECK(session.verify(partials[i], nonces[i], keys.keys()[i]));
    SchnorrSignature signature = session.combine(partials);
    CHECK(equal(signature, hex(one["expected"])));
    CHECK(schnorr_verify(keys.xonly(), message, signature));
  }
  for (const Json& one : file["error_test_cases"]) {
    auto nonces = pick<PubNonce>(file["pnonces"], one["nonce_indices"]);
    MusigSession session(key_agg(file, one), nonce_agg(nonces), message);
    Error error =
        thrown([&] { session.combine(pick<PartialSignature>(file["psigs"], one["psig_indices"])); }).value();
    CHECK(error.code() == "musig.partial");
    CHECK(error.field() == "partials[" + std::to_string(one["error"]["signer"].get<int>()) + "]");
  }
}
