#include "signing/musig_round.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "crypto/hash.hpp"
#include "signing/request.hpp"

namespace pegkit::signing {
namespace {

using crypto::SecretBytes;

ByteArray<4> big_endian(std::size_t value) {
  ByteArray<4> out;
  for (int i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  return out;
}

}  // namespace

// --- Nonces of all signers

NonceSet::NonceSet(const RoundRequest& request)
    : request_(request),
      session_(request.session()),
      documents_(request.key_set.keys.size()),
      missing_(documents_.size()) {}

void NonceSet::add(NonceDocument document) {
  const KeySet& keys = request_.key_set;
  std::size_t place = request_.require_signer(document.signer);
  auto fail = [&](const char* code, const char* what) {
    throw input_error(code, fmt::format("{} {}", keys.name(place), what));
  };
  if (document.session != session_)
    fail("session.mismatch", "sent nonces of another session: other keys, messages or tweaks");
  if (documents_[place])
    fail("nonce.duplicate", "sent nonces twice: one run uses one document of each signer");
  if (document.nonces.size() != request_.messages.size())
    fail("nonce.count", "sent another number of nonces than there are messages");
  for (const crypto::PubNonce& nonce : document.nonces) {
    ByteView bytes = nonce;
    if (!crypto::is_valid_public_key(bytes.first(33)) || !crypto::is_valid_public_key(bytes.subspan(33)))
      fail("musig.nonce", "sent a nonce that is not two points on the curve");
  }
  documents_[place] = std::move(document);
  --missing_;
}

void NonceSet::require_complete() const {
  std::string names;
  for (std::size_t place = 0; place < documents_.size(); ++place)
    if (!documents_[place]) names += (names.empty() ? "" : ", ") + request_.key_set.name(place);
  if (!names.empty()) throw not_ready("nonce.missing", "no nonces yet of " + names);
}

crypto::AggNonce NonceSet::aggregate(std::size_t i) const {
  std::vector<crypto::PubNonce> nonces;
  nonces.reserve(documents_.size());
  for (const auto& document : documents_) nonces.push_back(document->nonces[i]);
  return crypto::nonce_agg(nonces);
}

ByteArray<32> NonceSet::hash() const {
  crypto::Sha256 hash = crypto::tagged("pegkit/nonces");
  hash.write(session_);
  for (const auto& document : documents_) {
    hash.write(document->signer).write(document->run);
    for (const crypto::PubNonce& nonce : document->nonces) hash.write(nonce);
  }
  return hash.finish();
}

NonceSet gather_nonces(const RoundRequest& request, const std::vector<Json>& documents) {
  NonceSet out(request);
  for (const Json& document : documents) out.add(NonceDocument::parse(document));
  return out;
}

// --- One signer's part

RoundMath::RoundMath(const RoundRequest& request)
    : request_(request), session_(request.session()), keys_(request.key_set.keys) {}

crypto::KeyAgg RoundMath::tweaked(std::size_t i) const {
  crypto::KeyAgg out = keys_;
  for (const auto& tweak : request_.messages[i].tweaks) out.tweak_xonly(tweak);
  if (out.xonly() != request_.messages[i].key)
    throw Error(Exit::bug, "musig.key", "the tweaked aggregate is not the key that is signed for");
  return out;
}

crypto::NoncePair RoundMath::nonce(std::size_t i, const crypto::SecretKey& secret,
                                   ByteView randomness) const {
  Bytes info = to_bytes(as_bytes("pegkit/nonce"));
  append(info, big_endian(i));
  Bytes own = crypto::hkdf_sha256(randomness, session_, info, 32);
  crypto::KeyAgg keys = tweaked(i);
  return crypto::nonce_gen(own, &secret, secret.public_key(), request_.messages[i].message, &keys, {});
}

std::vector<crypto::PubNonce> RoundMath::make_nonces(const crypto::SecretKey& secret,
                                                     ByteView randomness) const {
  std::vector<crypto::PubNonce> out;
  for (std::size_t i = 0; i < request_.messages.size(); ++i) out.push_back(nonce(i, secret, randomness).pub);
  return out;
}

std::vector<crypto::PartialSignature> RoundMath::sign(const crypto::SecretKey& secret, ByteView randomness,
                                                      const NonceSet& nonces) const {
  const NonceDocument& own = nonces.of(request_.require_signer(secret.public_key()));
  std::vector<crypto::PartialSignature> out;
  for (std::size_t i = 0; i < request_.messages.size(); ++i) {
    crypto::NoncePair pair = nonce(i, secret, randomness);
    if (pair.pub != own.nonces[i])
      throw refused("nonce.foreign", "the nonces under this signer's name are not the ones made here");
    out.push_back(session(i, nonces).sign(std::move(pair.secret), secret));
  }
  return out;
}

crypto::MusigSession RoundMath::session(std::size_t i, const NonceSet& nonces) const {
  return {tweaked(i), nonces.aggregate(i), request_.messages[i].message};
}

std::vector<crypto::SchnorrSignature> sign_alone(const RoundRequest& request,
                                                 const crypto::SecretKey& secret) {
  std::vector<crypto::SchnorrSignature> out;
  for (const RoundMessage& message : request.messages)
    out.push_back(crypto::schnorr_sign(secret, message.message, crypto::random_array<32>()));
  return out;
}

}  // namespace pegkit::signing
