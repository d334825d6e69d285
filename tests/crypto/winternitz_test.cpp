#include "crypto/winternitz.hpp"

#include <doctest/doctest.h>

#include "base/files.hpp"
#include "base/json.hpp"
#include "support/errors.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using pegkit::test::error_code;

namespace {

Bytes message_of(std::size_t size, std::uint8_t start) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(start + 37 * i);
  return out;
}

OtsSecret secret_of(std::uint8_t fill) {
  return OtsSecret::from(Bytes(20, fill));
}

}  // namespace

TEST_CASE("one-time keys and signatures are BitVM's" * pegkit::test::needs_vectors) {
  auto path = test::vectors_path("bridge/bitvm-winternitz.json");
  Bytes text = read_file(path);
  Json cases = parse_json(as_text(text));
  REQUIRE(cases.size() == 21);
  for (const Json& c : cases) {
    Bytes message = from_hex(c.at("message").get<std::string>());
    CAPTURE(to_hex(message));
    OtsSecret secret = OtsSecret::from(from_hex(c.at("secretKey").get<std::string>()));
    OtsPublicKey key = ots_public_key(secret, message.size());
    OtsSignature signature = ots_sign(secret, message);
    REQUIRE(key.hashes.size() == c.at("publicKey").size());
    REQUIRE(signature.digits.size() == c.at("signature").size());
    REQUIRE(signature.digits.size() == c.at("compact_signature").size());
    std::vector<Hash160> hashes;
    for (std::size_t i = 0; i < key.hashes.size(); ++i) {
      const OtsDigit& digit = signature.digits[i];
      CHECK(to_hex(key.hashes[i]) == c.at("publicKey")[i]);
      CHECK(to_hex(digit.hash) + to_hex(ByteArray<1>{digit.digit}) == c.at("signature")[i]);
      CHECK(to_hex(digit.hash) == c.at("compact_signature")[i]);
      hashes.push_back(digit.hash);
    }
    CHECK(ots_verify(key, signature) == message);
    CHECK(ots_find_digits(key, hashes) == signature);
  }
}

TEST_CASE("digits: bytes from the last, high half first, then the checksum") {
  CHECK(ots_digits(from_hex("0416e38a")) == std::vector<std::uint8_t>{8, 10, 14, 3, 1, 6, 0, 4, 4, 10});
  CHECK(ots_digits(from_hex("00")) == std::vector<std::uint8_t>{0, 0, 1, 14});
  CHECK(ots_digits(Bytes(64, 0xff)).size() == 131);
  for (std::size_t size : {1u, 2u, 4u, 8u}) CHECK(ots_checksum_digits(size) == 2);
  for (std::size_t size : {9u, 16u, 32u, 64u}) CHECK(ots_checksum_digits(size) == 3);
  for (std::size_t size = 1; size <= max_ots_bytes; ++size) {
    CHECK(ots_message_bytes(ots_digit_count(size)) == size);
    Bytes message = message_of(size, static_cast<std::uint8_t>(size));
    CHECK(ots_message(ots_digits(message)) == message);
  }
  CHECK(!ots_message_bytes(0));
  CHECK(!ots_message_bytes(5));
  CHECK(!ots_message_bytes(133));
  CHECK(error_code([] { ots_digits({}); }) == "ots.length");
  CHECK(error_code([] { ots_digits(Bytes(65)); }) == "ots.length");
  CHECK(error_code([] { ots_public_key(secret_of(1), 0); }) == "ots.length");
}

TEST_CASE("whatever is altered, nothing else is signed") {
  for (std::size_t size : {1u, 4u, 9u, 32u}) {
    CAPTURE(size);
    OtsSecret secret = secret_of(7);
    OtsPublicKey key = ots_public_key(secret, size);
    OtsSignature good = ots_sign(secret, message_of(size, 3));
    for (std::size_t i = 0; i < good.digits.size(); ++i) {
      CAPTURE(i);
      OtsSignature bad = good;
      bad.digits[i].hash[5] ^= 1;
      CHECK(!ots_verify(key, bad));
      for (int step : {1, -1, 16}) {
        bad = good;
        bad.digits[i].digit = static_cast<std::uint8_t>(bad.digits[i].digit + step);
        CHECK(!ots_verify(key, bad));
        // With the hash that belongs to the digit: the checksum is wrong.
        if (step != 1 || bad.digits[i].digit > ots_top_digit) continue;
        bad.digits[i].hash = hash160(bad.digits[i].hash);
        CHECK(!ots_verify(key, bad));
      }
    }
    OtsSignature shorter = good;
    shorter.digits.pop_back();
    CHECK(!ots_verify(key, shorter));
    CHECK(!ots_verify(ots_public_key(secret_of(8), size), good));
  }
}

TEST_CASE("hashes that belong to no signature give no digits") {
  OtsSecret secret = secret_of(9);
  OtsPublicKey key = ots_public_key(secret, 4);
  OtsSignature signature = ots_sign(secret, from_hex("01020304"));
  std::vector<Hash160> hashes;
  for (const auto& digit : signature.digits) hashes.push_back(digit.hash);
  REQUIRE(ots_find_digits(key, hashes) == signature);
  auto bad = hashes;
  bad[3] = hash160(bad[3]);  // a larger digit, and the checksum as before
  CHECK(!ots_find_digits(key, bad));
  bad = hashes;
  bad[0][0] ^= 1;
  CHECK(!ots_find_digits(key, bad));
  bad.pop_back();
  CHECK(!ots_find_digits(key, bad));
}

TEST_CASE("secrets are derived by seed, context and index") {
  auto seed = SecretKey::from(from_hex(std::string(63, '0') + "1"));
  auto other = SecretKey::from(from_hex(std::string(63, '0') + "2"));
  auto hex = [](const OtsSecret& secret) { return to_hex(secret.view()); };
  std::string one = hex(OtsSecret::derive(seed, "a", 0));
  CHECK(one == hex(OtsSecret::derive(seed, "a", 0)));
  CHECK(one.size() == 40);
  CHECK(one != hex(OtsSecret::derive(other, "a", 0)));
  CHECK(one != hex(OtsSecret::derive(seed, "a", 1)));
  CHECK(one != hex(OtsSecret::derive(seed, std::string_view("a\0", 2), 0)));
  Bytes info = from_hex(
      "0100000061"
      "0000000000000000");
  CHECK(one == to_hex(hkdf_sha256(seed.view(), as_bytes("pegkit/ots"), info, 20)));
  CHECK(error_code([] { OtsSecret::from(Bytes(19)); }) == "bytes.length");
}

TEST_CASE("a public key in bytes") {
  OtsPublicKey key = ots_public_key(secret_of(1), 16);
  CHECK(key.message_bytes() == 16);
  CHECK(key.bytes().size() == 35 * 20);
  CHECK(OtsPublicKey::from(key.bytes()) == key);
  for (std::size_t size : {0u, 1u, 20u, 99u, 101u, 133u * 20u})
    CHECK(error_code([&] { OtsPublicKey::from(Bytes(size)); }) == "ots.length");
}
