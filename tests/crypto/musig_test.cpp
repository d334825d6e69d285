#include "crypto/musig.hpp"

#include <algorithm>
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using pegkit::test::error_code;

namespace {

struct Signers {
  std::vector<SecretKey> secrets;
  std::vector<PublicKey> keys;

  explicit Signers(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      secrets.push_back(SecretKey::generate());
      keys.push_back(secrets.back().public_key());
    }
  }
};

struct Nonces {
  std::vector<SecretNonce> secrets;
  std::vector<PubNonce> pubs;

  Nonces(const Signers& signers, const KeyAgg& keyagg, ByteView message) {
    for (std::size_t i = 0; i < signers.keys.size(); ++i) {
      auto random = random_array<32>();
      NoncePair pair = nonce_gen(random, &signers.secrets[i], signers.keys[i], message, &keyagg, {});
      secrets.push_back(std::move(pair.secret));
      pubs.push_back(pair.pub);
    }
  }
};

SchnorrSignature sign_all(const Signers& signers, const KeyAgg& keyagg, ByteView message) {
  Nonces nonces(signers, keyagg, message);
  MusigSession session(keyagg, nonce_agg(nonces.pubs), message);
  std::vector<PartialSignature> partials;
  for (std::size_t i = 0; i < signers.keys.size(); ++i) {
    partials.push_back(session.sign(std::move(nonces.secrets[i]), signers.secrets[i]));
    CHECK(session.verify(partials[i], nonces.pubs[i], signers.keys[i]));
  }
  return session.combine(partials);
}

}  // namespace

TEST_CASE("MuSig2: any number of signers and any tweaks give a signature of the aggregate") {
  for (std::size_t count : {1, 2, 3, 10}) {
    for (int tweaks = 0; tweaks < 8; ++tweaks) {
      Signers signers(count);
      auto message = random_array<32>();
      KeyAgg keyagg(signers.keys);
      for (int i = 0; i < 3; ++i) {
        if (tweaks >> i & 1)
          keyagg.tweak_xonly(random_array<32>());
        else
          keyagg.tweak_plain(random_array<32>());
      }
      CHECK(schnorr_verify(keyagg.xonly(), message, sign_all(signers, keyagg, message)));
    }
  }
}

TEST_CASE("MuSig2: an x-only tweak of the aggregate is taproot's tweak of its x") {
  Signers signers(3);
  KeyAgg keyagg(signers.keys);
  auto tweak = random_array<32>();
  auto expected = xonly_tweak_add(keyagg.xonly(), tweak);
  KeyAgg tweaked = keyagg;
  tweaked.tweak_xonly(tweak);
  CHECK(tweaked.xonly() == expected->key);
  CHECK(has_even_y(tweaked.aggregate()) == !expected->odd);
  CHECK(keyagg.xonly() != tweaked.xonly());
  keyagg = tweaked;
  CHECK(keyagg.aggregate() == tweaked.aggregate());
}

TEST_CASE("MuSig2: the order of keys matters unless they are sorted, and a key may come twice") {
  Signers signers(3);
  signers.secrets.push_back(signers.secrets[0].copy());
  signers.keys.push_back(signers.keys[0]);
  auto message = random_array<32>();
  CHECK(schnorr_verify(KeyAgg(signers.keys).xonly(), message,
                       sign_all(signers, KeyAgg(signers.keys), message)));
  auto reversed_keys = signers.keys;
  std::ranges::reverse(reversed_keys);
  std::swap(reversed_keys[1], reversed_keys[2]);
  std::swap(reversed_keys[0], reversed_keys[1]);
  CHECK(KeyAgg(reversed_keys).aggregate() != KeyAgg(signers.keys).aggregate());
  auto sorted = signers.keys;
  key_sort(reversed_keys);
  key_sort(sorted);
  CHECK(KeyAgg(reversed_keys).aggregate() == KeyAgg(sorted).aggregate());
}

TEST_CASE("MuSig2: a tweak that fails leaves the aggregate as it was") {
  Signers signers(2);
  KeyAgg keyagg(signers.keys);
  PublicKey before = keyagg.aggregate();
  CHECK(error_code([&] { keyagg.tweak_plain(Bytes(32, 0xff)); }) == "musig.tweak");
  CHECK(error_code([&] { keyagg.tweak_xonly(Bytes(32, 0xff)); }) == "musig.tweak");
  CHECK(error_code([&] { keyagg.tweak_plain(Bytes(31)); }) == "bytes.length");
  CHECK(keyagg.aggregate() == before);
}

TEST_CASE(
    "nonce_gen: the same arguments give the same nonce, each argument changes it, randomness is spent") {
  Signers signers(2);
  KeyAgg keyagg(signers.keys);
  auto make = [&](std::uint8_t random, const SecretKey* secret, ByteView message, const KeyAgg* keys,
                  ByteView extra) {
    Bytes session(32, random);
    PubNonce pub = nonce_gen(session, secret, signers.keys[0], message, keys, extra).pub;
    CHECK(session == Bytes(32, 0));
    return pub;
  };
  Bytes message(32, 1), extra(32, 2);
  PubNonce first = make(7, &signers.secrets[0], message, &keyagg, extra);
  CHECK(make(7, &signers.secrets[0], message, &keyagg, extra) == first);
  CHECK(make(8, &signers.secrets[0], message, &keyagg, extra) != first);
  CHECK(make(7, nullptr, message, &keyagg, extra) != first);
  CHECK(make(7, &signers.secrets[0], {}, &keyagg, extra) != first);
  CHECK(make(7, &signers.secrets[0], message, nullptr, extra) != first);
  CHECK(make(7, &signers.secrets[0], message, &keyagg, {}) != first);

  Bytes spent(32, 0), fresh(32, 1);
  CHECK(error_code([&] { nonce_gen(spent, nullptr, signers.keys[0], {}, nullptr, {}); }) == "musig.random");
  CHECK(error_code([&] { nonce_gen(fresh, nullptr, signers.keys[0], Bytes(31), nullptr, {}); }) ==
        "bytes.length");
  CHECK(error_code([&] { nonce_gen(fresh, nullptr, PublicKey{}, {}, nullptr, {}); }) == "key.invalid");
}

TEST_CASE("signing refuses a stranger's key, another signer's nonce and a nonce that is gone") {
  Signers signers(2), others(1);
  auto message = random_array<32>();
  KeyAgg keyagg(signers.keys);
  Nonces nonces(signers, keyagg, message);
  MusigSession session(keyagg, nonce_agg(nonces.pubs), message);
  CHECK(error_code([&] { session.sign(std::move(nonces.secrets[0]), signers.secrets[1]); }) == "musig.sign");
  CHECK(error_code([&] { session.sign(std::move(nonces.secrets[0]), signers.secrets[0]); }) ==
        "musig.sign_failed");
  CHECK(error_code([&] { session.sign(std::move(nonces.secrets[1]), others.secrets[0]); }) == "musig.sign");
}

TEST_CASE("verify is false for another message, nonce, signer or key set, and names no valid stranger") {
  Signers signers(2), others(1);
  auto message = random_array<32>();
  KeyAgg keyagg(signers.keys);
  Nonces nonces(signers, keyagg, message);
  AggNonce sum = nonce_agg(nonces.pubs);
  MusigSession session(keyagg, sum, message);
  PartialSignature partial = session.sign(std::move(nonces.secrets[0]), signers.secrets[0]);
  CHECK(session.verify(partial, nonces.pubs[0], signers.keys[0]));
  CHECK(!session.verify(partial, nonces.pubs[1], signers.keys[0]));
  CHECK(!session.verify(partial, nonces.pubs[0], signers.keys[1]));
  CHECK(!session.verify(partial, nonces.pubs[0], others.keys[0]));
  CHECK(!session.verify(partial, PubNonce{}, signers.keys[0]));
  CHECK(!session.verify(PartialSignature{}, nonces.pubs[0], signers.keys[0]));
  auto other_message = random_array<32>();
  CHECK(!MusigSession(keyagg, sum, other_message).verify(partial, nonces.pubs[0], signers.keys[0]));
  KeyAgg tweaked = keyagg;
  tweaked.tweak_xonly(message);
  CHECK(!MusigSession(tweaked, sum, message).verify(partial, nonces.pubs[0], signers.keys[0]));
}

TEST_CASE("empty lists and messages of a wrong length are errors") {
  Signers signers(1);
  KeyAgg keyagg(signers.keys);
  auto message = random_array<32>();
  Nonces nonces(signers, keyagg, message);
  CHECK(error_code([] { KeyAgg keys({}); }) == "musig.keys");
  CHECK(error_code([] { nonce_agg({}); }) == "musig.nonce");
  CHECK(error_code([&] { MusigSession(keyagg, nonce_agg(nonces.pubs), message).combine({}); }) ==
        "musig.partial");
  CHECK(error_code([&] { MusigSession(keyagg, nonce_agg(nonces.pubs), Bytes(33)); }) == "bytes.length");
}
