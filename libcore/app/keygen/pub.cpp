#include <string>

#include "app/keygen/commands.hpp"
#include "app/keygen/key_output.hpp"
#include "bridge/public_key.hpp"
#include "crypto/keyfile.hpp"

namespace pegkit::app::keygen {
namespace {

/// `keygen pub`: prints the public key of a key file. Asks for no passphrase: the file holds the public key
/// in the clear.
class ShowPublicKey : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string chain_;
};

}  // namespace

void ShowPublicKey::options(Options& options) {
  options.key();
  chain_for_address(options, chain_);
}

Exit ShowPublicKey::run(Ports& ports) {
  auto chain = chosen_chain(chain_);
  ports.print(bridge::public_key_document(crypto::keyfile::stated_public_key(ports.key_material()), chain));
  return Exit::ok;
}

std::unique_ptr<Command> pub_command() {
  return std::make_unique<ShowPublicKey>();
}

}  // namespace pegkit::app::keygen
