#include "crypto/keys.hpp"

#include <algorithm>
#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>

#include "base/error.hpp"
#include "crypto/arguments.hpp"
#include "crypto/secp_context.hpp"

namespace pegkit::crypto {
namespace {

const secp256k1_context* public_context() {
  return secp256k1_context_static;
}

Error invalid_key(const char* message) {
  return input_error("key.invalid", message);
}

Error corrupted() {
  return {Exit::bug, "key.signature", "a signature just made does not verify"};
}

/// The 32 bytes; throws for a moved-from or default-made key, which the library must not see.
const std::uint8_t* scalar(const SecretKey& key) {
  if (key.view().size() != 32) throw invalid_key("a secret key is empty");
  return key.view().data();
}

struct Keypair {
  explicit Keypair(const SecretKey& key) {
    if (!secp256k1_keypair_create(secret_context(), &pair, scalar(key)))
      throw invalid_key("a secret key is out of range");
  }
  ~Keypair() { wipe(pair.data); }
  Keypair(const Keypair&) = delete;
  Keypair& operator=(const Keypair&) = delete;

  secp256k1_keypair pair;
};

bool parse_sec1(secp256k1_pubkey& out, ByteView data) {
  return (data.size() == 33 || data.size() == 65) &&
         secp256k1_ec_pubkey_parse(public_context(), &out, data.data(), data.size());
}

bool parse_x(secp256k1_xonly_pubkey& out, ByteView x32) {
  return x32.size() == 32 && secp256k1_xonly_pubkey_parse(public_context(), &out, x32.data());
}

secp256k1_pubkey point(const PublicKey& key) {
  secp256k1_pubkey out;
  if (!parse_sec1(out, key)) throw invalid_key("a public key is not a point on the curve");
  return out;
}

PublicKey serialize(const secp256k1_pubkey& key) {
  PublicKey out;
  std::size_t size = out.bytes.size();
  secp256k1_ec_pubkey_serialize(public_context(), out.bytes.data(), &size, &key, SECP256K1_EC_COMPRESSED);
  return out;
}

}  // namespace

const secp256k1_context_struct* secret_context() {
  static const secp256k1_context* const context = [] {
    secp256k1_context* made = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    secp256k1_context_set_illegal_callback(
        made, [](const char*, void*) {}, nullptr);
    ByteArray<32> seed = random_array<32>();
    if (!secp256k1_context_randomize(made, seed.data()))
      throw Error(Exit::bug, "key.context", "libsecp256k1 could not be initialised");
    wipe(seed);
    return made;
  }();
  return context;
}

SecretKey SecretKey::generate() {
  SecretKey key;
  key.bytes_ = SecretBytes(32);
  do random_bytes(key.bytes_.span());
  while (!secp256k1_ec_seckey_verify(public_context(), key.bytes_.view().data()));
  return key;
}

SecretKey SecretKey::from(ByteView bytes32) {
  if (bytes32.size() != 32) throw invalid_key("a secret key has 32 bytes");
  if (!secp256k1_ec_seckey_verify(public_context(), bytes32.data()))
    throw invalid_key("a secret key is zero or not below the group order");
  SecretKey key;
  key.bytes_ = SecretBytes::copy_of(bytes32);
  return key;
}

PublicKey SecretKey::public_key() const {
  secp256k1_pubkey key;
  if (!secp256k1_ec_pubkey_create(secret_context(), &key, scalar(*this)))
    throw invalid_key("a secret key is out of range");
  return serialize(key);
}

SecretKey SecretKey::xonly_tweak_add(ByteView tweak32) const {
  expect_length(tweak32, 32);
  Keypair keypair(*this);
  SecretKey out;
  out.bytes_ = SecretBytes(32);
  if (!secp256k1_keypair_xonly_tweak_add(secret_context(), &keypair.pair, tweak32.data()) ||
      !secp256k1_keypair_sec(secret_context(), out.bytes_.span().data(), &keypair.pair))
    throw input_error("key.tweak", "a tweak is not below the group order, or gives no key");
  return out;
}

SecretKey SecretKey::copy() const {
  SecretKey out;
  out.bytes_ = SecretBytes::copy_of(view());
  return out;
}

PublicKey parse_public_key(ByteView compressed33) {
  secp256k1_pubkey key;
  if (compressed33.size() != 33) throw invalid_key("a public key has 33 bytes");
  if (!parse_sec1(key, compressed33)) throw invalid_key("a public key is not a point on the curve");
  return PublicKey::from(compressed33);
}

XOnlyKey parse_xonly_key(ByteView x32) {
  if (x32.size() != 32) throw invalid_key("an x-only public key has 32 bytes");
  if (!is_valid_xonly(x32)) throw invalid_key("an x-only public key is not the x of a point on the curve");
  return XOnlyKey::from(x32);
}

bool is_valid_public_key(ByteView sec1) {
  secp256k1_pubkey key;
  return parse_sec1(key, sec1);
}

bool is_valid_xonly(ByteView x32) {
  secp256k1_xonly_pubkey key;
  return parse_x(key, x32);
}

XOnlyKey xonly(const PublicKey& key) {
  return XOnlyKey::from(key.view().subspan(1));
}

bool has_even_y(const PublicKey& key) {
  return key.bytes[0] == 2;
}

ByteArray<65> uncompressed(const PublicKey& key) {
  secp256k1_pubkey parsed = point(key);
  ByteArray<65> out;
  std::size_t size = out.size();
  secp256k1_ec_pubkey_serialize(public_context(), out.data(), &size, &parsed, SECP256K1_EC_UNCOMPRESSED);
  return out;
}

std::optional<TweakedKey> xonly_tweak_add(const XOnlyKey& key, ByteView tweak32) {
  expect_length(tweak32, 32);
  secp256k1_xonly_pubkey internal;
  if (!parse_x(internal, key)) throw invalid_key("an x-only public key is not the x of a point on the curve");
  secp256k1_pubkey sum;
  if (!secp256k1_xonly_pubkey_tweak_add(public_context(), &sum, &internal, tweak32.data()))
    return std::nullopt;
  PublicKey tweaked = serialize(sum);
  return TweakedKey{xonly(tweaked), !has_even_y(tweaked)};
}

bool xonly_tweak_check(ByteView tweaked_x32, bool odd, ByteView internal_x32, ByteView tweak32) {
  secp256k1_xonly_pubkey internal;
  return tweaked_x32.size() == 32 && tweak32.size() == 32 && parse_x(internal, internal_x32) &&
         secp256k1_xonly_pubkey_tweak_add_check(public_context(), tweaked_x32.data(), odd, &internal,
                                                tweak32.data());
}

SchnorrSignature schnorr_sign(const SecretKey& key, ByteView message, ByteView aux32) {
  expect_length(aux32, 32);
  Keypair keypair(key);
  secp256k1_schnorrsig_extraparams extra = SECP256K1_SCHNORRSIG_EXTRAPARAMS_INIT;
  ByteArray<32> aux;
  std::ranges::copy(aux32, aux.begin());
  extra.ndata = aux.data();
  SchnorrSignature out;
  if (!secp256k1_schnorrsig_sign_custom(secret_context(), out.bytes.data(), message.data(), message.size(),
                                        &keypair.pair, &extra))
    throw Error(Exit::bug, "key.sign", "a Schnorr signature could not be made");
  secp256k1_xonly_pubkey own;
  // A fault while signing could otherwise give the key away (BIP340).
  if (!secp256k1_keypair_xonly_pub(secret_context(), &own, nullptr, &keypair.pair) ||
      !secp256k1_schnorrsig_verify(public_context(), out.bytes.data(), message.data(), message.size(), &own))
    throw corrupted();
  return out;
}

bool schnorr_verify(ByteView xonly32, ByteView message, ByteView signature64) {
  secp256k1_xonly_pubkey key;
  return signature64.size() == 64 && parse_x(key, xonly32) &&
         secp256k1_schnorrsig_verify(public_context(), signature64.data(), message.data(), message.size(),
                                     &key);
}

}  // namespace pegkit::crypto
