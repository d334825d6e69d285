#include <string>

#include "app/keygen/commands.hpp"
#include "app/keygen/key_output.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"

namespace pegkit::app::keygen {
namespace {

/// `keygen new`: makes a secret key and writes it to a file that must not exist; prints the public key.
class NewKey : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string out_, chain_, passphrase_file_;
  bool encrypt_ = false;
};

}  // namespace

void NewKey::options(Options& options) {
  write_options(options, out_, encrypt_, passphrase_file_, chain_);
}

Exit NewKey::run(Ports& ports) {
  crypto::forbid_core_files();
  write_key(ports, crypto::SecretKey::generate(), out_, encrypt_, passphrase_file_, chosen_chain(chain_));
  return Exit::ok;
}

std::unique_ptr<Command> new_command() {
  return std::make_unique<NewKey>();
}

}  // namespace pegkit::app::keygen
