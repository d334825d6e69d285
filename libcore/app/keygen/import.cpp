#include <string>

#include "app/keygen/commands.hpp"
#include "app/keygen/key_output.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/chain.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

namespace pegkit::app::keygen {
namespace {

using crypto::SecretBytes;

ByteView trimmed(ByteView text) {
  auto space = [](std::uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text = text.subspan(1);
  while (!text.empty() && space(text.back())) text = text.first(text.size() - 1);
  return text;
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
  if (text.empty())
    throw input_error("key.invalid", "stdin is empty: a secret key in hex or WIF was expected");
  if (!chain) throw usage_error("the key is not 64 hex digits: a key in wallet import format needs --chain");
  bitcoin::WifKey wif = bitcoin::parse_wif(as_text(text), *chain);
  if (!wif.compressed)
    throw input_error(
        "key.wif",
        "this key is in the form for uncompressed public keys; only compressed ones are supported");
  return std::move(wif.key);
}

/// `keygen import`: writes a secret key from stdin (64 hex digits or WIF) to a file that must not exist;
/// prints the public key.
class ImportKey : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string out_, chain_, passphrase_file_;
  bool encrypt_ = false;
};

}  // namespace

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

std::unique_ptr<Command> import_command() {
  return std::make_unique<ImportKey>();
}

}  // namespace pegkit::app::keygen
