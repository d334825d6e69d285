#include "app/keygen/commands.hpp"

#include "bitcoin/address.hpp"
#include "bridge/public_key.hpp"
#include "crypto/keyfile.hpp"

namespace pegkit::app {
namespace {

using crypto::SecretBytes;

void chain_for_address(Options& options, std::string& into) {
  options.choice(into, "--chain", {"main", "test", "testnet4", "signet", "regtest"},
                 "also give the key's address on this chain");
}

std::optional<bitcoin::Chain> chosen_chain(const std::string& name) {
  if (name.empty()) return std::nullopt;
  return bitcoin::parse_chain(name);
}

SecretBytes into_secret(Bytes data) {
  SecretBytes secret = SecretBytes::copy_of(data);
  crypto::wipe(data);
  return secret;
}

ByteView trimmed(ByteView text) {
  auto space = [](std::uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text = text.subspan(1);
  while (!text.empty() && space(text.back())) text = text.first(text.size() - 1);
  return text;
}

SecretBytes passphrase_file(const std::string& path) {
  SecretBytes text = into_secret(read_secret_file(path));
  ByteView line = text.view();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line = line.first(line.size() - 1);
  return SecretBytes::copy_of(line);
}

/// A passphrase for a key that is written: from a file, or typed twice.
SecretBytes new_passphrase(Ports& ports, const std::string& path) {
  SecretBytes chosen = path.empty() ? ports.passphrase("new passphrase: ") : passphrase_file(path);
  if (chosen.empty()) throw usage_error("the passphrase is empty");
  if (path.empty() && !equal(chosen.view(), ports.passphrase("the same again: ").view()))
    throw usage_error("the two passphrases differ");
  return chosen;
}

void write_options(Options& options, std::string& out, bool& encrypt, std::string& passphrase,
                   std::string& chain) {
  options.file(out, "--out", "the key file to make", Need::required);
  options.flag(encrypt, "--encrypt", "protect the file by a passphrase");
  options.file(passphrase, "--passphrase-file", "holds the passphrase; implies --encrypt");
  chain_for_address(options, chain);
}

void write_key(Ports& ports, const crypto::SecretKey& key, const std::string& path, bool encrypt,
               const std::string& passphrase_path, std::optional<bitcoin::Chain> chain) {
  SecretBytes document = encrypt || !passphrase_path.empty()
                             ? crypto::keyfile::make(key, new_passphrase(ports, passphrase_path).view())
                             : crypto::keyfile::make(key);
  create_secret_file(path, document.view());
  ports.print(bridge::public_key_document(key.public_key(), chain));
}

crypto::SecretKey from_hex_digits(ByteView digits) {
  auto value = [](std::uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    throw input_error("key.invalid", "a secret key is 64 hex digits");
  };
  SecretBytes bytes(32);
  for (std::size_t i = 0; i < 32; ++i)
    bytes.span()[i] = static_cast<std::uint8_t>(value(digits[2 * i]) << 4 | value(digits[2 * i + 1]));
  return crypto::SecretKey::from(bytes.view());
}

crypto::SecretKey parse_secret(ByteView text, std::optional<bitcoin::Chain> chain) {
  if (text.size() == 64) return from_hex_digits(text);
  if (text.empty()) throw input_error("key.invalid", "there is no secret key on stdin");
  if (!chain) throw usage_error("this is not a key of 64 hex digits, and wallet import format needs --chain");
  bitcoin::WifKey wif = bitcoin::parse_wif(as_text(text), *chain);
  if (!wif.compressed) throw input_error("key.wif", "keys are used in compressed form only, this one is not");
  return std::move(wif.key);
}

}  // namespace

void NewKey::options(Options& options) {
  write_options(options, out_, encrypt_, passphrase_file_, chain_);
}

Exit NewKey::run(Ports& ports) {
  crypto::forbid_core_files();
  write_key(ports, crypto::SecretKey::generate(), out_, encrypt_, passphrase_file_, chosen_chain(chain_));
  return Exit::ok;
}

void ImportKey::options(Options& options) {
  write_options(options, out_, encrypt_, passphrase_file_, chain_);
}

Exit ImportKey::run(Ports& ports) {
  crypto::forbid_core_files();
  auto chain = chosen_chain(chain_);
  std::string text = ports.read("-");
  SecretBytes kept = SecretBytes::copy_of(as_bytes(text));
  crypto::wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  write_key(ports, parse_secret(trimmed(kept.view()), chain), out_, encrypt_, passphrase_file_, chain);
  return Exit::ok;
}

void ShowPublicKey::options(Options& options) {
  options.key();
  chain_for_address(options, chain_);
}

Exit ShowPublicKey::run(Ports& ports) {
  auto chain = chosen_chain(chain_);
  ports.print(bridge::public_key_document(crypto::keyfile::stated_public_key(ports.key_material()), chain));
  return Exit::ok;
}

void ChangePassphrase::options(Options& options) {
  options.file(path_, "--key-file", "the key file to change", Need::required);
  options.file(old_file_, "--passphrase-file", "holds the passphrase that it has");
  options.file(new_file_, "--new-passphrase-file", "holds the passphrase that it gets");
  options.flag(decrypt_, "--decrypt", "leave the file without a passphrase");
}

Exit ChangePassphrase::run(Ports& ports) {
  crypto::forbid_core_files();
  if (decrypt_ && !new_file_.empty())
    throw usage_error("--decrypt and --new-passphrase-file exclude each other");
  SecretBytes text = into_secret(read_secret_file(path_));
  crypto::SecretKey key = crypto::keyfile::open(text, [&] {
    return old_file_.empty() ? ports.passphrase("old passphrase: ") : passphrase_file(old_file_);
  });
  SecretBytes document = decrypt_ ? crypto::keyfile::make(key)
                                  : crypto::keyfile::make(key, new_passphrase(ports, new_file_).view());
  write_file_atomic(path_, document.view(), 0600);
  ports.print(bridge::public_key_document(key.public_key(), std::nullopt));
  return Exit::ok;
}

}  // namespace pegkit::app
