#include "crypto/secret.hpp"

#include <algorithm>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/error.hpp"
#include "crypto/arguments.hpp"

namespace pegkit::crypto {
namespace {

void ready() {
  static const int result = sodium_init();
  if (result < 0) throw Error(Exit::bug, "secret.init", "libsodium could not be initialised");
}

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace

void random_bytes(std::span<std::uint8_t> into) {
  ready();
  if (!into.empty()) randombytes_buf(into.data(), into.size());
}

void wipe(std::span<std::uint8_t> data) {
  if (!data.empty()) sodium_memzero(data.data(), data.size());
}

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  ready();
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (!data_) throw Error(Exit::bug, "secret.memory", "no memory for a secret");
  std::fill_n(data_, size, 0);
}

SecretBytes SecretBytes::copy_of(ByteView data) {
  SecretBytes out(data.size());
  std::ranges::copy(data, out.data_);
  return out;
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  SecretBytes taken(std::move(other));
  std::swap(data_, taken.data_);
  std::swap(size_, taken.size_);
  return *this;
}

SecretBytes::~SecretBytes() {
  if (data_) sodium_free(data_);
}

void forbid_core_files() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

Bytes aead_encrypt(ByteView key32, ByteView plaintext, ByteView associated) {
  expect_length(key32, crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  Bytes sealed(nonce_size + plaintext.size() + tag_size);
  random_bytes({sealed.data(), nonce_size});
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + nonce_size, nullptr, address(plaintext),
                                             plaintext.size(), address(associated), associated.size(),
                                             nullptr, sealed.data(), key32.data());
  return sealed;
}

SecretBytes aead_decrypt(ByteView key32, ByteView sealed, ByteView associated) {
  expect_length(key32, crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  auto wrong = [] {
    return input_error("secret.decrypt", "decryption failed: the key is wrong or the data was changed");
  };
  if (sealed.size() < nonce_size + tag_size) throw wrong();
  ByteView box = sealed.subspan(nonce_size);
  // One byte more than needed, so that libsodium has somewhere to write an empty message.
  SecretBytes plain(std::max<std::size_t>(1, box.size() - tag_size));
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.span().data(), nullptr, nullptr, box.data(),
                                                 box.size(), address(associated), associated.size(),
                                                 sealed.data(), key32.data()) != 0)
    throw wrong();
  return box.size() == tag_size ? SecretBytes() : std::move(plain);
}

SecretBytes argon2id(ByteView passphrase, ByteView salt, std::uint64_t operations, std::uint64_t memory) {
  expect_length(salt, crypto_pwhash_SALTBYTES);
  ready();
  SecretBytes key(32);
  if (crypto_pwhash(key.span().data(), key.size(), reinterpret_cast<const char*>(address(passphrase)),
                    passphrase.size(), salt.data(), operations, memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw input_error("secret.kdf", "argon2id failed: its parameters are out of range or memory is short");
  return key;
}

}  // namespace pegkit::crypto
