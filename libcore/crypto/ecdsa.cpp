#include <algorithm>
#include <optional>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include "base/error.hpp"
#include "crypto/arguments.hpp"
#include "crypto/keys.hpp"
#include "crypto/secp_context.hpp"

namespace pegkit::crypto {
namespace {

void check_signing_input(const SecretKey& key, ByteView hash32) {
  if (key.view().size() != 32) throw input_error("key.invalid", "a secret key is empty");
  expect_length(hash32, 32);
}

Error sign_failed() {
  return {Exit::bug, "key.sign", "an ECDSA signature could not be made"};
}

void check_made(const secp256k1_ecdsa_signature& signature, const SecretKey& key, ByteView hash32) {
  secp256k1_pubkey own;
  if (!secp256k1_ec_pubkey_create(secret_context(), &own, key.view().data()) ||
      !secp256k1_ecdsa_verify(secp256k1_context_static, &signature, hash32.data(), &own))
    throw Error(Exit::bug, "key.signature", "a signature just made does not verify");
}

/// Reads signatures as loosely as OpenSSL once did: consensus still does so for old blocks.
class LaxReader {
 public:
  explicit LaxReader(ByteView rest) : rest_(rest) {}

  /// Reads the SEQUENCE tag and its length, in any form. The length's value is ignored.
  bool sequence() {
    if (!take(0x30) || rest_.empty()) return false;
    std::size_t first = next();
    if (first < 0x80) return true;
    std::size_t octets = first - 0x80;
    if (octets > rest_.size()) return false;
    rest_ = rest_.subspan(octets);
    return true;
  }

  /// Reads an INTEGER and gives its content without leading zeros.
  std::optional<ByteView> integer() {
    if (!take(0x02)) return std::nullopt;
    std::optional<std::size_t> size = length();
    if (!size || *size > rest_.size()) return std::nullopt;
    ByteView content = rest_.first(*size);
    rest_ = rest_.subspan(*size);
    while (!content.empty() && content.front() == 0) content = content.subspan(1);
    return content;
  }

 private:
  std::uint8_t next() {
    std::uint8_t byte = rest_.front();
    rest_ = rest_.subspan(1);
    return byte;
  }

  bool take(std::uint8_t tag) { return !rest_.empty() && next() == tag; }

  /// Reads a length in short form, or in long form with any number of zeros before up to three octets.
  std::optional<std::size_t> length() {
    if (rest_.empty()) return std::nullopt;
    std::size_t first = next();
    if (first < 0x80) return first;
    std::size_t octets = first - 0x80;
    if (octets > rest_.size()) return std::nullopt;
    for (; octets > 0 && rest_.front() == 0; --octets) next();
    if (octets > 3) return std::nullopt;
    std::size_t value = 0;
    for (; octets > 0; --octets) value = value << 8 | next();
    return value;
  }

  ByteView rest_;
};

/// Parses a signature; nullopt when it is not even lax DER. An r or s out of range gives the signature (0,
/// 0), which verifies under no key.
std::optional<secp256k1_ecdsa_signature> parse_lax(ByteView der) {
  LaxReader reader(der);
  if (!reader.sequence()) return std::nullopt;
  auto r = reader.integer();
  if (!r) return std::nullopt;
  auto s = reader.integer();
  if (!s) return std::nullopt;
  ByteArray<64> compact{};
  if (r->size() <= 32 && s->size() <= 32) {
    std::ranges::copy(*r, compact.begin() + 32 - r->size());
    std::ranges::copy(*s, compact.begin() + 64 - s->size());
  }
  secp256k1_ecdsa_signature out;
  if (!secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &out, compact.data())) {
    compact.fill(0);
    if (!secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static, &out, compact.data()))
      return std::nullopt;
  }
  return out;
}

}  // namespace

Bytes ecdsa_sign_der(const SecretKey& key, ByteView hash32) {
  check_signing_input(key, hash32);
  secp256k1_ecdsa_signature signature;
  if (!secp256k1_ecdsa_sign(secret_context(), &signature, hash32.data(), key.view().data(), nullptr, nullptr))
    throw sign_failed();
  check_made(signature, key, hash32);
  Bytes der(72);
  std::size_t size = der.size();
  if (!secp256k1_ecdsa_signature_serialize_der(secp256k1_context_static, der.data(), &size, &signature))
    throw sign_failed();
  der.resize(size);
  return der;
}

bool ecdsa_verify_lax(ByteView public_key, ByteView hash32, ByteView der_signature) {
  secp256k1_pubkey key;
  if (hash32.size() != 32 || (public_key.size() != 33 && public_key.size() != 65) ||
      !secp256k1_ec_pubkey_parse(secp256k1_context_static, &key, public_key.data(), public_key.size()))
    return false;
  auto signature = parse_lax(der_signature);
  if (!signature) return false;
  secp256k1_ecdsa_signature_normalize(secp256k1_context_static, &*signature, &*signature);
  return secp256k1_ecdsa_verify(secp256k1_context_static, &*signature, hash32.data(), &key);
}

bool is_low_s_der(ByteView der_signature) {
  auto signature = parse_lax(der_signature);
  return signature && !secp256k1_ecdsa_signature_normalize(secp256k1_context_static, nullptr, &*signature);
}

RecoverableSignature ecdsa_sign_recoverable(const SecretKey& key, ByteView hash32) {
  check_signing_input(key, hash32);
  secp256k1_ecdsa_recoverable_signature recoverable;
  if (!secp256k1_ecdsa_sign_recoverable(secret_context(), &recoverable, hash32.data(), key.view().data(),
                                        nullptr, nullptr))
    throw sign_failed();
  secp256k1_ecdsa_signature plain;
  secp256k1_ecdsa_recoverable_signature_convert(secp256k1_context_static, &plain, &recoverable);
  check_made(plain, key, hash32);
  ByteArray<64> compact;
  RecoverableSignature out;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(secp256k1_context_static, compact.data(),
                                                          &out.recovery_id, &recoverable);
  // Recovery ids 2 and 3 stand for an r at or above the group order. A transaction cannot express them, and
  // they occur with probability about 2^-127.
  if (out.recovery_id > 1) throw sign_failed();
  std::copy_n(compact.begin(), 32, out.r.begin());
  std::copy_n(compact.begin() + 32, 32, out.s.begin());
  return out;
}

}  // namespace pegkit::crypto
