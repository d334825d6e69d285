#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "base/bytes.hpp"

namespace pegkit::crypto {

/// Random bytes from the operating system.
void random_bytes(std::span<std::uint8_t> into);
template <std::size_t N>
ByteArray<N> random_array() {
  ByteArray<N> out;
  random_bytes(out);
  return out;
}
/// Overwrites memory with zeros; the compiler cannot remove the call.
void wipe(std::span<std::uint8_t> data);

/// Bytes in locked and guarded memory (sodium_malloc), wiped when destroyed. They move and are never
/// copied or printed. Each object takes pages and three mappings of its own: put thousands of secrets into
/// one object.
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);
  static SecretBytes copy_of(ByteView data);
  SecretBytes(SecretBytes&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  std::span<std::uint8_t> span() { return {data_, size_}; }
  ByteView view() const { return {data_, size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Turns core files off for this process (RLIMIT_CORE 0, PR_SET_DUMPABLE 0).
void forbid_core_files();

/// Encrypts with XChaCha20-Poly1305 (IETF). Gives a random 24-byte nonce ‖ ciphertext ‖ 16-byte tag.
Bytes aead_encrypt(ByteView key32, ByteView plaintext, ByteView associated);
/// Decrypts the output of aead_encrypt. Throws Error `secret.decrypt` (exit 3) when the key is wrong or a
/// byte was changed.
SecretBytes aead_decrypt(ByteView key32, ByteView sealed, ByteView associated);
/// Derives 32 bytes with Argon2id. `salt` has 16 bytes, `operations` counts passes, `memory` is in bytes.
/// Throws `secret.kdf` (exit 3) for parameters out of range or when memory is short.
SecretBytes argon2id(ByteView passphrase, ByteView salt, std::uint64_t operations, std::uint64_t memory);

}  // namespace pegkit::crypto
