#include "app/keygen/key_output.hpp"

#include "base/files.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/public_key.hpp"
#include "crypto/keyfile.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

namespace pegkit::app::keygen {

void chain_for_address(Options& options, std::string& into) {
  options.choice(into, "--chain", {"main", "test", "testnet4", "signet", "regtest"},
                 "also print the address on this chain");
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

SecretBytes passphrase_file(const std::string& path) {
  SecretBytes text = into_secret(read_secret_file(path));
  ByteView line = text.view();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line = line.first(line.size() - 1);
  return SecretBytes::copy_of(line);
}

SecretBytes new_passphrase(Ports& ports, const std::string& path) {
  SecretBytes chosen = path.empty() ? ports.passphrase("new passphrase: ") : passphrase_file(path);
  if (chosen.empty()) throw usage_error("the passphrase is empty");
  if (path.empty() && !equal(chosen.view(), ports.passphrase("passphrase again: ").view()))
    throw usage_error("the two passphrases differ");
  return chosen;
}

void write_options(Options& options, std::string& out, bool& encrypt, std::string& passphrase,
                   std::string& chain) {
  options.file(out, "--out", "the key file to write; must not exist", Need::required);
  options.flag(encrypt, "--encrypt", "encrypt the file with a passphrase");
  options.file(passphrase, "--passphrase-file", "file with the passphrase; implies --encrypt");
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

}  // namespace pegkit::app::keygen
