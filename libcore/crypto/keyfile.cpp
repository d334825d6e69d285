#include "crypto/keyfile.hpp"

#include <algorithm>
#include <sodium/utils.h>

#include "base/error.hpp"
#include "base/json.hpp"

namespace pegkit::crypto::keyfile {
namespace {

constexpr std::size_t secret_digits = 64;
constexpr std::size_t salt_size = 16;
constexpr std::size_t sealed_size = 24 + 32 + 16;

struct Encrypted {
  KdfCost cost;
  ByteArray<salt_size> salt;
  Bytes sealed;
};

struct Document {
  PublicKey public_key;
  std::optional<SecretBytes> secret;
  std::optional<Encrypted> encrypted;
};

/// Takes the string after `"secret":` out of the text and leaves the digit 0 in its place; empty when there
/// is no such string. A second secret, or a field name written with escapes, stays in the text: `read` then
/// refuses the document for its duplicate field or for a secret that is not all zeros.
SecretBytes take_digits(SecretBytes& text) {
  constexpr std::string_view name = "\"secret\"";
  std::string_view view = as_text(text.view());
  std::size_t at = view.find(name);
  if (at == view.npos) return {};
  at += name.size();
  for (char expected : {':', '"'}) {
    at = view.find_first_not_of(" \t\r\n", at);
    if (at == view.npos || view[at] != expected) return {};
    ++at;
  }
  std::span<std::uint8_t> digits = text.span().subspan(at, std::min(view.find('"', at), view.size()) - at);
  SecretBytes out = SecretBytes::copy_of(digits);
  std::ranges::fill(digits, '0');
  return out;
}

SecretBytes decode(const SecretBytes& digits) {
  SecretBytes out(32);
  std::size_t size = 0;
  if (digits.size() != secret_digits ||
      sodium_hex2bin(out.span().data(), out.size(), reinterpret_cast<const char*>(digits.view().data()),
                     digits.size(), nullptr, &size, nullptr) != 0 ||
      size != out.size())
    throw input_error("key.invalid", "a secret key is 64 hex digits").field("secret");
  return out;
}

Encrypted read_encrypted(const JsonField& field) {
  JsonObject object(field);
  auto expect_text = [&](std::string_view name, std::string_view text) {
    JsonField value = object.required(name);
    if (value.text() != text) value.fail("key.kdf", "only " + std::string(text) + " is supported");
  };
  auto bounded = [&](std::string_view name, std::uint64_t min, std::uint64_t max) {
    JsonField value = object.required(name);
    std::uint64_t number = value.u64();
    if (number < min || number > max)
      value.fail("key.kdf",
                 "the passphrase's cost is outside " + std::to_string(min) + " to " + std::to_string(max));
    return number;
  };
  Encrypted out;
  expect_text("kdf", "argon2id");
  out.cost.operations = bounded("operations", 1, max_kdf_cost.operations);
  out.cost.memory = bounded("memory", 8192, max_kdf_cost.memory);
  out.salt = object.required("salt").hex_array<salt_size>();
  expect_text("cipher", "xchacha20poly1305");
  out.sealed = to_bytes(object.required("sealed").hex_array<sealed_size>());
  object.done();
  return out;
}

Json parse_text(const SecretBytes& text) {
  try {
    return parse_json(as_text(text.view()), {.max_bytes = 1u << 20, .max_depth = 4});
  } catch (const Error& e) {
    // The parser's message quotes the text, and the file may be a secret in another format.
    throw Error(e.exit(), e.code(), "the key file is not a JSON document");
  }
}

Document read(const SecretBytes& content) {
  SecretBytes text = SecretBytes::copy_of(content.view());
  SecretBytes digits = take_digits(text);
  Json json = parse_text(text);
  JsonObject object = open_document(json, "key");
  Document out;
  JsonField public_key = object.required("public_key");
  out.public_key = public_key.at([&] { return parse_public_key(public_key.hex_array<33>()); });
  if (auto secret = object.optional("secret")) {
    if (!secret->json().is_string() || secret->text() != std::string(digits.size(), '0'))
      secret->fail("key.invalid", "a secret key is 64 hex digits");
    out.secret = decode(digits);
  }
  if (auto encrypted = object.optional("encrypted")) out.encrypted = read_encrypted(*encrypted);
  object.done();
  if (out.secret.has_value() == out.encrypted.has_value())
    throw input_error("key.invalid", "a key file has either 'secret' or 'encrypted'");
  return out;
}

SecretBytes decrypt(const Encrypted& encrypted, const PublicKey& public_key, const SecretBytes& passphrase) {
  SecretBytes key =
      argon2id(passphrase.view(), encrypted.salt, encrypted.cost.operations, encrypted.cost.memory);
  try {
    return aead_decrypt(key.view(), encrypted.sealed, public_key);
  } catch (const Error& e) {
    throw Error(e.exit(), e.code(), "the passphrase is wrong or the key file was changed");
  }
}

Json encrypt(const SecretKey& key, const PublicKey& public_key, ByteView passphrase, KdfCost cost) {
  auto salt = random_array<salt_size>();
  SecretBytes derived = argon2id(passphrase, salt, cost.operations, cost.memory);
  return {{"kdf", "argon2id"},
          {"operations", cost.operations},
          {"memory", cost.memory},
          {"salt", to_hex(salt)},
          {"cipher", "xchacha20poly1305"},
          {"sealed", to_hex(aead_encrypt(derived.view(), key.view(), public_key))}};
}

}  // namespace

SecretBytes make(const SecretKey& key, std::optional<ByteView> passphrase, KdfCost cost) {
  if (passphrase && passphrase->empty()) throw input_error("key.passphrase", "the passphrase is empty");
  PublicKey public_key = key.public_key();
  Json json = new_document("key");
  json["public_key"] = to_hex(public_key);
  if (passphrase) {
    json["encrypted"] = encrypt(key, public_key, *passphrase, cost);
    return SecretBytes::copy_of(as_bytes(json.dump() + "\n"));
  }
  const std::string place(secret_digits, '0');
  json["secret"] = place;
  std::string text = json.dump() + "\n";
  SecretBytes out = SecretBytes::copy_of(as_bytes(text));
  SecretBytes digits(secret_digits + 1);
  sodium_bin2hex(reinterpret_cast<char*>(digits.span().data()), digits.size(), key.view().data(),
                 key.view().size());
  std::ranges::copy(digits.view().first(secret_digits), out.span().begin() + text.rfind(place));
  return out;
}

SecretKey open(const SecretBytes& content, const std::function<SecretBytes()>& passphrase) {
  Document document = read(content);
  SecretBytes secret = document.encrypted ? decrypt(*document.encrypted, document.public_key, passphrase())
                                          : std::move(*document.secret);
  SecretKey key = SecretKey::from(secret.view());
  if (key.public_key() != document.public_key)
    throw input_error("key.mismatch", "the secret key and the public key of the file do not belong together")
        .field("public_key");
  return key;
}

bool is_encrypted(const SecretBytes& content) {
  return read(content).encrypted.has_value();
}

PublicKey stated_public_key(const SecretBytes& content) {
  return read(content).public_key;
}

}  // namespace pegkit::crypto::keyfile
