#include "app/musig_round/nonces.hpp"

#include "crypto/hash.hpp"
#include "crypto/keys.hpp"
#include "crypto/musig.hpp"
#include "crypto/secret.hpp"
#include "signing/documents.hpp"

namespace pegkit::app::musig_round {
namespace {

/// The store's key for a run. It covers the public nonces, so a changed copy of the document finds nothing.
std::string store_id(const signing::NonceDocument& document) {
  crypto::Sha256 hash;
  for (const crypto::PubNonce& nonce : document.nonces) hash.write(nonce);
  return to_hex(document.run) + ":" + to_hex(hash.finish());
}

/// The associated data of the sealed randomness: it opens only with the same document.
Bytes associated(const signing::NonceDocument& document) {
  Bytes out = to_bytes(document.session);
  append(out, document.signer);
  return out;
}

}  // namespace

KeptNonces::KeptNonces(Ports& ports, const crypto::SecretKey& secret)
    : secret_(secret), store_(ports.database(), ports.directory() / "nonce-counter") {
  if (!store_.warning().empty()) ports.say(store_.warning());
}

crypto::SecretBytes KeptNonces::sealing_key(const signing::NonceDocument& document) const {
  Bytes derived = crypto::hkdf_sha256(secret_.view(), document.run, as_bytes("pegkit/nonce-store"), 32);
  auto out = crypto::SecretBytes::copy_of(derived);
  crypto::wipe(derived);
  return out;
}

void KeptNonces::keep(const signing::NonceDocument& document, ByteView randomness) {
  Bytes sealed = crypto::aead_encrypt(sealing_key(document).view(), randomness, associated(document));
  store_.open(store_id(document), document.signer, document.session, sealed);
}

void KeptNonces::require_usable(const signing::NonceDocument& own, const ByteArray<32>& inputs) {
  auto kept = store_.find(store_id(own));
  if (!kept)
    throw input_error("nonce.unknown",
                      "this signer's nonce document was not made with this data directory, or was changed")
        .hint("pass the document that `musig-round nonce` printed, or start again with new nonces");
  if (kept->messages != own.session || kept->signer != own.signer)
    throw input_error("nonce.unknown", "this nonce document was made for another session or signer");
  bool repeat = kept->inputs == inputs && kept->result;
  if (kept->inputs && !repeat)
    throw refused("nonce.used", kept->result ? "these nonces were used with other nonces or messages"
                                             : "these nonces were used by a run that did not finish")
        .hint("start again: every signer runs `musig-round nonce`");
  if (!kept->inputs && !kept->is_open)
    throw refused("nonce.void",
                  "these nonces are void: the store was restored from a backup or discarded them")
        .hint("start again: every signer runs `musig-round nonce`");
}

KeptNonces::Taken KeptNonces::take(const signing::NonceDocument& own, const ByteArray<32>& inputs) {
  store::NonceStore::Taken taken = store_.take(store_id(own), inputs);
  if (taken.result) return {{}, std::move(taken.result)};
  return {crypto::aead_decrypt(sealing_key(own).view(), taken.sealed, associated(own)), std::nullopt};
}

void KeptNonces::record(const signing::NonceDocument& own,
                        const std::vector<crypto::PartialSignature>& partials) {
  store_.record_result(store_id(own), partials);
}

}  // namespace pegkit::app::musig_round
