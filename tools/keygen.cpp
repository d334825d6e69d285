#include "app/keygen/commands.hpp"
#include "app/keygen/ots.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"keygen", "Make and keep secret keys."};
  program.add<app::NewKey>("new", "a new secret key in a file of its own",
                           "keygen new --out custodian-0.key --encrypt");
  program.add<app::ImportKey>("import", "a secret key from stdin, hex or WIF",
                              "keygen import --out depositor.key --chain regtest < wif.txt");
  program.add<app::ShowPublicKey>("pub", "the public key of a key file",
                                  "keygen pub --key-file custodian-0.key --chain regtest");
  program.add<app::ChangePassphrase>("passwd", "change, set or remove the passphrase of a key file",
                                     "keygen passwd --key-file custodian-0.key");
  program.add<app::MakeOneTimeKeys>("ots", "one-time keys of epochs or of a graph, from one seed",
                                    "keygen ots --for sequencer --epochs 1024 --key-file sequencer.seed");
  return program.run(argc, argv);
}
