#include <string>

#include "app/keygen/commands.hpp"
#include "app/keygen/key_output.hpp"
#include "base/files.hpp"
#include "bridge/public_key.hpp"
#include "crypto/keyfile.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

namespace pegkit::app::keygen {
namespace {

using crypto::SecretBytes;

/// `keygen passwd`: encrypts a key file under a new passphrase, or decrypts it with --decrypt. The old file
/// stays until the new one is on the disk.
class ChangePassphrase : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string path_, old_file_, new_file_;
  bool decrypt_ = false;
};

}  // namespace

void ChangePassphrase::options(Options& options) {
  options.file(path_, "--key-file", "the key file to change", Need::required);
  options.file(old_file_, "--passphrase-file", "file with the present passphrase");
  options.file(new_file_, "--new-passphrase-file", "file with the new passphrase");
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

std::unique_ptr<Command> passwd_command() {
  return std::make_unique<ChangePassphrase>();
}

}  // namespace pegkit::app::keygen
