#include "app/challenge_slash.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"challenge", "Stop false claims and take the bond."};
  program.network(cli::http_rpc);
  program.add<app::SlashSequencer>(
      "slash", "take the bond of a sequencer that signed two roots for one epoch",
      "challenge slash --chain regtest --sequencer-keys keys.json --stake stake.json --outpoint TXID:0 "
      "--evidence one.hex --evidence two.hex --to bcrt1q… --broadcast");
  return program.run(argc, argv);
}
