#include "crypto/keys.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using pegkit::test::error_code;

namespace {

constexpr const char* order_hex = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
constexpr const char* generator_x = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
constexpr const char* generator_y = "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8";

SecretKey small_secret(std::uint8_t value) {
  ByteArray<32> bytes{};
  bytes[31] = value;
  return SecretKey::from(bytes);
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream in(line);
  for (std::string part; std::getline(in, part, ',');) out.push_back(part);
  out.resize(8);
  return out;
}

}  // namespace

TEST_CASE("BIP340 vectors: signing and verification" * pegkit::test::needs_vectors) {
  auto path = test::vectors_path("bips/bip340.csv");
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  int cases = 0;
  while (std::getline(file, line)) {
    if (line.ends_with('\r')) line.pop_back();
    auto f = split(line);
    CAPTURE(f[0]);
    Bytes public_key = from_hex(f[2]), message = from_hex(f[4]), signature = from_hex(f[5]);
    if (!f[1].empty()) {
      SecretKey secret = SecretKey::from(from_hex(f[1]));
      CHECK(equal(xonly(secret.public_key()), public_key));
      CHECK(equal(schnorr_sign(secret, message, from_hex(f[3])), signature));
    }
    CHECK(schnorr_verify(public_key, message, signature) == (f[6] == "TRUE"));
    ++cases;
  }
  CHECK(cases >= 15);
}

TEST_CASE("secret keys: 1 to n-1 and nothing else") {
  Bytes order = from_hex(order_hex);
  Bytes last = order, over = order;
  --last.back();
  ++over.back();
  CHECK(error_code([&] { SecretKey::from(Bytes(32, 0)); }) == "key.invalid");
  CHECK(error_code([&] { SecretKey::from(order); }) == "key.invalid");
  CHECK(error_code([&] { SecretKey::from(over); }) == "key.invalid");
  CHECK(error_code([&] { SecretKey::from(Bytes(32, 0xff)); }) == "key.invalid");
  CHECK(error_code([&] { SecretKey::from(ByteView(last).first(31)); }) == "key.invalid");
  CHECK(error_code([&] { SecretKey::from(Bytes(33, 1)); }) == "key.invalid");
  CHECK(error_code([&] { SecretKey::from({}); }) == "key.invalid");
  CHECK(to_hex(small_secret(1).public_key()) == std::string("02") + generator_x);
  CHECK(to_hex(SecretKey::from(last).public_key()) == std::string("03") + generator_x);
  SecretKey moved = SecretKey::generate();
  SecretKey taken = std::move(moved);
  CHECK(error_code([&] { moved.public_key(); }) == "key.invalid");
  CHECK(error_code([&] { schnorr_sign(moved, {}, Bytes(32)); }) == "key.invalid");
  CHECK(error_code([&] { ecdsa_sign_der(moved, Bytes(32)); }) == "key.invalid");
  CHECK(taken.copy().public_key() == taken.public_key());
}

TEST_CASE("public keys: encodings") {
  Bytes generator = from_hex(std::string("02") + generator_x);
  PublicKey key = parse_public_key(generator);
  CHECK(to_hex(uncompressed(key)) == std::string("04") + generator_x + generator_y);
  CHECK(has_even_y(key));
  CHECK(to_hex(xonly(key)) == generator_x);
  CHECK(is_valid_public_key(uncompressed(key)));
  auto hybrid = uncompressed(key);
  hybrid[0] = 6;  // y is even
  CHECK(is_valid_public_key(hybrid));
  hybrid[0] = 7;
  CHECK(!is_valid_public_key(hybrid));
  CHECK(!is_valid_public_key({}));
  CHECK(!is_valid_public_key(ByteView(generator).first(32)));
  CHECK(error_code([&] { parse_public_key(uncompressed(key)); }) == "key.invalid");
  Bytes wrong_tag = generator;
  wrong_tag[0] = 4;
  CHECK(error_code([&] { parse_public_key(wrong_tag); }) == "key.invalid");
  Bytes off_curve = from_hex("020000000000000000000000000000000000000000000000000000000000000005");
  CHECK(error_code([&] { parse_public_key(off_curve); }) == "key.invalid");
  CHECK(error_code([&] { parse_xonly_key(ByteView(off_curve).subspan(1)); }) == "key.invalid");
  CHECK(error_code([&] { parse_xonly_key(generator); }) == "key.invalid");
  CHECK(error_code([&] { uncompressed(PublicKey{}); }) == "key.invalid");
  CHECK(!is_valid_xonly(Bytes(32, 0xff)));
  CHECK(!is_valid_xonly(Bytes(31, 1)));
}

TEST_CASE("x-only tweaks: public and secret sides agree") {
  for (int i = 0; i < 20; ++i) {
    SecretKey secret = SecretKey::generate();
    auto tweak = random_array<32>();
    XOnlyKey internal = xonly(secret.public_key());
    auto tweaked = xonly_tweak_add(internal, tweak);
    REQUIRE(tweaked);
    PublicKey from_secret = secret.xonly_tweak_add(tweak).public_key();
    CHECK(xonly(from_secret) == tweaked->key);
    CHECK(has_even_y(from_secret) == !tweaked->odd);
    CHECK(xonly_tweak_check(tweaked->key, tweaked->odd, internal, tweak));
    CHECK(!xonly_tweak_check(tweaked->key, !tweaked->odd, internal, tweak));
    tweak[31] ^= 1;
    CHECK(!xonly_tweak_check(tweaked->key, tweaked->odd, internal, tweak));
  }
}

TEST_CASE("x-only tweaks: not a scalar, infinity and wrong lengths") {
  XOnlyKey generator = parse_xonly_key(from_hex(generator_x));
  Bytes order = from_hex(order_hex), minus_one = order;
  --minus_one.back();
  CHECK(!xonly_tweak_add(generator, order));
  CHECK(!xonly_tweak_add(generator, minus_one));
  CHECK(error_code([&] { small_secret(1).xonly_tweak_add(minus_one); }) == "key.tweak");
  CHECK(error_code([&] { small_secret(1).xonly_tweak_add(order); }) == "key.tweak");
  CHECK(error_code([&] { xonly_tweak_add(generator, Bytes(31)); }) == "bytes.length");
  CHECK(error_code([&] { xonly_tweak_add(XOnlyKey{}, Bytes(32)); }) == "key.invalid");
  CHECK(!xonly_tweak_check(generator, false, generator, order));
  CHECK(!xonly_tweak_check({}, false, generator, Bytes(32)));
  CHECK(xonly_tweak_check(generator, false, generator, Bytes(32)));
}

TEST_CASE("Schnorr: every length of message, and arguments of a wrong length") {
  SecretKey secret = SecretKey::generate();
  XOnlyKey key = xonly(secret.public_key());
  for (std::size_t size : {0, 1, 32, 33, 1000}) {
    Bytes message(size, 3);
    SchnorrSignature signature = schnorr_sign(secret, message, random_array<32>());
    CHECK(schnorr_verify(key, message, signature));
    message.push_back(0);
    CHECK(!schnorr_verify(key, message, signature));
  }
  SchnorrSignature signature = schnorr_sign(secret, {}, Bytes(32));
  CHECK(!schnorr_verify(key, {}, signature.view().first(63)));
  CHECK(!schnorr_verify(key.view().first(31), {}, signature));
  CHECK(error_code([&] { schnorr_sign(secret, {}, {}); }) == "bytes.length");
}
