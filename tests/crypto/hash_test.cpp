#include "crypto/hash.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"

using namespace pegkit;
using namespace pegkit::crypto;

namespace {

std::string million_a() {
  return std::string(1'000'000, 'a');
}

}  // namespace

TEST_CASE("SHA-256: FIPS 180 examples") {
  CHECK(to_hex(sha256({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(to_hex(sha256(as_bytes("abc"))) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(to_hex(sha256(as_bytes(million_a()))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("double SHA-256 of the genesis block's header is its hash") {
  Bytes header = from_hex(
      "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f"
      "617fc8"
      "1bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c");
  Hash256 hash = sha256d(header);
  CHECK(to_hex(reversed(hash)) == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f");
  CHECK(Sha256().write(header).finish_double() == hash);
}

TEST_CASE("SHA-1 and RIPEMD-160: published examples") {
  CHECK(to_hex(sha1(as_bytes("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(to_hex(sha1({})) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(to_hex(ripemd160(as_bytes("abc"))) == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
  CHECK(to_hex(ripemd160({})) == "9c1185a5c5e9fc54612808977ee8f548b2258d31");
}

TEST_CASE("HASH160 of the generator is BIP173's key hash") {
  CHECK(to_hex(hash160(from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"))) ==
        "751e76e8199196d454941c45d1b3a323f1433bd6");
}

TEST_CASE("HMAC: RFC 4231 cases 2 and 6") {
  CHECK(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(to_hex(hmac_sha512(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaea"
        "b1a34d4a6b4b"
        "636e070a38bce737");
  Bytes key(131, 0xaa);
  CHECK(to_hex(hmac_sha256(key, as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(to_hex(hmac_sha256({}, {})) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("HKDF: RFC 5869 cases 1 and 3, and its bounds") {
  Bytes secret(22, 0x0b);
  CHECK(to_hex(hkdf_sha256(secret, from_hex("000102030405060708090a0b0c"), from_hex("f0f1f2f3f4f5f6f7f8f9"),
                           42)) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  CHECK(to_hex(hkdf_sha256(secret, {}, {}, 42)) ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  Bytes longest = hkdf_sha256(secret, {}, {}, 8160);
  CHECK(equal(ByteView(longest).first(42), hkdf_sha256(secret, {}, {}, 42)));
  CHECK_THROWS_AS(hkdf_sha256(secret, {}, {}, 8161), Error);
  CHECK_THROWS_AS(hkdf_sha256(secret, {}, {}, 0), Error);
}

TEST_CASE(
    "incremental SHA-256 agrees with one call wherever the message is cut, and copies keep a midstate") {
  Bytes data(200);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 7);
  Hash256 whole = sha256(data);
  for (std::size_t cut = 0; cut <= data.size(); ++cut) {
    Sha256 first;
    first.write(ByteView(data).first(cut));
    Sha256 copy = first;
    CHECK(copy.write(ByteView(data).subspan(cut)).finish() == whole);
    CHECK(first.finish() == sha256(ByteView(data).first(cut)));
  }
}

TEST_CASE("tagged hash: BIP340's definition") {
  Hash256 tag = sha256(as_bytes("TapLeaf"));
  Bytes message = to_bytes(tag);
  append(message, tag);
  append(message, as_bytes("script"));
  CHECK(tagged_hash("TapLeaf", as_bytes("script")) == sha256(message));
  CHECK(tagged("TapLeaf").write(as_bytes("scr")).write(as_bytes("ipt")).finish() == sha256(message));
}
