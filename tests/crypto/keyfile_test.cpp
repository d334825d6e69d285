#include "crypto/keyfile.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "base/json.hpp"
#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using pegkit::test::error_code;

namespace {

constexpr keyfile::KdfCost cheap{1, 8192};
constexpr const char* generator = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
constexpr const char* one = "0000000000000000000000000000000000000000000000000000000000000001";

SecretBytes text(std::string_view document) {
  return SecretBytes::copy_of(as_bytes(document));
}

SecretBytes nobody() {
  FAIL("a passphrase was asked");
  return {};
}

SecretKey open_text(std::string_view document) {
  return keyfile::open(text(document), nobody);
}

std::string clear(const std::string& public_key, const std::string& secret) {
  return R"({"type":"pegkit/key","version":1,"public_key":")" + public_key + R"(","secret":")" + secret +
         "\"}";
}

Json encrypted_json() {
  static const SecretBytes made = keyfile::make(SecretKey::from(from_hex(one)), as_bytes("horse"), cheap);
  return parse_json(as_text(made.view()));
}

std::string open_json(const Json& document, std::string_view passphrase = "horse") {
  return error_code([&] { keyfile::open(text(document.dump()), [&] { return text(passphrase); }); });
}

}  // namespace

TEST_CASE("a key in the clear: exactly this text, and back") {
  SecretBytes made = keyfile::make(SecretKey::from(from_hex(one)));
  CHECK(as_text(made.view()) == clear(generator, one) + "\n");
  CHECK(!keyfile::is_encrypted(made));
  CHECK(to_hex(keyfile::stated_public_key(made)) == generator);
  for (int i = 0; i < 10; ++i) {
    SecretKey key = SecretKey::generate();
    CHECK(equal(keyfile::open(keyfile::make(key), nobody).view(), key.view()));
  }
}

TEST_CASE("a key in the clear with white space, other order and upper case is the same key") {
  std::string document =
      "{\n \"secret\" :\t\"" + std::string(62, '0') +
      "0A\",\n \"version\": 1, \"type\": \"pegkit/key\",\n"
      " \"public_key\": \"03A0434D9E47F3C86235477C7B1AE6AE5D3442D49B1943C2B752A68E2A47E247C7\"}\n";
  SecretKey key = open_text(document);
  CHECK(key.view()[31] == 10);
}

TEST_CASE("an encrypted key: the right passphrase opens it, another does not") {
  SecretKey key = SecretKey::generate();
  SecretBytes made = keyfile::make(key, as_bytes("correct horse"), cheap);
  CHECK(keyfile::is_encrypted(made));
  CHECK(keyfile::stated_public_key(made) == key.public_key());
  CHECK(as_text(made.view()).find(to_hex(key.view())) == std::string_view::npos);
  CHECK(equal(keyfile::open(made, [] { return text("correct horse"); }).view(), key.view()));
  CHECK(error_code([&] { keyfile::open(made, [] { return text("correct house"); }); }) == "secret.decrypt");
  CHECK(error_code([&] { keyfile::open(made, [] { return SecretBytes(); }); }) == "secret.decrypt");
  CHECK(error_code([&] { keyfile::make(key, as_bytes(""), cheap); }) == "key.passphrase");
}

TEST_CASE("an encrypted key that was changed is refused") {
  CHECK(open_json(encrypted_json()) == "");
  for (const char* name : {"salt", "sealed"}) {
    Json changed = encrypted_json();
    std::string hex = changed["encrypted"][name];
    for (std::size_t i : {std::size_t{0}, hex.size() / 2, hex.size() - 1}) {
      std::string other = hex;
      other[i] = other[i] == '0' ? '1' : '0';
      changed["encrypted"][name] = other;
      CHECK(open_json(changed) == "secret.decrypt");
    }
    changed["encrypted"][name] = hex.substr(2);
    CHECK(open_json(changed) == "hex.length");
  }
  Json changed = encrypted_json();
  changed["public_key"] = "02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5";
  CHECK(open_json(changed) == "secret.decrypt");
}

TEST_CASE("an encrypted key may not ask for more than the bounds") {
  auto with = [](const char* name, Json value) {
    Json changed = encrypted_json();
    changed["encrypted"][name] = std::move(value);
    return open_json(changed);
  };
  CHECK(with("operations", 17) == "key.kdf");
  CHECK(with("operations", 0) == "key.kdf");
  CHECK(with("operations", -1) == "json.range");
  CHECK(with("operations", "1") == "json.type");
  CHECK(with("memory", (1 << 30) + 1) == "key.kdf");
  CHECK(with("memory", std::uint64_t{1} << 63) == "key.kdf");
  CHECK(with("memory", 8191) == "key.kdf");
  CHECK(with("kdf", "scrypt") == "key.kdf");
  CHECK(with("cipher", "none") == "key.kdf");
  CHECK(with("extra", 1) == "json.unknown");
}

TEST_CASE("documents of another shape are refused without showing what they hold") {
  CHECK(error_code([] { open_text(clear(generator, std::string(63, '0') + "2")); }) == "key.mismatch");
  CHECK(error_code([] { open_text(clear(generator, std::string(64, '0'))); }) == "key.invalid");
  CHECK(error_code([] { open_text(clear(generator, std::string(64, 'f'))); }) == "key.invalid");
  CHECK(error_code([] { open_text(clear(generator, std::string(62, '0'))); }) == "key.invalid");
  CHECK(error_code([] { open_text(clear(generator, std::string(66, '0'))); }) == "key.invalid");
  CHECK(error_code([] { open_text(clear(generator, std::string(63, '0') + "g")); }) == "key.invalid");
  CHECK(error_code([] { open_text(clear(generator, "")); }) == "key.invalid");
  CHECK(error_code([] { open_text(clear("02" + std::string(63, '0') + "5", one)); }) == "key.invalid");
  CHECK(error_code([] { open_text(clear("02", one)); }) == "hex.length");
  std::string document = clear(generator, one);
  std::string base = document.substr(0, document.size() - 1);
  CHECK(error_code([&] { open_text(base + R"(,"secret":")" + one + "\"}"); }) == "json.duplicate");
  CHECK(error_code([&] {
          open_text(base + R"(,"encrypted":)" + encrypted_json()["encrypted"].dump() + "}");
        }) == "key.invalid");
  CHECK(error_code([&] { open_text(base + R"(,"more":1})"); }) == "json.unknown");
  CHECK(error_code([&] { open_text(document + "x"); }) == "json.syntax");
  CHECK(error_code([&] {
          open_text(R"({"type":"pegkit/key","version":1,"public_key":")" + std::string(generator) + "\"}");
        }) == "key.invalid");
  CHECK(error_code([&] {
          open_text(R"({"type":"pegkit/key","version":1,"public_key":")" + std::string(generator) +
                    R"(","s\u0065cret":")" + one + "\"}");
        }) == "key.invalid");
  CHECK(error_code([] { open_text(R"({"type":"pegkit/key","version":1,"secret":5})"); }) == "json.missing");
  CHECK(error_code([] { open_text(R"({"type":"pegkit/key","version":2})"); }) == "document.version");
  CHECK(error_code([] { open_text(R"({"type":"pegkit/params","version":1})"); }) == "document.type");
  CHECK(error_code([] { open_text(R"({"secret")"); }) == "json.syntax");
  CHECK(error_code([] { open_text(R"({"secret":")"); }) == "json.syntax");
  CHECK(error_code([] { keyfile::open(SecretBytes(), nobody); }) == "json.empty");
}

TEST_CASE("no error quotes a key that came in another format") {
  const std::string hex(64, 'e');
  for (const std::string& content :
       {hex, "\"" + hex + "\"", "{\"key\" \"" + hex + "\"}", "{\"secret\":\"" + hex}) {
    Error error = test::thrown([&] { open_text(content); }).value();
    CHECK((error.message() + error.field() + error.hint()).find("eeee") == std::string::npos);
  }
}
