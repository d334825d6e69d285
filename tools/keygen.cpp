#include "app/keygen/commands.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"keygen", "Make and keep secret keys."};
  program.add("new", "make a new secret key in a new file", "keygen new --out custodian-0.key --encrypt",
              app::keygen::new_command);
  program.add("import", "write a secret key from stdin, hex or WIF, to a new file",
              "keygen import --out depositor.key --chain regtest < wif.txt", app::keygen::import_command);
  program.add("pub", "print the public key of a key file",
              "keygen pub --key-file custodian-0.key --chain regtest", app::keygen::pub_command);
  program.add("passwd", "change, set or remove the passphrase of a key file",
              "keygen passwd --key-file custodian-0.key", app::keygen::passwd_command);
  program.add("ots", "print public one-time keys of epochs or of a graph, from one key file",
              "keygen ots --for sequencer --epochs 1024 --key-file sequencer-seed.key",
              app::keygen::ots_command);
  return program.run(argc, argv);
}
