#include <doctest/doctest.h>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/keys.hpp"

using namespace pegkit;
using namespace pegkit::crypto;

namespace {

constexpr const char* order_hex = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";

struct Signed {
  PublicKey key;
  Hash256 hash;
  Bytes r, s;  // 32 bytes each, low s
};

Signed make() {
  SecretKey secret = SecretKey::generate();
  Hash256 hash = sha256(random_array<32>());
  RecoverableSignature signature = ecdsa_sign_recoverable(secret, hash);
  return {secret.public_key(), hash, to_bytes(signature.r), to_bytes(signature.s)};
}

Bytes negated(const Bytes& s) {
  Bytes out = from_hex(order_hex);
  int borrow = 0;
  for (int i = 31; i >= 0; --i) {
    int digit = out[i] - s[i] - borrow;
    borrow = digit < 0;
    out[i] = static_cast<std::uint8_t>(digit);
  }
  return out;
}

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (int value : values) out.push_back(static_cast<std::uint8_t>(value));
  return out;
}

Bytes integer(Bytes content, Bytes length = {}) {
  if (length.empty()) length = {static_cast<std::uint8_t>(content.size())};
  Bytes out{0x02};
  append(out, length);
  append(out, content);
  return out;
}

Bytes sequence(const Bytes& r, const Bytes& s, Bytes length = {}) {
  if (length.empty()) length = {static_cast<std::uint8_t>(r.size() + s.size())};
  Bytes out{0x30};
  append(out, length);
  append(out, r);
  append(out, s);
  return out;
}

Bytes padded(const Bytes& content, std::size_t zeros) {
  Bytes out(zeros, 0);
  append(out, content);
  return out;
}

}  // namespace

TEST_CASE("ECDSA: RFC 6979 with secp256k1, a known signature") {
  // Key 1, message "Satoshi Nakamoto": the value that the community's RFC 6979 vectors give.
  ByteArray<32> one{};
  one[31] = 1;
  Bytes der = ecdsa_sign_der(SecretKey::from(one), sha256(as_bytes("Satoshi Nakamoto")));
  CHECK(to_hex(der) ==
        "3045022100934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d802202442ce9d2b916064108014"
        "783e923ec36b"
        "49743e2ffa1c4496f01a512aafd9e5");
}

TEST_CASE("ECDSA: signatures verify with every encoding of the key, are low and DER") {
  for (int i = 0; i < 10; ++i) {
    SecretKey secret = SecretKey::generate();
    Hash256 hash = sha256(random_array<32>());
    Bytes der = ecdsa_sign_der(secret, hash);
    CHECK(is_low_s_der(der));
    CHECK(ecdsa_verify_lax(secret.public_key(), hash, der));
    auto full = uncompressed(secret.public_key());
    CHECK(ecdsa_verify_lax(full, hash, der));
    full[0] = full[64] & 1 ? 7 : 6;
    CHECK(ecdsa_verify_lax(full, hash, der));
    full[0] ^= 1;
    CHECK(!ecdsa_verify_lax(full, hash, der));
    hash[0] ^= 1;
    CHECK(!ecdsa_verify_lax(secret.public_key(), hash, der));
  }
}

TEST_CASE("ECDSA: a high s verifies and is not low") {
  Signed made = make();
  Bytes high = sequence(integer(padded(made.r, 1)), integer(padded(negated(made.s), 1)));
  CHECK(ecdsa_verify_lax(made.key, made.hash, high));
  CHECK(!is_low_s_der(high));
}

TEST_CASE("lax DER: what old blocks may hold is accepted") {
  Signed made = make();
  Bytes r = integer(made.r), s = integer(made.s);  // without the zero that strict DER wants before a high bit
  auto verifies = [&](const Bytes& der) {
    return ecdsa_verify_lax(made.key, made.hash, der) && is_low_s_der(der);
  };
  CHECK(verifies(sequence(r, s)));
  SUBCASE("a sequence length that is wrong") {
    CHECK(verifies(sequence(r, s, bytes({0}))));
    CHECK(verifies(sequence(r, s, bytes({0x7f}))));
  }
  SUBCASE("a sequence length of long form, whatever it says") {
    CHECK(verifies(sequence(r, s, bytes({0x80}))));
    CHECK(verifies(sequence(r, s, bytes({0x81, 0x44}))));
    CHECK(verifies(sequence(r, s, bytes({0x85, 0xff, 0xff, 0xff, 0xff, 0xff}))));
  }
  SUBCASE("integer lengths of long form with leading zeros") {
    CHECK(verifies(sequence(integer(made.r, bytes({0x81, 32})), s)));
    CHECK(verifies(sequence(integer(made.r, bytes({0x86, 0, 0, 0, 0, 0, 32})),
                            integer(made.s, bytes({0x83, 0, 0, 32})))));
  }
  SUBCASE("leading zeros of the numbers") {
    CHECK(verifies(sequence(integer(padded(made.r, 5)), integer(padded(made.s, 60)), bytes({0}))));
    Bytes long_s = padded(made.s, 300);
    CHECK(verifies(sequence(r, integer(long_s, bytes({0x82, 332 >> 8, 332 & 255})), bytes({0}))));
  }
  SUBCASE("bytes after the end") {
    Bytes der = sequence(r, s);
    append(der, Bytes(20, 0xee));
    CHECK(verifies(der));
  }
}

TEST_CASE("lax DER: what cannot be read is refused") {
  Signed made = make();
  Bytes r = integer(made.r), s = integer(made.s);
  auto verifies = [&](const Bytes& der) {
    return ecdsa_verify_lax(made.key, made.hash, der) || is_low_s_der(der);
  };
  Bytes good = sequence(r, s);
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK(!verifies(Bytes(good.begin(), good.begin() + size)));
  Bytes other_tag = good;
  other_tag[0] = 0x31;
  CHECK(!verifies(other_tag));
  other_tag = good;
  other_tag[2] = 0x03;
  CHECK(!verifies(other_tag));
  CHECK(!verifies(sequence(r, s, bytes({0xff}))));
  CHECK(!verifies(sequence(integer(made.r, bytes({0xff})), s)));
  CHECK(!verifies(sequence(integer(made.r, bytes({0x84, 1, 0, 0, 0})), s)));
  CHECK(!verifies(sequence(integer(made.r, bytes({0x83, 0xff, 0xff, 0xff})), s)));
}

TEST_CASE("lax DER: numbers out of range read as (0, 0): low, and valid for nothing") {
  Signed made = make();
  Bytes order = from_hex(order_hex);
  Bytes too_long = padded(made.r, 0);
  too_long.insert(too_long.begin(), 1);
  for (const Bytes& der :
       {sequence(integer(order), integer(made.s)), sequence(integer(made.r), integer(order)),
        sequence(integer(too_long), integer(made.s)),
        sequence(integer({}, bytes({0})), integer({}, bytes({0})))}) {
    CHECK(!ecdsa_verify_lax(made.key, made.hash, der));
    CHECK(is_low_s_der(der));
  }
}

TEST_CASE("ECDSA verification never throws on wrong lengths") {
  Signed made = make();
  Bytes der = sequence(integer(made.r), integer(made.s));
  CHECK(!ecdsa_verify_lax({}, made.hash, der));
  CHECK(!ecdsa_verify_lax(made.key.view().first(32), made.hash, der));
  CHECK(!ecdsa_verify_lax(made.key, ByteView(made.hash).first(31), der));
  CHECK(!ecdsa_verify_lax(made.key, made.hash, {}));
  CHECK_THROWS_AS(ecdsa_sign_der(SecretKey::generate(), Bytes(31)), Error);
}

TEST_CASE("recoverable signatures: the same r and s as DER's") {
  SecretKey secret = SecretKey::generate();
  Hash256 hash = sha256(as_bytes("message"));
  RecoverableSignature signature = ecdsa_sign_recoverable(secret, hash);
  CHECK((signature.recovery_id == 0 || signature.recovery_id == 1));
  Bytes der = sequence(integer(to_bytes(signature.r)), integer(to_bytes(signature.s)));
  CHECK(ecdsa_verify_lax(secret.public_key(), hash, der));
  CHECK(is_low_s_der(der));
}
