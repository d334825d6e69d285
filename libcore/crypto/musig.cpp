#include "crypto/musig.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_musig.h>

#include "base/error.hpp"
#include "crypto/arguments.hpp"
#include "crypto/secp_context.hpp"
#include "crypto/secret.hpp"

namespace pegkit::crypto {
namespace {

const secp256k1_context* public_context() {
  return secp256k1_context_static;
}

/// The address of a 32-byte argument; null when it is empty.
const std::uint8_t* optional32(ByteView data) {
  if (data.empty()) return nullptr;
  expect_length(data, 32);
  return data.data();
}

bool parse(secp256k1_pubkey& out, const PublicKey& key) {
  return secp256k1_ec_pubkey_parse(public_context(), &out, key.bytes.data(), key.bytes.size());
}

template <class T>
std::vector<const T*> pointers(const std::vector<T>& values) {
  std::vector<const T*> out;
  out.reserve(values.size());
  for (const T& value : values) out.push_back(&value);
  return out;
}

}  // namespace

struct KeyAgg::Impl {
  secp256k1_musig_keyagg_cache cache;
};

struct SecretNonce::Impl {
  SecretBytes memory{sizeof(secp256k1_musig_secnonce)};
  secp256k1_musig_pubnonce pub;

  secp256k1_musig_secnonce* secret() {
    return reinterpret_cast<secp256k1_musig_secnonce*>(memory.span().data());
  }
};

struct MusigSession::Impl {
  secp256k1_musig_session session;
};

void key_sort(std::vector<PublicKey>& keys) {
  std::ranges::sort(keys, [](const PublicKey& a, const PublicKey& b) { return a.bytes < b.bytes; });
}

KeyAgg::KeyAgg(const std::vector<PublicKey>& keys) : keys_(keys), impl_(std::make_unique<Impl>()) {
  if (keys.empty()) throw input_error("musig.keys", "there is no key to aggregate");
  std::vector<secp256k1_pubkey> parsed(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!parse(parsed[i], keys[i]))
      throw input_error("key.invalid", fmt::format("key {} is not a point on the curve", i))
          .field(fmt::format("keys[{}]", i));
  if (!secp256k1_musig_pubkey_agg(public_context(), nullptr, &impl_->cache, pointers(parsed).data(),
                                  parsed.size()))
    throw input_error("musig.keys", "the keys cannot be aggregated");
}

KeyAgg::KeyAgg(const KeyAgg& other) : keys_(other.keys_), impl_(std::make_unique<Impl>(*other.impl_)) {}

KeyAgg& KeyAgg::operator=(const KeyAgg& other) {
  keys_ = other.keys_;
  *impl_ = *other.impl_;
  return *this;
}

KeyAgg::~KeyAgg() = default;

PublicKey KeyAgg::aggregate() const {
  secp256k1_pubkey key;
  PublicKey out;
  std::size_t size = out.bytes.size();
  if (!secp256k1_musig_pubkey_get(public_context(), &key, &impl_->cache) ||
      !secp256k1_ec_pubkey_serialize(public_context(), out.bytes.data(), &size, &key,
                                     SECP256K1_EC_COMPRESSED))
    throw input_error("musig.keys", "the keys add up to the point at infinity");
  return out;
}

void KeyAgg::tweak_plain(ByteView tweak32) {
  expect_length(tweak32, 32);
  Impl tweaked = *impl_;
  if (!secp256k1_musig_pubkey_ec_tweak_add(public_context(), nullptr, &tweaked.cache, tweak32.data()))
    throw input_error("musig.tweak", "a tweak is not below the group order, or gives the point at infinity");
  *impl_ = tweaked;
}

void KeyAgg::tweak_xonly(ByteView tweak32) {
  expect_length(tweak32, 32);
  Impl tweaked = *impl_;
  if (!secp256k1_musig_pubkey_xonly_tweak_add(public_context(), nullptr, &tweaked.cache, tweak32.data()))
    throw input_error("musig.tweak", "a tweak is not below the group order, or gives the point at infinity");
  *impl_ = tweaked;
}

SecretNonce::SecretNonce(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SecretNonce::SecretNonce(SecretNonce&&) noexcept = default;
SecretNonce& SecretNonce::operator=(SecretNonce&&) noexcept = default;
SecretNonce::~SecretNonce() = default;

NoncePair nonce_gen(std::span<std::uint8_t> session_random32, const SecretKey* secret,
                    const PublicKey& signer, ByteView message32_or_empty, const KeyAgg* keyagg,
                    ByteView extra32_or_empty) {
  expect_length(session_random32, 32);
  if (secret) expect_length(secret->view(), 32);
  if (std::ranges::all_of(session_random32, [](std::uint8_t byte) { return byte == 0; }))
    throw refused("musig.random", "the session randomness is all zero, as it is after use");
  secp256k1_pubkey key;
  if (!parse(key, signer)) throw input_error("key.invalid", "the signer's key is not a point on the curve");
  auto impl = std::make_unique<SecretNonce::Impl>();
  PubNonce pub;
  if (!secp256k1_musig_nonce_gen(secret_context(), impl->secret(), &impl->pub, session_random32.data(),
                                 secret ? secret->view().data() : nullptr, &key,
                                 optional32(message32_or_empty), keyagg ? &keyagg->impl().cache : nullptr,
                                 optional32(extra32_or_empty)) ||
      !secp256k1_musig_pubnonce_serialize(public_context(), pub.bytes.data(), &impl->pub))
    throw Error(Exit::bug, "musig.nonce_failed", "a nonce could not be made");
  wipe(session_random32);
  return {SecretNonce(std::move(impl)), pub};
}

AggNonce nonce_agg(const std::vector<PubNonce>& nonces) {
  if (nonces.empty()) throw input_error("musig.nonce", "there is no nonce to aggregate");
  std::vector<secp256k1_musig_pubnonce> parsed(nonces.size());
  for (std::size_t i = 0; i < nonces.size(); ++i)
    if (!secp256k1_musig_pubnonce_parse(public_context(), &parsed[i], nonces[i].bytes.data()))
      throw input_error("musig.nonce", fmt::format("public nonce {} is not two points on the curve", i))
          .field(fmt::format("nonces[{}]", i));
  secp256k1_musig_aggnonce sum;
  AggNonce out;
  if (!secp256k1_musig_nonce_agg(public_context(), &sum, pointers(parsed).data(), parsed.size()) ||
      !secp256k1_musig_aggnonce_serialize(public_context(), out.bytes.data(), &sum))
    throw Error(Exit::bug, "musig.nonce_failed", "the nonces could not be aggregated");
  return out;
}

MusigSession::MusigSession(const KeyAgg& keyagg, const AggNonce& aggnonce, ByteView message32)
    : impl_(std::make_unique<Impl>()), keyagg_(keyagg) {
  expect_length(message32, 32);
  secp256k1_musig_aggnonce parsed;
  if (!secp256k1_musig_aggnonce_parse(public_context(), &parsed, aggnonce.bytes.data()))
    throw input_error("musig.nonce", "the aggregate nonce is not two points");
  if (!secp256k1_musig_nonce_process(public_context(), &impl_->session, &parsed, message32.data(),
                                     &keyagg_.impl().cache))
    throw Error(Exit::bug, "musig.session", "the session could not be started");
}

MusigSession::~MusigSession() = default;
MusigSession::MusigSession(MusigSession&&) noexcept = default;

PartialSignature MusigSession::sign(SecretNonce nonce, const SecretKey& secret) const {
  if (nonce.spent()) throw Error(Exit::bug, "musig.sign_failed", "the nonce was consumed before");
  SecretNonce::Impl& secnonce = nonce.impl();
  PublicKey signer = secret.public_key();
  if (std::ranges::find(keyagg_.keys(), signer) == keyagg_.keys().end())
    throw input_error("musig.sign", "the secret key belongs to none of the signers");
  secp256k1_keypair keypair;
  secp256k1_musig_partial_sig signature;
  bool made = secp256k1_keypair_create(secret_context(), &keypair, secret.view().data()) &&
              secp256k1_musig_partial_sign(secret_context(), &signature, secnonce.secret(), &keypair,
                                           &keyagg_.impl().cache, &impl_->session);
  wipe(keypair.data);
  if (!made) throw input_error("musig.sign", "the nonce was made for another key or is spent");
  secp256k1_pubkey key;
  PartialSignature out;
  if (!parse(key, signer) ||
      !secp256k1_musig_partial_sig_verify(public_context(), &signature, &secnonce.pub, &key,
                                          &keyagg_.impl().cache, &impl_->session) ||
      !secp256k1_musig_partial_sig_serialize(public_context(), out.bytes.data(), &signature))
    throw Error(Exit::bug, "musig.sign_failed", "a partial signature just made does not verify");
  return out;
}

bool MusigSession::verify(const PartialSignature& partial, const PubNonce& nonce,
                          const PublicKey& signer) const {
  secp256k1_musig_partial_sig signature;
  secp256k1_musig_pubnonce pub;
  secp256k1_pubkey key;
  return std::ranges::find(keyagg_.keys(), signer) != keyagg_.keys().end() && parse(key, signer) &&
         secp256k1_musig_partial_sig_parse(public_context(), &signature, partial.bytes.data()) &&
         secp256k1_musig_pubnonce_parse(public_context(), &pub, nonce.bytes.data()) &&
         secp256k1_musig_partial_sig_verify(public_context(), &signature, &pub, &key, &keyagg_.impl().cache,
                                            &impl_->session);
}

SchnorrSignature MusigSession::combine(const std::vector<PartialSignature>& partials) const {
  if (partials.empty()) throw input_error("musig.partial", "there is no partial signature");
  std::vector<secp256k1_musig_partial_sig> parsed(partials.size());
  for (std::size_t i = 0; i < partials.size(); ++i)
    if (!secp256k1_musig_partial_sig_parse(public_context(), &parsed[i], partials[i].bytes.data()))
      throw input_error("musig.partial", fmt::format("partial signature {} is not below the group order", i))
          .field(fmt::format("partials[{}]", i));
  SchnorrSignature out;
  if (!secp256k1_musig_partial_sig_agg(public_context(), out.bytes.data(), &impl_->session,
                                       pointers(parsed).data(), parsed.size()))
    throw Error(Exit::bug, "musig.partial_failed", "the partial signatures could not be added");
  return out;
}

}  // namespace pegkit::crypto
